"""Memberships and the counts over them: every change writes both in one transaction, so that they never disagree.

The member summary's counts are added to, never set, on conditions that hold at the commit: whoever takes an owner away
does so only while another is left, however many do it at once. `META`, which every send writes, is in none of these
transactions.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from parley import clock
from parley.errors import (
    ConversationArchived,
    ConversationNotFound,
    JoinRequestRequired,
    ParleyError,
    Unavailable,
)
from parley.identity import teams
from parley.identity.caller import Caller
from parley.identity.shadow import FOR_GOOD
from parley.messaging.access import member_summary_key, membership_key, meta_key, still_holds_role
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members import arrivals
from parley.permissions.roles import Role
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, flag, item, number, required_number, required_text, text
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent, equals, exists, greater, less
from parley.tables.keys import Key
from parley.tables.transactions import Action

TRANSACTION_LIMIT = 100
MOST_ENTERING = TRANSACTION_LIMIT - 2
"""The member summary and the role of whoever adds them are in the transaction too."""
MOST_ENTERING_TEAM = MOST_ENTERING // 2
"""Each with the condition that they are in the team."""
ATTEMPTS = 8
"""How often a change that lost to others is tried again."""

EXISTS = exists()
IS_OPEN = exists() & absent("archived_at")
KEEPS_AN_OWNER = greater("owner_count", 1) | equals("member_count", 1)
"""Another owner stays, or nobody does: the condition of taking an owner out."""

Entrance = Literal["added", "already_member", "banned", "not_in_team"]


def new_membership(
    tenant_id: str,
    conversation_id: str,
    user_id: str,
    *,
    conversation_type: str,
    declared_type: str | None,
    role: Role,
    join_seq: int,
    history: str,
    shadowed_until: int | None = None,
) -> MembershipItem:
    """A member who joins after the number `join_seq`, with everything up to it read.

    Its version begins at the clock, so that a member who comes back is newer to every consumer than the one who left.
    """
    return MembershipItem(
        pk=keys.user(tenant_id, user_id),
        sk=keys.membership_sk(conversation_id),
        version=clock.now_ms(),
        gpk=keys.members(tenant_id, conversation_id),
        gsk=keys.member_gsk(user_id),
        conversation_id=conversation_id,
        user_id=user_id,
        type=conversation_type,
        declared_type=declared_type,
        role=role,
        join_seq=join_seq,
        visible_from=join_seq if history == "joined" else 0,
        joined_at=clock.now_ms(),
        read_seq=join_seq,
        shadowed_until=shadowed_until,
    )


def put_memberships(memberships: Sequence[MembershipItem]) -> list[Action]:
    """The actions that write memberships, each where none is."""
    return [transactions.put_if_absent(settings().chat_table, each.serialize()) for each in memberships]


def has_not_ended(ban: RawItem) -> bool:
    """Whether a ban holds at this moment, be it a shadow ban."""
    return "banned_until" not in ban or number(ban, "banned_until") > clock.now_ms()


def ban_holds(raw: RawItem | None) -> bool:
    """Whether this is a ban that keeps a user out at this moment."""
    return raw is not None and "shadow" not in raw and has_not_ended(raw)


def shadowed_until(raw: RawItem | None) -> int | None:
    """Until when this lets nobody else be shown what a member posts; None where it does not."""
    if raw is None or "shadow" not in raw or not has_not_ended(raw):
        return None
    return number(raw, "banned_until") if "banned_until" in raw else FOR_GOOD


def must_be_absent(at: Key) -> Action:
    """The action that refuses the transaction where an item stands."""
    return transactions.check(settings().chat_table, at, absent())


def must_be_in(tenant_id: str, user_ids: Sequence[str], team: str) -> list[Action]:
    """The actions that refuse the transaction where one of these users is not in a team. 2 WRU each."""
    table = settings().chat_table
    places = [Key(keys.user(tenant_id, user_id), keys.USER_SK) for user_id in user_ids]
    return [transactions.check(table, at, teams.is_in(team)) for at in places]


def change_counts(
    tenant_id: str,
    conversation_id: str,
    *,
    members: int = 0,
    owners: int = 0,
    condition: Condition = EXISTS,
    extra: Update | None = None,
) -> Action:
    """The action that adds to the summary's counts on a condition, and changes what else there is to change.

    Where there are more members, it says that they join now.
    """
    counts = Update().add(member_count=members, owner_count=owners, version=1)
    if members > 0:
        counts.set(last_joined_at=clock.now_ms())
    at = member_summary_key(tenant_id, conversation_id)
    return transactions.update(settings().chat_table, at, counts & extra, condition=condition, tell=True)


def change_role(membership: MembershipItem, role: Role) -> Action:
    """The action that gives a member a role, if theirs is still the one that was read."""
    change = Update().set(role=role).add(version=1)
    return transactions.update(settings().chat_table, membership.key, change, condition=_has_role_of(membership))


def _has_role_of(membership: MembershipItem) -> Condition:
    return equals("role", membership.role)


def take_out(
    tenant_id: str, membership: MembershipItem, *, condition: Condition, extra: Update | None = None
) -> list[Action]:
    """The actions that delete a membership and count it out, if its role is still the one that was read.

    The first is the member summary's, which also refuses to lose the last owner of others; the second the membership's.
    """
    is_owner = membership.role == "owner"
    counts = change_counts(
        tenant_id,
        membership.conversation_id,
        members=-1,
        owners=-1 if is_owner else 0,
        condition=condition & KEEPS_AN_OWNER if is_owner else condition,
        extra=extra,
    )
    delete = transactions.delete(settings().chat_table, membership.key, condition=_has_role_of(membership))
    return [counts, delete]


def put_former_membership(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Note in the user's partition that they were in a conversation: whoever erases or exports them looks there too.

    Written before they leave, so that no crash loses it. 1 WRU.
    """
    at = Key(keys.user(tenant_id, user_id), keys.former_membership_sk(conversation_id))
    note = item({**at._asdict(), "entity": "former_membership", "version": 1})
    dynamodb.put(settings().chat_table, note)


def join_at_commit(meta: Key, joined: Sequence[Key], *, join_seq: int, history: str) -> None:
    """Move where new members joined from a number read before the commit to the one that was reached right after it.

    `META` is not in the transaction, which sends would be in the way of: a message sent in between belongs to what was
    before. A read pointer that the member has moved already stays, and what they have cleared beyond it stays so.
    """
    raw = dynamodb.get(settings().chat_table, meta, consistent=True)
    seq = join_seq if raw is None else required_number(raw, "seq")
    if seq == join_seq:
        return
    joins = Update().set(join_seq=seq).add(version=1)
    hides = Update().set(visible_from=seq) if history == "joined" else None
    is_as_put = equals("join_seq", join_seq)
    is_unread = equals("read_seq", join_seq)
    sees_more = less("visible_from", seq)
    reads = Update().set(read_seq=seq)
    moves = (
        (joins & hides & reads, is_as_put & sees_more & is_unread),
        (joins & hides, is_as_put & sees_more),
        (joins & reads, is_as_put & is_unread),
        (joins, is_as_put),
    )

    def move(at: Key) -> None:
        for change, condition in moves:
            with suppress(ConditionFailed):
                dynamodb.update(settings().chat_table, at, change, condition=condition)
                return

    dynamodb.map_parallel(move, joined)


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who makes others members: on condition of their role, which is looked at `again` where it has changed."""

    membership: MembershipItem
    again: Callable[[], MembershipItem]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What lets one user in who comes by themselves: used up as they enter, or `refusal` where it does not hold."""

    use: Action
    refusal: type[ParleyError]


def enter(
    caller: Caller,
    conversation: ConversationItem,
    user_ids: Sequence[str],
    *,
    inviter: Inviter | None = None,
    ticket: Ticket | None = None,
) -> dict[str, Entrance]:
    """Make users members of a group or channel, up to 98 a transaction, and say for each what came of it.

    They join at the number that the conversation has reached right after the commit: what was sent before is neither
    unread nor, where history is hidden, seen (1 RRU, and 1 WRU for each where it has moved on). What `conversation`,
    read consistently, says else is only believed until the member summary disagrees: the transaction is made on
    condition that the conversation is open, has the same history setting, has seen no ban beyond those that were looked
    up (1 RRU a user, where there were any), and that whoever adds them still has their role, or their ticket holds.
    Where the tenant has teams on, it has the same team, and who enters is in it (2 WRU a user, up to 49 together). Who
    has neither enters where nobody has to ask. Who enters a conversation that everybody has left owns it, and need not
    ask. Raises `ConversationNotFound`, `ConversationArchived`, `JoinRequestRequired`, and as `inviter.again` or the
    ticket says.
    """
    results: dict[str, Entrance] = {}
    most = MOST_ENTERING_TEAM if teams.are_on(caller) else MOST_ENTERING
    for start in range(0, len(user_ids), most):
        together = user_ids[start : start + most]
        arrivals.note(caller.tenant_id, conversation.conversation_id, together)
        results |= _Entering(caller, conversation, inviter, ticket).enter(together)
    return results


class _Entering:
    """One transaction's worth of users who enter, and what is known of the member summary."""

    def __init__(
        self, caller: Caller, conversation: ConversationItem, inviter: Inviter | None, ticket: Ticket | None
    ) -> None:
        self._tenant_id = caller.tenant_id
        self._has_teams = teams.are_on(caller)
        self._team = conversation.team if self._has_teams else None
        self._ticket = ticket
        self._inviter = inviter
        self._by = None if inviter is None else inviter.membership
        self._conversation = conversation
        self._conversation_id = str(conversation.conversation_id)
        self._join_seq = int(conversation.seq)
        self._history = str(conversation.history)
        self._bans = int(conversation.bans)
        self._shadowed: dict[str, int] = {}
        self._is_deserted = False
        self._enters_freely = inviter is None and ticket is None
        self._must_ask = False

    def enter(self, user_ids: Sequence[str]) -> dict[str, Entrance]:
        results: dict[str, Entrance] = {}
        for _ in range(ATTEMPTS):
            results |= dict.fromkeys(self._banned(user_ids), "banned")
            entering = [user_id for user_id in user_ids if user_id not in results]
            if not entering:
                return results
            try:
                dynamodb.transact(self._actions(entering))
            except TransactionRefused as refused:
                results |= self._learn_from(refused, entering)
            else:
                joined = [membership_key(self._tenant_id, user_id, self._conversation_id) for user_id in entering]
                meta = meta_key(self._tenant_id, self._conversation_id)
                join_at_commit(meta, joined, join_seq=self._join_seq, history=self._history)
                return results | dict.fromkeys(entering, "added")
        raise Unavailable("The conversation is too busy")

    def _learn_from(self, refused: TransactionRefused, entering: Sequence[str]) -> dict[str, Entrance]:
        """Who is a member already; what else the next attempt must know. Raises what it would be refused for."""
        if self._inviter is not None and refused.failed(len(entering) + 1):
            self._by = self._inviter.again()
        if refused.failed(0):
            self._learn(refused.item(0))
        there: dict[str, Entrance] = {
            user_id: "already_member" for position, user_id in enumerate(entering, start=1) if refused.failed(position)
        }
        if self._team is not None and not refused.failed(0):
            first = len(entering) + 1 + (self._by is not None) + (self._ticket is not None)
            outside = [user_id for at, user_id in enumerate(entering, start=first) if refused.failed(at)]
            there |= {user_id: "not_in_team" for user_id in outside if user_id not in there}
        if not there and self._must_ask:
            raise JoinRequestRequired
        if not there and self._ticket is not None and refused.failed(len(entering) + (1 if self._by is None else 2)):
            raise self._ticket.refusal
        return there

    def _banned(self, user_ids: Sequence[str]) -> list[str]:
        """Those who are banned, read after the number of bans that the transaction is made on condition of.

        Who is shadow-banned is noted: their membership is marked.
        """
        if self._bans == 0:
            return []
        pk = keys.conversation(self._tenant_id, self._conversation.conversation_id)
        places = {Key(pk, keys.ban_sk(user_id)): user_id for user_id in user_ids}
        found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
        until = {user_id: shadowed_until(found.get(at)) for at, user_id in places.items()}
        self._shadowed = {user_id: moment for user_id, moment in until.items() if moment is not None}
        return [user_id for at, user_id in places.items() if ban_holds(found.get(at))]

    def _learn(self, summary: RawItem | None) -> None:
        if summary is None:
            raise ConversationNotFound
        if "archived_at" in summary:
            raise ConversationArchived
        self._history = required_text(summary, "history")
        if self._has_teams:
            self._team = text(summary, "team")
        bans = required_number(summary, "bans")
        if bans != self._bans:
            self._bans = bans
            self._note_bans()
        self._is_deserted = required_number(summary, "member_count") == 0
        self._must_ask = self._enters_freely and not self._is_deserted and flag(summary, "join_requests")

    def _note_bans(self) -> None:
        """Tell those who join next how many bans there were, on the item that they read anyway.

        A ban does not do so itself: `META` would be in its transaction, in the way of sends, or after it, lost to a
        crash. So whoever joins first after a ban pays a refused transaction, and the note for those after them.
        """
        try:
            dynamodb.update(
                settings().chat_table,
                meta_key(self._tenant_id, self._conversation.conversation_id),
                Update().set(bans=self._bans).add(version=1),
                condition=less("bans", self._bans),
            )
        except ConditionFailed:
            return

    def _actions(self, user_ids: Sequence[str]) -> list[Action]:
        conversation_id = self._conversation.conversation_id
        owner = user_ids[0] if self._is_deserted else None
        as_known = equals("history", self._history) & equals("bans", self._bans)
        if self._enters_freely and not self._is_deserted:
            as_known &= absent("join_requests")
        if self._has_teams:
            as_known &= teams.is_of(self._team)
        peopled = equals("member_count", 0) if self._is_deserted else greater("member_count", 0)
        counts = change_counts(
            self._tenant_id,
            conversation_id,
            members=len(user_ids),
            owners=int(self._is_deserted),
            condition=IS_OPEN & as_known & peopled,
        )
        memberships = [
            new_membership(
                self._tenant_id,
                conversation_id,
                user_id,
                conversation_type=self._conversation.type,
                declared_type=self._conversation.declared_type,
                role="owner" if user_id == owner else "member",
                join_seq=self._join_seq,
                history=self._history,
                shadowed_until=self._shadowed.get(user_id),
            )
            for user_id in user_ids
        ]
        holds = [] if self._by is None else [still_holds_role(self._by)]
        if self._ticket is not None:
            holds.append(self._ticket.use)
        if self._team is not None:
            holds += must_be_in(self._tenant_id, user_ids, self._team)
        return [counts, *put_memberships(memberships), *holds]


def known_users(tenant_id: str, user_ids: Sequence[str], *, deactivated: bool = False) -> set[str]:
    """Those of the ids that name a user who has not been erased nor, unless they count, deactivated."""
    return set(read_users(tenant_id, user_ids, deactivated=deactivated))


def seen_users(caller: Caller, user_ids: Sequence[str], *, deactivated: bool = False) -> set[str]:
    """The same, of whom the caller may know."""
    found = read_users(caller.tenant_id, user_ids, deactivated=deactivated)
    return {user_id for user_id, user in found.items() if teams.sees_user(caller, user_id, user)}


def read_users(tenant_id: str, user_ids: Sequence[str], *, deactivated: bool = False) -> dict[str, RawItem]:
    """Users by their ids, as they are stored, without who has been erased or, unless they count, deactivated.

    One call for 100; those not found are looked up again, consistently, since a back end creates a user and adds them
    in the next moment.
    """
    places = {Key(keys.user(tenant_id, user_id), keys.USER_SK): user_id for user_id in user_ids}
    table = settings().chat_table
    gone = {"erased_at"} if deactivated else {"erased_at", "deactivated_at"}
    found = dynamodb.batch_get(table, places) if places else {}
    known = {at: user for at, user in found.items() if not gone & user.keys()}
    missing = places.keys() - known.keys()
    if missing:
        again = dynamodb.batch_get(table, missing, consistent=True)
        known |= {at: user for at, user in again.items() if not gone & user.keys()}
    return {places[at]: user for at, user in known.items()}


def membership_of(tenant_id: str, user_id: str, conversation_id: str) -> MembershipItem | None:
    """Another user's membership as it is at this moment. 1 RRU."""
    return MembershipItem.at(membership_key(tenant_id, user_id, conversation_id), consistent=True)
