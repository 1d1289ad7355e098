"""Editing a message: what it says from now on, with what it said before kept beside it."""

from functools import partial
from typing import TYPE_CHECKING, Any

from parley import clock
from parley.errors import (
    EditWindowClosed,
    MessageForwarded,
    MessageNotFound,
    MessageTooLong,
    ServerTokenRequired,
    TooManyEdits,
    Unavailable,
    Unprocessable,
    VersionConflict,
)
from parley.identity.caller import Caller
from parley.media import attachments
from parley.media.attachments import Files
from parley.messaging.access import access_membership_with, check_may, is_shadowed
from parley.messaging.conversations.previews import show_edit
from parley.messaging.items import ConversationItem, EditItem, MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.kinds import is_by_system
from parley.messaging.messages.link_previews.shown import keep_linked
from parley.messaging.messages.moderating import screen_edit, waits
from parley.messaging.messages.reading import (
    Found,
    Place,
    access_message_to_write,
    check_alive,
    check_author,
    check_still_may_write,
    confirm,
)
from parley.messaging.messages.schemas import EditMessage, MessageContent
from parley.messaging.messages.views import content_view
from parley.permissions.roles import Permission
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, Typed
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals
from parley.tables.keys import Key
from parley.texts import says_something
from parley.user_groups.mentions import existing

if TYPE_CHECKING:
    from parley.moderation.verdicts import Verdict

MAX_EDITS = 100
MAX_FILES = 120
"""How many files a message may have carried, its earlier texts included: each is named by the message as it is."""
EDIT_ATTEMPTS = 4
CONTENT = ("text", "attachments", "mentions", "mentioned_groups", "custom")
SAID = (*CONTENT, "files", "link_previews", "preview_images", "translations")
STORED = (*SAID, "media_ids")
"""What an edit writes: the content, and what the message keeps of its attachments and links."""


def do_edit(caller: Caller, message_id: str, edit: EditMessage, *, if_match: int | None) -> MessageContent:
    """Replace what a message of the caller's says: 3.5 RRU, 2 WRU, 1 more for the newest of its conversation.

    A file that the message did not carry costs 1 RRU and 2 WRU more. It is the caller's and checked, as when sending;
    one that goes stays in the edit history, and nobody but its uploader can fetch it unless another message carries it.

    What it said before is kept first, under the number of the edit, so a crash in between leaves nothing that is shown.
    The write is conditional on the version that was read: of two edits at once the later one wins and both earlier
    texts are kept; with `if_match` it raises `VersionConflict` instead. An edit that changes nothing writes nothing,
    so a repetition is harmless, and repairs a preview that a crash left old. Whether the author still may edit is
    looked at after the pre-send webhook, and again after the write, which is undone where they may not.

    Who is shadow-banned edits what is shown to them alone; for what others see their time is over.

    Raises `MessageDeleted`, `NotTheAuthor`, `ServerTokenRequired` for a system message, `MessageForwarded`,
    `EditWindowClosed`,
    `TooManyEdits`, `MessageTooLong`, `VersionConflict`, `MessageRefused`, `ModerationUnavailable`, and what
    `access_message_to_write`, `check_may` and, of files that are new to it, `attachments.check_attachable` raise.
    """
    found = _access_to_edit(caller, message_id)
    item = found.item
    asks = _asked_of(item)
    if if_match is not None and int(item.version) < if_match:
        item = MessageItem.at(found.place.message, consistent=True) or item
    verdict, said = None, None
    for _ in range(EDIT_ATTEMPTS):
        check_editable(caller, item)
        wanted = _edited(caller, item, edit)
        check_may(caller, found.membership, *asks, *_asked_of_files(item, wanted))
        if if_match is not None and int(item.version) != if_match:
            raise VersionConflict
        verdict = _screened(caller, item, wanted, verdict if wanted.text == said else None)
        if verdict is not None and waits(caller):
            check_still_may_write(caller, found.place, *asks)
        said = wanted.text
        if verdict is not None and said is not None:
            wanted.text = verdict.apply(said)
        _keep_what_fits(item, wanted)
        attachments.attach(caller, [] if found.place.shadow else _new_files(item, wanted), message_id)
        try:
            written = item if _says(wanted) == _says(item) else _write_edit(found.place, item, wanted, verdict)
        except ConditionFailed as failed:
            if failed.item is None:
                raise MessageNotFound from None
            item = MessageItem.from_raw_data(failed.item)
            _drop_unless_alive(found.place, item, wanted)
        else:
            if written is not item:
                confirm(caller, found.place, partial(_take_back, found.place, item, written), *asks)
            _refresh_preview(found.place, written, ConversationItem.read(found.beside))
            return quotes.show_one(caller, content_view(written))
    raise Unavailable("The message is being edited by others")


def _access_to_edit(caller: Caller, message_id: str) -> Found:
    found = access_message_to_write(caller, message_id, shadowed=True)
    is_own = found.item.author_id == caller.user_id
    if is_own and found.place.shadow is None and is_shadowed(caller, found.membership):
        raise EditWindowClosed
    return found


def _asked_of(item: MessageItem) -> list[Permission]:
    """What its author's role must allow still, to change what was said."""
    return ["post" if item.root_seq is None or item.shown_seq is not None else "reply"]


def _asked_of_files(item: MessageItem, wanted: MessageItem) -> list[Permission]:
    return ["upload"] if _new_files(item, wanted) else []


def check_editable(caller: Caller, item: MessageItem) -> None:
    """Refuse an edit that is not the caller's to make, or not now."""
    check_alive(item)
    check_author(caller, item)
    if is_by_system(item) and not caller.is_server:
        raise ServerTokenRequired
    if item.forwarded_at is not None:
        raise MessageForwarded
    window = caller.tenant.settings.edit_window_seconds
    if window is not None and clock.now_ms() - int(item.created_at) > window * 1000:
        raise EditWindowClosed(f"A message may be edited for {window} s")


def _edited(caller: Caller, item: MessageItem, edit: EditMessage) -> MessageItem:
    """The message as it will be; checks what the edit says."""
    limit = caller.tenant.settings.text_limit
    if edit.text is not None and len(edit.text) > limit:
        raise MessageTooLong(f"A text is at most {limit} characters")
    wanted = MessageItem.from_raw_data(item.serialize())
    if edit.text is not None:
        wanted.text = edit.text or None
    if edit.attachments is not None:
        _carry(caller, wanted, edit.attachments)
    if edit.mentions is not None:
        wanted.mentions = _mentioned(caller, item, edit.mentions)
    if edit.mentioned_groups is not None:
        wanted.mentioned_groups = distinct(_groups(caller, item, edit.mentioned_groups))
    if edit.custom is not None:
        wanted.custom = edit.custom or None
    if not (says_something(wanted.text) or wanted.attachments or wanted.location or wanted.poll):
        raise Unprocessable("A message has a text, an attachment, a location or a poll")
    return wanted


def _mentioned(caller: Caller, item: MessageItem, user_ids: list[str]) -> Any:
    """Those of these users whom the message mentions already, or who are members. 1 RRU for each of the others."""
    known = {*map(str, item.mentions or ())}
    if others := [user_id for user_id in dict.fromkeys(user_ids) if user_id not in known]:
        known.update(access_membership_with(caller, item.conversation_id, others)[1])
    return distinct([user_id for user_id in user_ids if user_id in known])


def _groups(caller: Caller, item: MessageItem, group_ids: list[str]) -> list[str]:
    """Those of these groups that the message mentions already, or that there are. 0.5 RRU for each of the others."""
    known = {*map(str, item.mentioned_groups or ())}
    known.update(existing(caller.tenant_id, [each for each in group_ids if each not in known]))
    return [group_id for group_id in group_ids if group_id in known]


def _screened(caller: Caller, item: MessageItem, wanted: MessageItem, known: "Verdict | None") -> "Verdict | None":
    """What moderation says of another text or other files; of what stays as it was, nothing. `known`: it said so."""
    if wanted.text == item.text and wanted.attachments == item.attachments:
        return None
    return known or screen_edit(caller, wanted)


def _keep_what_fits(item: MessageItem, wanted: MessageItem) -> None:
    """Previews of links that the text has still; translations of a text that stays as it was."""
    keep_linked(wanted)
    if wanted.text != item.text:
        wanted.translations = None


def _carry(caller: Caller, wanted: MessageItem, media_ids: list[str]) -> None:
    """Let the message carry these files, in this order, with what it shows of each."""
    files = wanted.files or {}
    shown: Files = {str(media_id): files.get(media_id, {}) for media_id in wanted.attachments or []}
    shown |= attachments.check_attachable(caller, [each for each in media_ids if each not in shown])
    wanted.attachments = distinct(media_ids)
    wanted.files = {media_id: shown[media_id] for media_id in dict.fromkeys(media_ids)} or None
    wanted.media_ids = distinct([*map(str, wanted.media_ids or []), *media_ids])
    if len(wanted.media_ids or []) > MAX_FILES:
        raise TooManyEdits(f"With its earlier texts, a message carries at most {MAX_FILES} files")


def _new_files(item: MessageItem, wanted: MessageItem) -> list[str]:
    """The files that the message does not carry yet."""
    return [str(media_id) for media_id in wanted.attachments or [] if media_id not in (item.attachments or [])]


def distinct(values: list[str]) -> Any:
    """The values without repetitions, as a stored list has them: untyped, as PynamoDB's list of strings is."""
    return list(dict.fromkeys(values)) or None


def _says(item: MessageItem) -> RawItem:
    raw = item.serialize()
    return {name: raw[name] for name in CONTENT if name in raw}


def _write_edit(place: Place, item: MessageItem, wanted: MessageItem, verdict: "Verdict | None") -> MessageItem:
    """Keep what the message said, then write what it says; raises `ConditionFailed` where it changed meanwhile.

    What moderators are to see of it is written with it or not at all, which costs twice.
    """
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
        mentioned_groups=item.mentioned_groups,
        custom=item.custom,
        written_at=item.edited_at or item.created_at,
    )
    dynamodb.put(settings().chat_table, kept.serialize())
    says = {name: Typed(value) for name, value in wanted.serialize().items() if name in STORED}
    gone = [name for name in STORED if name not in says]
    now = max(clock.now_ms(), int(kept.written_at) + 1)
    change = Update().set(says, edited_at=now, edit_count=number).remove(*gone).add(version=1)
    is_as_read = equals("version", int(item.version)) & absent("deleted_at")
    table = settings().chat_table
    if verdict is None or not verdict.findings or place.shadow is not None:
        raw = dynamodb.update(table, place.message, change, condition=is_as_read, returning="ALL_NEW")
        return MessageItem.from_raw_data(raw)
    wanted.edited_at, wanted.edit_count, wanted.version = now, number, int(item.version) + 1
    write = transactions.update(table, place.message, change, condition=is_as_read, tell=True)
    from parley.messaging.messages.automatic_flags import update_flagged  # noqa: PLC0415 - where something was found

    update_flagged(place.tenant_id, wanted, verdict.findings, write, now)
    return wanted


def _take_back(place: Place, item: MessageItem, written: MessageItem) -> None:
    """Let the message say again what it said, unless somebody has changed it since."""
    raw = item.serialize()
    said = {name: Typed(raw[name]) for name in SAID if name in raw}
    change = Update().set(said, edit_count=int(item.edit_count)).set_or_remove(edited_at=item.edited_at)
    change.remove(*(name for name in SAID if name not in raw)).add(version=1)
    try:
        dynamodb.update(settings().chat_table, place.message, change, condition=equals("version", int(written.version)))
    except ConditionFailed:
        return
    dynamodb.delete(settings().chat_table, Key(place.pk, keys.edit_sk(place.address.seq, int(written.edit_count))))


def _drop_unless_alive(place: Place, item: MessageItem, wanted: MessageItem) -> None:
    """A message was deleted while it was being edited: what was kept of it for the edit goes, as the rest did."""
    if item.deleted_at is not None or item.void:
        dynamodb.delete(
            settings().chat_table, Key(place.pk, keys.edit_sk(place.address.seq, int(wanted.edit_count) + 1))
        )


def _refresh_preview(place: Place, written: MessageItem, conversation: ConversationItem | None) -> None:
    """Show the edit in the conversation's preview where it may be this message's: what was read can be a little old."""
    seq = written.seq if place.address.root_seq is None else written.shown_seq
    if conversation is None or seq is None or place.shadow is not None or int(conversation.last_seq or 0) > int(seq):
        return
    is_shown = conversation.last_seq is not None and int(conversation.last_seq) == int(seq)
    if is_shown and int(conversation.last_version or 0) >= int(written.version):
        return
    show_edit(place.meta, int(seq), written)
