"""Out of a team, out of its conversations: whom a back end takes out of a team leaves what they were in through it.

What is to be left stands with the user since the write that took the team away, so whoever asks again after a crash
goes on where it stopped. Who joins meanwhile does so on condition of the team, and one who came in just before is found
here: memberships are read after that write.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from parley.errors import Unavailable
from parley.identity import teams
from parley.identity.caller import Caller
from parley.messaging.access import meta_key
from parley.messaging.members import leaving
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import listed_texts, required_text, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals
from parley.tables.keys import Key
from parley.users import batches, profiles
from parley.users.profiles import user_key
from parley.users.schemas import PutUser, PutUsers, PutUsersOutcome, User

MOST_LEFT = 500
"""Conversations that one request takes a user out of; one that asks again goes on."""
READ_TOGETHER = 100


def do_put(caller: Caller, user_id: str, body: PutUser, *, if_match: int | None) -> tuple[User, bool]:
    """As `profiles.do_put`; a user who is in a team no more leaves its conversations.

    That costs 0.5 RRU for each conversation that the user is in, and 7 WRU for each that they leave. Raises
    `Unavailable` where they are more than 500.
    """
    put = profiles.do_put(caller, user_id, body, if_match=if_match)
    _settle(caller, [user_id] if "teams" in body.model_fields_set else [])
    return put


def do_put_many(caller: Caller, body: PutUsers) -> PutUsersOutcome:
    """As `batches.do_put_many`, and each as `do_put`: 1 RRU more for each of whom it names teams."""
    done = batches.do_put_many(caller, body)
    _settle(caller, [user.id for user in body.users if "teams" in user.model_fields_set])
    return done


def _settle(caller: Caller, user_ids: Sequence[str]) -> None:
    if not user_ids or not teams.are_on(caller):
        return
    places = {user_key(caller.tenant_id, user_id): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    for at, user_id in places.items():
        if left := listed_texts(found.get(at, {}), "left_teams"):
            _leave(caller.tenant_id, user_id, left)


def _leave(tenant_id: str, user_id: str, left: Sequence[str]) -> None:
    conversations = list(islice(_in_teams(tenant_id, user_id, frozenset(left)), MOST_LEFT + 1))
    dynamodb.map_parallel(lambda each: leaving.depart(tenant_id, user_id, each), conversations[:MOST_LEFT])
    if len(conversations) > MOST_LEFT:
        raise Unavailable("The user is in many conversations of the team: ask again to go on")
    try:
        dynamodb.update(
            settings().chat_table,
            user_key(tenant_id, user_id),
            Update().remove("left_teams"),
            condition=equals("left_teams", list(left)),
        )
    except ConditionFailed:
        return


def _in_teams(tenant_id: str, user_id: str, left: frozenset[str]) -> Iterator[str]:
    """The conversations of these teams that a user is a member of; the end of an import sees to its own."""
    start = None
    while True:
        page, start = dynamodb.query(
            settings().chat_table,
            keys.user(tenant_id, user_id),
            begins_with=keys.MEMBERSHIP_PREFIX,
            limit=READ_TOGETHER,
            consistent=True,
            after=start,
            attributes=("sk",),
        )
        metas = {meta_key(tenant_id, each): each for each in (keys.membership_of(required_text(m, "sk")) for m in page)}
        found = dynamodb.batch_get(settings().chat_table, metas, consistent=True) if metas else {}
        yield from (metas[at] for at, meta in found.items() if text(meta, "team") in left and "importing" not in meta)
        if start is None:
            return


def outside(tenant_id: str, user_ids: Iterable[str], team: str) -> list[str]:
    """Those of these users who are not in a team at this moment. 1 RRU each."""
    places = {Key(keys.user(tenant_id, user_id), keys.USER_SK): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return [user_id for at, user_id in places.items() if team not in teams.of_user(found.get(at, {}))]


def take_out_outsiders(caller: Caller, conversation_id: str, user_ids: Sequence[str], team: str | None) -> None:
    """Take those members out of a conversation that an import has made who are not in its team by now."""
    if team is None or not teams.are_on(caller):
        return
    for user_id in outside(caller.tenant_id, user_ids, team):
        leaving.depart(caller.tenant_id, user_id, conversation_id)
