"""Blocks: a user takes no direct messages from another, and is not put into groups by them.

A block, its note in the blocked user's partition and its mark on their membership of the direct conversation are one
transaction: a send learns of it from the membership that it reads anyway, an erasure from the note, and no crash leaves
one without the others.
"""

from collections.abc import Sequence

from parley import clock, ids
from parley.errors import NotOnOneself, Unavailable, UserNotFound
from parley.identity.caller import Caller
from parley.messaging.access import membership_key, meta_key
from parley.messaging.items import BlockItem
from parley.messaging.members.memberships import ATTEMPTS, EXISTS, must_be_absent, seen_users
from parley.messaging.members.schemas import Block
from parley.messaging.sequence import close_unwritten
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, stored_or
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.tables.transactions import Action
from parley.wire import Page


def do_block(caller: Caller, user_id: str) -> None:
    """Take no direct messages from a user from now on; again changes nothing. Raises `NotOnOneself`, `UserNotFound`."""
    if user_id == caller.user_id:
        raise NotOnOneself
    if not seen_users(caller, [user_id], deactivated=True):
        raise UserNotFound
    own, note = block_places(caller.tenant_id, caller.user_id, user_id)
    actions = [_put_block(own, "block", user_id), _put_block(note, "blocked_by", user_id)]
    _change(caller.tenant_id, caller.user_id, user_id, actions, Update().set(blocked=True).add(version=1))
    conversation_id = ids.direct_id(caller.tenant_id, caller.user_id, user_id)
    close_unwritten(meta_key(caller.tenant_id, conversation_id), conversation_id)


def _put_block(at: Key, entity: str, blocked_id: str) -> Action:
    """The action that writes a block, or its note; one that is there keeps its moment."""
    since = stored_or("created_at", clock.now_ms())
    block = Update().set(entity=entity, blocked_id=blocked_id, created_at=since).add(version=1)
    return transactions.update(settings().chat_table, at, block)


def do_unblock(caller: Caller, user_id: str) -> None:
    """Take direct messages from a user again; who is not blocked stays so."""
    lift(caller.tenant_id, caller.user_id, user_id)


def lift(tenant_id: str, blocker_id: str, blocked_id: str) -> None:
    """Take a block back, whoever asks; absent is fine."""
    own, note = block_places(tenant_id, blocker_id, blocked_id)
    lifts = [transactions.delete(settings().chat_table, at) for at in (own, note)]
    _change(tenant_id, blocker_id, blocked_id, lifts, Update().remove("blocked").add(version=1))


def block_places(tenant_id: str, blocker_id: str, blocked_id: str) -> tuple[Key, Key]:
    """Where a block stands: in the blocker's partition, and its note in the blocked user's."""
    return (
        Key(keys.user(tenant_id, blocker_id), keys.block_sk(blocked_id)),
        Key(keys.user(tenant_id, blocked_id), keys.blocked_by_sk(blocker_id)),
    )


def blockers_among(caller: Caller, user_ids: Sequence[str]) -> set[str]:
    """Those of these users who have blocked the caller: whom the caller may not put beside themselves. 0.5 RRU each.

    None for the tenant's back end, which may bring together whom it likes.
    """
    if caller.is_server or not user_ids:
        return set()
    places = {block_places(caller.tenant_id, user_id, caller.user_id)[1]: user_id for user_id in user_ids}
    return {places[at] for at in dynamodb.batch_get(settings().chat_table, places)}


def _change(tenant_id: str, blocker_id: str, blocked_id: str, block: Sequence[Action], mark: Update) -> None:
    """Write the block and the mark on the other's membership; where there is none, on condition that none appears."""
    conversation_id = ids.direct_id(tenant_id, blocker_id, blocked_id)
    table, at = settings().chat_table, membership_key(tenant_id, blocked_id, conversation_id)
    for _ in range(ATTEMPTS):
        exists = dynamodb.get(table, at, consistent=True) is not None
        marked = transactions.update(table, at, mark, condition=EXISTS) if exists else must_be_absent(at)
        try:
            dynamodb.transact([*block, marked])
        except TransactionRefused:
            continue
        return
    raise Unavailable("The conversation is too busy")


def do_list_blocks(caller: Caller, *, limit: int, cursor: str | None) -> Page[Block]:
    """Whom the caller has blocked, in the order of their ids."""
    pk = keys.user(caller.tenant_id, caller.user_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.block_sk(user_id)))

    found = read_slice(pk, keys.BLOCK_PREFIX, listing=("blocks",), limit=limit, cursor=cursor, start=start)
    blocks = [BlockItem.from_raw_data(raw) for raw in found.entries]
    return Page(
        data=[Block(user_id=block.blocked_id, created_at=clock.to_datetime(int(block.created_at))) for block in blocks],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )
