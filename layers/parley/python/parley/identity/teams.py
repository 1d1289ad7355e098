"""Teams within a tenant: whom and what its users see, where the tenant has switched teams on.

A user sees whoever shares a team with them; who is in no team and they who are in none see one another. A conversation
of a team is for its members alone, one without a team for everybody. The tenant's back end sees all. What a user's
teams are the authorizer reads with each decision, so a check costs nothing here; what lets somebody into a conversation
is a condition of the write itself.
"""

from typing import Annotated

from pydantic import StringConstraints

from parley.identity.caller import Caller
from parley.tables.attributes import RawItem, listed_texts
from parley.tables.expressions import Condition, absent, contains, equals

MOST_TEAMS = 20
Team = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]


def are_on(caller: Caller) -> bool:
    """Whether the caller's tenant has teams."""
    return caller.tenant.settings.teams


def is_held(caller: Caller) -> bool:
    """Whether the caller sees only what their teams let them see."""
    return are_on(caller) and not caller.is_server


def of_user(user: RawItem) -> frozenset[str]:
    """The teams of a user as they are stored."""
    return frozenset(listed_texts(user, "teams"))


def sees(caller: Caller, team: str | None) -> bool:
    """Whether the caller may see what is this team's; None, it is everybody's."""
    return team is None or not is_held(caller) or team in caller.teams


def sees_user(caller: Caller, user_id: str, user: RawItem) -> bool:
    """Whether the caller may know of a user, as they are stored."""
    return not is_held(caller) or user_id == caller.user_id or know_each_other(of_user(user), caller.teams)


def know_each_other(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether users of these teams know of each other: they share one, or are both in none."""
    return bool(one & other) or not (one or other)


def is_in(team: str) -> Condition:
    """The condition on a user that they are in a team."""
    return contains("teams", team)


def is_of(team: str | None) -> Condition:
    """The condition on a conversation that it is of this team, or of none."""
    return absent("team") if team is None else equals("team", team)
