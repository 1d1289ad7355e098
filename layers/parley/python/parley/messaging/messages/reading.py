"""One message: finding it by its id, and what it said before its edits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from parley.errors import ConversationNotFound, MessageDeleted, MessageNotFound, NotTheAuthor, ParleyError
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging import access
from parley.messaging.access import check_membership, membership_key, within
from parley.messaging.items import EditItem, MembershipItem, MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.annotations import NOTHING_OWN, own_of, read_annotations
from parley.messaging.messages.listings import Listing, Position
from parley.messaging.messages.schemas import Message, MessageEdit
from parley.messaging.messages.shadowed import reading as shadowed_messages
from parley.messaging.messages.views import edit_view, message_view
from parley.permissions.roles import Permission
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.expressions import absent, exists
from parley.tables.keys import Key
from parley.wire import Page

IS_ALIVE = exists() & absent("deleted_at") & absent("void")
"""The condition of a write that needs a message, as `check_alive` asks of one that was read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message, and what belongs to it, is stored; `shadow` is whom alone it is shown to."""

    tenant_id: str
    address: MessageAddress
    shadow: str | None = None

    @property
    def pk(self) -> str:
        root_seq = self.address.root_seq
        pk = keys.conversation(self.tenant_id, self.address.conversation_id)
        return pk if root_seq is None else keys.thread_under(pk, root_seq)

    @property
    def message(self) -> Key:
        if self.shadow is not None:
            return keys.shadowed(self.tenant_id, self.address, self.shadow)
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
    caller: Caller,
    message_id: str,
    *,
    beside: Callable[[Place], Key] | None = None,
    consistent: bool = False,
    shadowed: bool = False,
) -> Found:
    """Find a message by its id, with the caller's membership, the conversation and one more item.

    One call, 0.5 RRU for each.

    What an eventually consistent read does not see may have been written a moment ago, so it is read again before it
    is refused; a write that follows is conditional on what it saw. With `shadowed`, what is shown to the caller alone
    is found too, for 1 RRU more. Raises `MessageNotFound` for an id that names
    nothing the caller may see, `NotAMember` in a channel that they may join.
    """
    place = locate(caller, message_id)
    mine = membership_key(caller.tenant_id, caller.user_id, place.address.conversation_id)
    wanted = [mine, place.message, place.meta] + ([] if beside is None else [beside(place)])
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=consistent)
    if not consistent and not (mine in found and place.message in found):
        found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    try:
        membership = check_membership(caller, place.address.conversation_id, MembershipItem.read(found.get(mine)))
    except ConversationNotFound:
        raise MessageNotFound from None
    membership = within(membership, found.get(place.meta))
    item = MessageItem.read(found.get(place.message))
    if item is None or item.reference is not None or item.position <= int(membership.visible_from):
        raise MessageNotFound
    hung = None if beside is None else found.get(beside(place))
    if shadowed and (own := shadowed_messages.read_one(caller, item)) is not item:
        place, item = replace(place, shadow=caller.user_id), own
    return Found(place, item, membership, hung)


def access_message_to_write(caller: Caller, message_id: str, *permissions: Permission, shadowed: bool = False) -> Found:
    """Find a message to change, or to hang something on; its conversation's item is `beside` it. 1.5 RRU.

    Raises as `access_message` and `access.check_may_write` do, and `InsufficientRole`.
    """
    found = access_message(caller, message_id, beside=lambda place: place.meta, shadowed=shadowed)
    access.check_may_write(caller, found.membership, found.beside)
    access.check_may(caller, found.membership, *permissions)
    return found


def access_message_to_take_back(caller: Caller, message_id: str, *, shadowed: bool = False) -> Found:
    """Find a message to take something of one's own from, or to take away itself: a block is no hindrance. 1.5 RRU.

    Raises as `access_message` and `access.check_open` do.
    """
    found = access_message(caller, message_id, beside=lambda place: place.meta, shadowed=shadowed)
    access.check_open(found.beside or {})
    return found


def check_still_may_write(caller: Caller, place: Place, *permissions: Permission) -> MembershipItem:
    """Check again, after a wait, what `access_message_to_write` does; 2 RRU. Raises alike."""
    try:
        return access.access_to_write(caller, place.address.conversation_id, *permissions)
    except ConversationNotFound:
        raise MessageNotFound from None


def confirm(caller: Caller, place: Place, undo: Callable[[], object], *permissions: Permission) -> None:
    """Check after a write that the caller might make it; undo what they might not. 2 RRU.

    Who is removed or blocked, or whose conversation is archived, after the check before the write leaves nothing
    behind. Where the process dies before it can undo, it is as if the write had come a moment earlier. Raises as
    `access_message_to_write`.
    """
    try:
        check_still_may_write(caller, place, *permissions)
    except ParleyError:
        undo()
        raise


def locate(caller: Caller, message_id: str) -> Place:
    """Where a message with this id would be; raises `MessageNotFound` where none can have it."""
    address = MessageAddress.parse(message_id)
    if address is None:
        raise MessageNotFound
    return Place(caller.tenant_id, address)


def seems_done(caller: Caller, found: Found) -> bool:
    """Whether what the caller hangs on a message is written nowhere: nobody would be shown it."""
    return found.place.shadow is not None or access.is_shadowed(caller, found.membership)


def check_alive(item: MessageItem) -> None:
    """Refuse to change what has been deleted or never was; raises `MessageDeleted`."""
    if item.deleted_at is not None or item.void:
        raise MessageDeleted


def check_author(caller: Caller, item: MessageItem) -> None:
    """Raises `NotTheAuthor`."""
    if item.author_id != caller.user_id:
        raise NotTheAuthor


def do_get(caller: Caller, message_id: str) -> Message:
    """One message as it is at this moment, or its tombstone: 4 RRU, 5 with votes in a poll.

    Raises `MessageNotFound`, `NotAMember`.
    """
    found = access_message(caller, message_id, beside=lambda place: place.annotations, consistent=True, shadowed=True)
    if found.item.void:
        raise MessageNotFound
    own = own_of(caller.user_id, [] if found.beside is None else [found.beside])
    mine = own.get(found.place.annotations, NOTHING_OWN)
    message = message_view(found.item, read_annotations(found.beside, caller.user_id, mine))
    return quotes.show_one(caller, message)


def do_list_edits(caller: Caller, message_id: str, *, limit: int, cursor: str | None) -> Page[MessageEdit]:
    """What a message said before each of its edits, newest first: to its author and whose role allows it.

    A deleted message shows none. Raises `InsufficientRole`, `InvalidCursor`, and what `access_message` raises.
    """
    found = access_message(caller, message_id, consistent=True, shadowed=True)
    item = found.item
    if item.void:
        raise MessageNotFound
    if item.author_id != caller.user_id:
        access.check_may(caller, found.membership, "see_edits")
    count = 0 if item.deleted_at is not None else int(item.edit_count)
    listing = Listing("edits", ascending=False)
    position = listing.beginning if cursor is None else Listing.resume(listing.name, cursor)[1]
    if position.forward:
        low = position.seq + 1
        high = min(count, low + limit - 1)
    else:
        high = min(count, position.seq - 1)
        low = max(1, high - limit + 1)
    edits = _read_edits(found.place, low, high) if low <= high else []
    return Page(
        data=[edit_view(edit) for edit in reversed(edits)],
        next_cursor=listing.cursor(Position(low, forward=False)) if edits and low > 1 else None,
        prev_cursor=listing.cursor(Position(high, forward=True)) if edits and high < count else None,
    )


def _read_edits(place: Place, low: int, high: int) -> list[EditItem]:
    between = (keys.edit_sk(place.address.seq, low), keys.edit_sk(place.address.seq, high))
    found = dynamodb.every(settings().chat_table, place.pk, between=between, consistent=True)
    return [EditItem.from_raw_data(raw) for raw in found]
