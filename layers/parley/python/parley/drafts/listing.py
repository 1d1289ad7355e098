"""A user's drafts, those first that were written last."""

from parley.drafts import drafts
from parley.drafts.items import DraftItem
from parley.drafts.schemas import Draft
from parley.drafts.views import draft_view
from parley.identity.caller import Caller
from parley.messaging.access import membership_key, meta_key, seen_after
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.cursors import Listing
from parley.tables.pages import Position, cut
from parley.wire import Page

LISTING: Listing = ("drafts",)


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[Draft]:
    """A page of the caller's drafts, as they are now; one that is written again moves to the front.

    Those of conversations that the caller is not in, and of threads under what they do not see, are left out. All that
    there are, 100 at most, are read: 1 RRU for each 4 KiB, and 1 for
    each conversation, 2 where a draft is a reply. Raises `InvalidCursor`.
    """
    position = None if cursor is None else Position.decode(cursor, LISTING)
    forward = position is None or position.forward
    found = sorted(_visible(caller), key=_place, reverse=forward)
    candidates = [item for item in found if position is None or _is_beyond(_place(item), position)]
    page = cut(candidates[: limit + 1], position, limit, _place, LISTING)
    return Page(
        data=[draft_view(item) for item in page.entries], next_cursor=page.next_cursor, prev_cursor=page.prev_cursor
    )


def _place(item: DraftItem) -> str:
    return f"{int(item.updated_at):015d}{item.sk.removeprefix(keys.DRAFT_PREFIX)}"


def _is_beyond(place: str, position: Position) -> bool:
    return place < position.text if position.forward else place > position.text


def _visible(caller: Caller) -> list[DraftItem]:
    found = drafts.all_of(caller.tenant_id, caller.user_id)
    mine = {item.sk: membership_key(caller.tenant_id, caller.user_id, item.conversation_id) for item in found}
    metas = {item.sk: meta_key(caller.tenant_id, item.conversation_id) for item in found if item.root_seq is not None}
    wanted = [*mine.values(), *metas.values()]
    stored = dynamodb.batch_get(settings().chat_table, wanted, consistent=True) if wanted else {}
    return [
        item for item in found if _sees(stored.get(mine[item.sk]), stored.get(metas.get(item.sk, mine[item.sk])), item)
    ]


def _sees(membership: RawItem | None, meta: RawItem | None, item: DraftItem) -> bool:
    return membership is not None and (item.root_seq is None or item.root_seq > seen_after(membership, meta))
