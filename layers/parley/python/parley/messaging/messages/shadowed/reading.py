"""Reading a shadowed message: its author finds it in the void place that is marked for them, nobody else does."""

from collections.abc import Iterable

from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key


def is_for(caller: Caller, place: MessageItem) -> bool:
    """Whether this place, which is void for everybody else, has a message for the caller."""
    if not place.void or place.shadow is None:
        return False
    return bool(place.shadow == keys.shadow_mark(place.pk, int(place.seq), caller.user_id))


def read(caller: Caller, places: Iterable[MessageItem]) -> dict[Key, MessageItem]:
    """What the caller is shown in these places, by where they are. Nothing is read where none is marked for them.

    One consistent call, 1 RRU each.
    """
    wanted = {
        keys.shadowed(caller.tenant_id, keys.address_of(each.key), caller.user_id): each.key
        for each in places
        if is_for(caller, each)
    }
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True) if wanted else {}
    return {wanted[at]: MessageItem.from_raw_data(raw) for at, raw in found.items()}


def read_one(caller: Caller, place: MessageItem | None) -> MessageItem | None:
    """The same of one place: itself, where it is not marked for the caller."""
    if place is None or not is_for(caller, place):
        return place
    return read(caller, [place]).get(place.key, place)


def read_replies(caller: Caller, references: Iterable[MessageItem]) -> dict[str, MessageItem]:
    """The caller's shadowed replies that these shadowed places of the conversation refer to, by id. 1 RRU each."""
    addresses = [MessageAddress.parse(each.reference or "") for each in references]
    wanted = {
        keys.shadowed(caller.tenant_id, each, caller.user_id): str(each) for each in addresses if each is not None
    }
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True) if wanted else {}
    return {wanted[at]: MessageItem.from_raw_data(raw) for at, raw in found.items()}
