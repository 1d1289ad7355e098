"""One message: finding it by its id, editing it, and what it said before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley import clock
from parley.errors import (
    AttachmentNotFound,
    ConversationArchived,
    ConversationNotFound,
    EditWindowClosed,
    MessageDeleted,
    MessageNotFound,
    MessageTooLong,
    NotTheAuthor,
    TooManyEdits,
    Unavailable,
    Unprocessable,
    VersionConflict,
)
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging import access
from parley.messaging.access import check_membership, check_role, membership_key
from parley.messaging.annotations import overflowed_by, read_annotations
from parley.messaging.history import Position
from parley.messaging.items import ConversationItem, EditItem, MembershipItem, MessageItem
from parley.messaging.previews import show_edit
from parley.messaging.schemas import EditMessage, Message, MessageContent, MessageEdit
from parley.messaging.views import content_view, edit_view, message_view
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed, RawItem
from parley.tables.keys import Key
from parley.wire import Page

MAX_EDITS = 100
EDIT_ATTEMPTS = 4
CONTENT = ("text", "attachments", "mentions", "custom")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message, and what belongs to it, is stored."""

    tenant_id: str
    address: MessageAddress

    @property
    def pk(self) -> str:
        root_seq = self.address.root_seq
        pk = keys.conversation(self.tenant_id, self.address.conversation_id)
        return pk if root_seq is None else keys.thread_under(pk, root_seq)

    @property
    def message(self) -> Key:
        return Key(self.pk, keys.message_sk(self.address.seq))

    @property
    def annotations(self) -> Key:
        return Key(self.pk, keys.annotations_sk(self.address.seq))

    @property
    def line(self) -> Key:
        """The sequence that the message's number is of: its conversation's or its thread's."""
        return Key(self.pk, keys.META_SK)

    @property
    def meta(self) -> Key:
        """The conversation."""
        return access.meta_key(self.tenant_id, self.address.conversation_id)

    @property
    def pins(self) -> Key:
        return Key(keys.conversation(self.tenant_id, self.address.conversation_id), keys.PINS_SK)


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the caller may see, the caller's membership, and what was read `beside` it in the same call."""

    place: Place
    item: MessageItem
    membership: MembershipItem
    beside: RawItem | None


def access_message(
    caller: Caller, message_id: str, *, beside: Callable[[Place], Key] | None = None, consistent: bool = False
) -> Found:
    """Find a message by its id, with the caller's membership and one more item: one call, 0.5 RRU for each.

    What an eventually consistent read does not see may have been written a moment ago, so it is read again before it
    is refused; a write that follows is conditional on what it saw. Raises `MessageNotFound` for an id that names
    nothing the caller may see, `NotAMember` in a channel that they may join.
    """
    place = locate(caller, message_id)
    mine = membership_key(caller.tenant_id, caller.user_id, place.address.conversation_id)
    wanted = [mine, place.message] + ([] if beside is None else [beside(place)])
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=consistent)
    if not consistent and not (mine in found and place.message in found):
        found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    try:
        membership = check_membership(
            caller, place.address.conversation_id, MembershipItem.read(found.get(mine)), at_least="member"
        )
    except ConversationNotFound:
        raise MessageNotFound from None
    item = MessageItem.read(found.get(place.message))
    top = place.address.root or place.address
    if item is None or item.reference is not None or top.seq <= int(membership.visible_from):
        raise MessageNotFound
    return Found(place, item, membership, None if beside is None else found.get(beside(place)))


def locate(caller: Caller, message_id: str) -> Place:
    """Where a message with this id would be; raises `MessageNotFound` where none can have it."""
    address = MessageAddress.parse(message_id)
    if address is None:
        raise MessageNotFound
    return Place(caller.tenant_id, address)


def check_alive(item: MessageItem) -> None:
    """Refuse to change what has been deleted or never was; raises `MessageDeleted`."""
    if item.deleted_at is not None or item.void:
        raise MessageDeleted


def check_not_archived(meta: RawItem | None) -> None:
    """Refuse to write to an archived conversation; raises `ConversationArchived`."""
    if meta is not None and "archived_at" in meta:
        raise ConversationArchived


def check_author(caller: Caller, item: MessageItem) -> None:
    """Raises `NotTheAuthor`."""
    if item.author_id != caller.user_id:
        raise NotTheAuthor


def do_get(caller: Caller, message_id: str) -> Message:
    """One message as it is at this moment, or its tombstone: 3 RRU. Raises `MessageNotFound`, `NotAMember`."""
    found = access_message(caller, message_id, beside=lambda place: place.annotations, consistent=True)
    if found.item.void:
        raise MessageNotFound
    own = overflowed_by(caller.user_id, [] if found.beside is None else [found.beside])
    kinds = own.get(found.place.annotations, frozenset())
    return message_view(found.item, read_annotations(found.beside, caller.user_id, kinds))


def do_edit(caller: Caller, message_id: str, edit: EditMessage, *, if_match: int | None) -> MessageContent:
    """Replace what a message of the caller's says: 1.5 RRU, 2 WRU, 1 more for the newest of its conversation.

    What it said before is kept first, under the number of the edit, so a crash in between leaves nothing that is shown.
    The write is conditional on the version that was read: of two edits at once the later one wins and both earlier
    texts are kept; with `if_match` it raises `VersionConflict` instead. An edit that changes nothing writes nothing,
    so a repetition is harmless, and repairs a preview that a crash left old.

    Raises `MessageDeleted`, `NotTheAuthor`, `ConversationArchived`, `EditWindowClosed`, `TooManyEdits`,
    `MessageTooLong`, `AttachmentNotFound`, `VersionConflict`, and what `access_message` raises.
    """
    found = access_message(caller, message_id, beside=lambda place: place.meta)
    item = found.item
    if if_match is not None and int(item.version) < if_match:
        item = MessageItem.at(found.place.message, consistent=True) or item
    for _ in range(EDIT_ATTEMPTS):
        check_editable(caller, item, found.beside)
        if if_match is not None and int(item.version) != if_match:
            raise VersionConflict
        wanted = _edited(caller, item, edit)
        try:
            written = item if _says(wanted) == _says(item) else _write_edit(found.place, item, wanted)
        except ConditionFailed as failed:
            if failed.item is None:
                raise MessageNotFound from None
            item = MessageItem.from_raw_data(failed.item)
            _drop_unless_alive(found.place, item, wanted)
        else:
            _refresh_preview(found.place, written, ConversationItem.read(found.beside))
            return content_view(written)
    raise Unavailable("The message is being edited by others")


def check_editable(caller: Caller, item: MessageItem, meta: RawItem | None) -> None:
    """Refuse an edit that is not the caller's to make, or not now."""
    check_alive(item)
    check_author(caller, item)
    check_not_archived(meta)
    window = caller.tenant.settings.edit_window_seconds
    if window is not None and clock.now_ms() - int(item.created_at) > window * 1000:
        raise EditWindowClosed(f"A message may be edited for {window} s")


def _edited(caller: Caller, item: MessageItem, edit: EditMessage) -> MessageItem:
    """The message as it will be; checks what the edit says."""
    limit = caller.tenant.settings.text_limit
    if edit.text is not None and len(edit.text) > limit:
        raise MessageTooLong(f"A text is at most {limit} characters")
    foreign = set(edit.attachments or ()) - set(item.attachments or ())
    if foreign:
        raise AttachmentNotFound(media_ids=sorted(foreign))
    wanted = MessageItem.from_raw_data(item.serialize())
    if edit.text is not None:
        wanted.text = edit.text or None
    if edit.attachments is not None:
        wanted.attachments = distinct(edit.attachments)
    if edit.mentions is not None:
        wanted.mentions = distinct(edit.mentions)
    if edit.custom is not None:
        wanted.custom = edit.custom or None
    if not (wanted.text or "").strip() and not wanted.attachments:
        raise Unprocessable("A message has a text or an attachment")
    return wanted


def distinct(values: list[str]) -> Any:
    """The values without repetitions, as a stored list has them: untyped, as PynamoDB's list of strings is."""
    return list(dict.fromkeys(values)) or None


def _says(item: MessageItem) -> RawItem:
    raw = item.serialize()
    return {name: raw[name] for name in CONTENT if name in raw}


def _write_edit(place: Place, item: MessageItem, wanted: MessageItem) -> MessageItem:
    """Keep what the message said, then write what it says; raises `ConditionFailed` where it changed meanwhile."""
    number = int(item.edit_count) + 1
    if number > MAX_EDITS:
        raise TooManyEdits(f"A message is edited at most {MAX_EDITS} times")
    kept = EditItem(
        pk=place.pk,
        sk=keys.edit_sk(place.address.seq, number),
        edit=number,
        text=item.text,
        attachments=item.attachments,
        mentions=item.mentions,
        custom=item.custom,
        written_at=item.edited_at or item.created_at,
    )
    dynamodb.put(settings().chat_table, kept.serialize())
    says = _says(wanted)
    sets = ", ".join(f"#{name} = :{name}" for name in says)
    removes = ", ".join(f"#{name}" for name in CONTENT if name not in says)
    raw = dynamodb.update(
        settings().chat_table,
        place.message,
        f"SET edited_at = :now, edit_count = :number, {sets}"
        + (f" REMOVE {removes}" if removes else "")
        + " ADD version :one",
        {f":{name}": value for name, value in says.items()}
        | {
            ":now": {"N": str(max(clock.now_ms(), int(kept.written_at) + 1))},
            ":number": {"N": str(number)},
            ":one": {"N": "1"},
            ":old": {"N": str(int(item.version))},
        },
        names={f"#{name}": name for name in CONTENT},
        condition="version = :old AND attribute_not_exists(deleted_at)",
        returning="ALL_NEW",
    )
    return MessageItem.from_raw_data(raw)


def _drop_unless_alive(place: Place, item: MessageItem, wanted: MessageItem) -> None:
    """A message was deleted while it was being edited: what was kept of it for the edit goes, as the rest did."""
    if item.deleted_at is not None or item.void:
        dynamodb.delete(
            settings().chat_table, Key(place.pk, keys.edit_sk(place.address.seq, int(wanted.edit_count) + 1))
        )


def _refresh_preview(place: Place, written: MessageItem, conversation: ConversationItem | None) -> None:
    """Show the edit in the conversation's preview where it may be this message's: what was read can be a little old."""
    seq = written.seq if place.address.root_seq is None else written.shown_seq
    if conversation is None or seq is None or int(conversation.last_seq or 0) > int(seq):
        return
    is_shown = conversation.last_seq is not None and int(conversation.last_seq) == int(seq)
    if is_shown and int(conversation.last_version or 0) >= int(written.version):
        return
    show_edit(place.meta, int(seq), written)


def do_list_edits(caller: Caller, message_id: str, *, limit: int, cursor: str | None) -> Page[MessageEdit]:
    """What a message said before each of its edits, newest first: to its author and the conversation's admins.

    A deleted message shows none. Raises `InsufficientRole`, `InvalidCursor`, and what `access_message` raises.
    """
    found = access_message(caller, message_id, consistent=True)
    item = found.item
    if item.void:
        raise MessageNotFound
    if item.author_id != caller.user_id:
        check_role(found.membership, "admin")
    count = 0 if item.deleted_at is not None else int(item.edit_count)
    position = Position(count + 1, forward=False) if cursor is None else Position.decode(cursor)
    if position.forward:
        low = position.seq + 1
        high = min(count, low + limit - 1)
    else:
        high = min(count, position.seq - 1)
        low = max(1, high - limit + 1)
    edits = _read_edits(found.place, low, high) if low <= high else []
    return Page(
        data=[edit_view(edit) for edit in reversed(edits)],
        next_cursor=Position(low, forward=False).encode() if edits and low > 1 else None,
        prev_cursor=Position(high, forward=True).encode() if edits and high < count else None,
    )


def _read_edits(place: Place, low: int, high: int) -> list[EditItem]:
    between = (keys.edit_sk(place.address.seq, low), keys.edit_sk(place.address.seq, high))
    edits: list[EditItem] = []
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(settings().chat_table, place.pk, between=between, consistent=True, after=start)
        edits += [EditItem.from_raw_data(raw) for raw in items]
        if start is None:
            return edits
