"""Mutes of users: nothing that they write is pushed to who has muted them, for good or until a moment.

Nothing else changes: what they write is shown and counted. A mute and its note in the muted user's partition are one
transaction, so that an erasure finds it from both sides. A mute that has ended stays until it is said anew or lifted,
and counts for nothing.
"""

from parley import clock
from parley.errors import NotOnOneself, UserNotFound
from parley.identity.caller import Caller
from parley.messaging.items import UserMuteItem
from parley.messaging.members.memberships import seen_users
from parley.messaging.members.muting import moment_to_come
from parley.messaging.members.schemas import Mute, UserMute
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.expressions import Update, stored_or
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.tables.transactions import Action
from parley.wire import Page, moment


def mute_places(tenant_id: str, muter_id: str, muted_id: str) -> tuple[Key, Key]:
    """Where a mute stands: in the partition of who has muted, and its note in the muted user's."""
    return (
        Key(keys.user(tenant_id, muter_id), keys.user_mute_sk(muted_id)),
        Key(keys.user(tenant_id, muted_id), keys.muted_by_sk(muter_id)),
    )


def do_mute(caller: Caller, user_id: str, body: Mute) -> UserMute:
    """Let nothing of a user's be pushed to the caller, for good or until a moment; again, what is said last holds.

    A mute that holds keeps its beginning. 1.5 RRU and 4 WRU. Raises `NotOnOneself`, `UserNotFound`, `ValidationFailed`
    for a moment that has passed.
    """
    if user_id == caller.user_id:
        raise NotOnOneself
    until = None if body.until is None else moment_to_come(body.until)
    if not seen_users(caller, [user_id], deactivated=True):
        raise UserNotFound
    own, note = mute_places(caller.tenant_id, caller.user_id, user_id)
    earlier = UserMuteItem.at(own, consistent=True)
    since = int(earlier.created_at) if earlier is not None and holds(earlier) else clock.now_ms()
    dynamodb.transact([_put(own, "user_mute", user_id, since, until), _put(note, "muted_by", user_id, since, until)])
    return _view(user_id, since, until)


def _put(at: Key, entity: str, muted_id: str, since: int, until: int | None) -> Action:
    """The action that writes a mute, or its note."""
    change = Update().set(entity=entity, muted_id=muted_id, created_at=since).set_or_remove(muted_until=until)
    change.set(version=stored_or("version", clock.now_ms(), plus=1))  # newer than that of a mute which was taken back
    return transactions.update(settings().chat_table, at, change)


def do_unmute(caller: Caller, user_id: str) -> None:
    """Let what a user writes be pushed to the caller again; who is not muted stays so."""
    lift(caller.tenant_id, caller.user_id, user_id)


def lift(tenant_id: str, muter_id: str, muted_id: str) -> None:
    """Take a mute back, whoever asks; absent is fine. 4 WRU."""
    places = mute_places(tenant_id, muter_id, muted_id)
    dynamodb.transact([transactions.delete(settings().chat_table, at) for at in places])


def holds(mute: UserMuteItem) -> bool:
    """Whether a mute has not ended."""
    return mute.muted_until is None or int(mute.muted_until) > clock.now_ms()


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[UserMute]:
    """Whom the caller has muted, in the order of their ids. Those whose mute has ended are left out."""
    pk = keys.user(caller.tenant_id, caller.user_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.user_mute_sk(user_id)))

    found = read_slice(pk, keys.USER_MUTE_PREFIX, listing=("mutes",), limit=limit, cursor=cursor, start=start)
    mutes = filter(holds, map(UserMuteItem.from_raw_data, found.entries))
    return Page(
        data=[_view(mute.muted_id, int(mute.created_at), mute.muted_until) for mute in mutes],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def _view(user_id: str, since: int, until: float | None) -> UserMute:
    return UserMute(user_id=user_id, until=moment(until), created_at=clock.to_datetime(since))
