"""Pinned messages: at most 50 a conversation, all in one item, so that the number holds however many pin at once.

`PINS` has `p:<place>` for each, a map of who pinned it and when, and their number, `pin_count`. A transaction writes it
together with the message, which says `pinned_at`, so a message that has been deleted cannot be pinned.
"""

from collections.abc import Sequence

from parley import clock
from parley.errors import InvalidCursor, MessageDeleted, TooManyPins, Unavailable
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import access_membership, meta_key, still_may_write, within
from parley.messaging.items import MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.annotations import NOTHING_OWN, own_of, read_annotations
from parley.messaging.messages.reading import (
    IS_ALIVE,
    Place,
    access_message_to_write,
    check_alive,
    check_still_may_write,
)
from parley.messaging.messages.schemas import Message, MessageContent
from parley.messaging.messages.views import content_view, message_view
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, members, number, required_number
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent, exists, less
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.wire import Page

MAX_PINS = 50
PREFIX = "p:"
_LISTING = ("pins",)


def do_pin(caller: Caller, message_id: str) -> MessageContent:
    """Pin a message; a pinned one stays as it is. 1.5 RRU, 8 WRU and 2 for each KiB of the conversation's pins.

    Raises `TooManyPins`, `InsufficientRole`, `MessageDeleted`, and what `access_message_to_write` raises.
    """
    found = access_message_to_write(caller, message_id, "pin")
    check_alive(found.item)
    now = clock.now_ms()
    actions = [_enter(found.place, caller.user_id, now), _mark(found.place, caller.user_id, now)]
    actions += still_may_write(caller, found.membership)
    try:
        dynamodb.transact(actions)
    except TransactionRefused as refused:
        _check_refusal(caller, found.place, refused)
        if not _is_pinned(found.place):
            _forget_deleted(found.place)
            _try_again(caller, found.place, actions)
    return quotes.show_one(caller, content_view(MessageItem.at(found.place.message, consistent=True) or found.item))


def _check_refusal(caller: Caller, place: Place, refused: TransactionRefused) -> None:
    """Say why a pin was refused, unless for want of room."""
    if refused.failed(1):
        raise MessageDeleted from None
    if refused.failed(2) or refused.failed(3):
        check_still_may_write(caller, place, "pin")
        raise Unavailable("The conversation is too busy") from None


def _try_again(caller: Caller, place: Place, actions: Sequence[Action]) -> None:
    try:
        dynamodb.transact(actions)
    except TransactionRefused as refused:
        _check_refusal(caller, place, refused)
        raise TooManyPins(f"A conversation has at most {MAX_PINS} pinned messages") from None


def do_unpin(caller: Caller, message_id: str) -> None:
    """Take a pin away; a message without one is no refusal. Raises as `do_pin` does, apart from `MessageDeleted`."""
    found = access_message_to_write(caller, message_id, "pin")
    table, place = settings().chat_table, found.place
    leave = transactions.update(table, place.pins, _leave(place), condition=_is_in(place))
    unmark = Update().remove("pinned_at", "pinned_by").add(version=1)
    try:
        dynamodb.transact(
            [
                leave,
                transactions.update(table, place.message, unmark, condition=exists()),
                *still_may_write(caller, found.membership),
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(2) or refused.failed(3):
            _check_refusal(caller, place, refused)


def do_list_pins(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Message]:
    """The pinned messages of a conversation that the caller may see, last pinned first.

    Raises `ConversationNotFound`, `NotAMember`, `InvalidCursor`.
    """
    pins_at = Key(keys.conversation(caller.tenant_id, conversation_id), keys.PINS_SK)
    membership, meta_at = access_membership(caller, conversation_id), meta_key(caller.tenant_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [pins_at, meta_at], consistent=True)
    seen = within(membership, found.get(meta_at))
    order = _visible(caller, conversation_id, _pins(found.get(pins_at, {})), int(seen.visible_from))
    before = None if cursor is None else _position(cursor)
    rest = [pin for pin in order if before is None or pin < before]
    page = rest[:limit]
    return Page(
        data=_messages(caller, conversation_id, [place for _, place in page]),
        next_cursor=cursors.encode(list(page[-1]), _LISTING) if len(rest) > limit else None,
    )


def forget(place: Place) -> None:
    """A message that is gone is pinned no longer. 1 WRU for each KiB of pins."""
    try:
        dynamodb.update(settings().chat_table, place.pins, _leave(place), condition=_is_in(place))
    except ConditionFailed:
        return


def _name(place: Place) -> str:
    return PREFIX + place.address.place


def _enter(place: Place, user_id: str, now: int) -> Action:
    pin = _name(place)
    change = Update().set({pin: {"by": user_id, "at": now}}, entity="pins").add(pin_count=1, version=1)
    has_room = absent("pin_count") | less("pin_count", MAX_PINS)
    return transactions.update(settings().chat_table, place.pins, change, condition=absent(pin) & has_room)


def _mark(place: Place, user_id: str, now: int) -> Action:
    change = Update().set(pinned_at=now, pinned_by=user_id).add(version=1)
    return transactions.update(settings().chat_table, place.message, change, condition=IS_ALIVE)


def _leave(place: Place) -> Update:
    return Update().remove(_name(place)).add(pin_count=-1, version=1)


def _is_in(place: Place) -> Condition:
    return exists(_name(place))


def _is_pinned(place: Place) -> bool:
    return _name(place) in (dynamodb.get(settings().chat_table, place.pins, consistent=True) or {})


def _forget_deleted(place: Place) -> None:
    """Make room: take away the pins of messages whose delete died before it could."""
    pins = dynamodb.get(settings().chat_table, place.pins, consistent=True) or {}
    for _, pinned in _pins(pins):
        other = Place(place.tenant_id, _address(place.address.conversation_id, pinned))
        item = MessageItem.at(other.message, consistent=True)
        if item is None or item.void or item.deleted_at is not None:
            forget(other)


def _pins(raw: RawItem) -> list[tuple[int, str]]:
    """When each message was pinned, and the rest of its id; last pinned first."""
    pins = [
        (required_number(members(raw, name), "at"), name.removeprefix(PREFIX))
        for name in raw
        if name.startswith(PREFIX)
    ]
    return sorted(pins, reverse=True)


def _address(conversation_id: str, place: str) -> MessageAddress:
    address = MessageAddress.parse(f"{conversation_id}-{place}")
    if address is None:
        raise InvalidCursor
    return address


def _visible(
    caller: Caller, conversation_id: str, pins: Sequence[tuple[int, str]], visible_from: int
) -> list[tuple[int, str]]:
    """Those that a member sees who sees nothing up to `visible_from`.

    A reply is seen with what it hangs on, or where it is shown in the conversation: 1 RRU for each that is looked up.
    """
    places = {pin: Place(caller.tenant_id, _address(conversation_id, pin[1])) for pin in pins}
    tops = {pin: place.address.root_seq or place.address.seq for pin, place in places.items()}
    replies = {
        pin: place.message
        for pin, place in places.items()
        if place.address.root_seq is not None and tops[pin] <= visible_from
    }
    found = dynamodb.batch_get(settings().chat_table, replies.values(), consistent=True) if replies else {}
    tops |= {pin: number(found.get(at, {}), "shown_seq") for pin, at in replies.items()}
    return [pin for pin in pins if tops[pin] > visible_from]


def _position(cursor: str) -> tuple[int, str]:
    match cursors.decode(cursor, _LISTING):
        case [int(at), str(place)] if not isinstance(at, bool):
            return at, place
        case _:
            raise InvalidCursor


def _messages(caller: Caller, conversation_id: str, pinned: list[str]) -> list[Message]:
    """The messages themselves, without those that have been deleted."""
    places = [Place(caller.tenant_id, _address(conversation_id, place)) for place in pinned]
    wanted = [key for place in places for key in (place.message, place.annotations)]
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    own = own_of(caller.user_id, (raw for at, raw in found.items() if keys.is_annotations(at.sk)))
    messages: list[Message] = []
    for place in places:
        item = MessageItem.read(found.get(place.message))
        if item is not None and not item.void and item.deleted_at is None:
            mine = own.get(place.annotations, NOTHING_OWN)
            messages.append(message_view(item, read_annotations(found.get(place.annotations), caller.user_id, mine)))
    return quotes.show(caller, messages)
