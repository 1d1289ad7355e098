"""What is told of a user's profile where teams are on: to whom they share one with, and of their teams those.

Who watches a conversation with somebody of another team sees them there, and not what their profile says.
"""

from collections.abc import Iterator, Sequence

from parley.identity import teams
from parley.realtime.audience import Recipient
from parley.settings import settings
from parley.streams.envelope import Event
from parley.tables import dynamodb, keys
from parley.tables.keys import Key


def told_by_teams(event: Event, recipients: Sequence[Recipient]) -> Iterator[tuple[list[Recipient], Event]]:
    """An event that shows a profile, as those of the recipients see it who know of the user: 1 RRU for each other."""
    user_id, own = event.entity_id, frozenset[str](event.data["teams"] or ())
    others = {each.user_id for each in recipients} - {user_id}
    places = {each: Key(keys.user(event.tenant_id, each), keys.USER_SK) for each in others}
    found = dynamodb.batch_get(settings().chat_table, places.values(), consistent=True) if places else {}
    by_shared: dict[frozenset[str], list[Recipient]] = {}
    for each in recipients:
        theirs = own if each.user_id == user_id else teams.of_user(found.get(places[each.user_id], {}))
        if teams.know_each_other(own, theirs):
            by_shared.setdefault(own & theirs, []).append(each)
    for shared, told in by_shared.items():
        shown = [team for team in event.data["teams"] or () if team in shared]
        yield told, event.model_copy(update={"data": event.data | {"teams": shown or None}})
