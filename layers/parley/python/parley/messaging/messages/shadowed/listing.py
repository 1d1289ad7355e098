"""What was posted under a shadow ban, for those who judge it: moderators, and the tenant's back end."""

from parley.errors import InvalidCursor
from parley.identity.caller import Caller
from parley.messaging.access import access_membership, speaker_of
from parley.messaging.items import MessageItem
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.messages.views import content_view
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.cursors import Listing
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key, WrongKey
from parley.tables.pages import Position, cut
from parley.wire import Page

LISTING: Listing = ("shadowed messages",)
LISTING_OF_USER: Listing = ("shadowed messages of a user",)


def do_list(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[MessageContent]:
    """A page of a conversation's, the newest first; replies stand with the root of their thread.

    0.5 RRU for some eight messages. A page may hold fewer than `limit` while there are more. Raises as
    `access_membership` does, `InsufficientRole`, `InvalidCursor`.
    """
    access_membership(speaker_of(caller), conversation_id, "ban")
    pk = keys.conversation(caller.tenant_id, conversation_id)
    position = None if cursor is None else Position.decode(cursor, LISTING)
    start = None if position is None else dynamodb.key((pk, keys.SHADOWED_PREFIX + position.text))
    found, _ = dynamodb.query(
        settings().chat_table,
        pk,
        begins_with=keys.SHADOWED_PREFIX,
        limit=limit + 1,
        forward=position is not None and not position.forward,
        after=start,
    )
    page = cut(found, position, limit, lambda raw: required_text(raw, "sk").removeprefix(keys.SHADOWED_PREFIX), LISTING)
    return Page(data=_views(page.entries), next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def do_list_of_user(caller: Caller, user_id: str, *, limit: int, cursor: str | None) -> Page[MessageContent]:
    """A page of what a user has posted so in all conversations, the newest first: for the tenant's back end.

    0.5 RRU for each. Raises `InvalidCursor`.
    """
    pk = keys.shadowed_by(caller.tenant_id, user_id)
    position = None if cursor is None else Position.decode(cursor, LISTING_OF_USER)
    start = None
    if position is not None:
        at = _place(caller, user_id, position.text)
        start = dynamodb.key(at) | attributes.item({"gpk": pk, "gsk": position.text})
    found, _ = dynamodb.query(
        settings().chat_table,
        pk,
        limit=limit + 1,
        forward=position is not None and not position.forward,
        index=COLLECTION_INDEX,
        after=start,
    )
    page = cut(found, position, limit, lambda raw: required_text(raw, "gsk"), LISTING_OF_USER)
    places = [_place(caller, user_id, required_text(raw, "gsk")) for raw in page.entries]
    items = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return Page(
        data=_views([items[at] for at in places if at in items]),
        next_cursor=page.next_cursor,
        prev_cursor=page.prev_cursor,
    )


def _place(caller: Caller, user_id: str, gsk: str) -> Key:
    """Where the message stands that the index has here; raises `InvalidCursor` for what can be none."""
    try:
        address = keys.shadowed_address_of(gsk)
    except WrongKey:
        raise InvalidCursor from None
    return keys.shadowed(caller.tenant_id, address, user_id)


def _views(found: list[RawItem]) -> list[MessageContent]:
    """The messages; the place that a reply has in the conversation says nothing of its own."""
    return [content_view(MessageItem.from_raw_data(raw)) for raw in found if "reference" not in raw]
