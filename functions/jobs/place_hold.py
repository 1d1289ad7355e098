"""POST /v1/holds: place a hold on a conversation or a user, so that nothing that they said is removed by its age.

By the tenant's back end, at most 50 at a time. As long as it stands, no retention, truncation or erasure removes a
message that it covers: a truncation hides messages and waits, an erasure is refused or waits. Users are told nothing.
"""

from parley.holds import holds
from parley.holds.schemas import Hold, PlaceHold
from parley.http import CurrentServer, IdempotencyKey, create_api

api = create_api()


@api.post("/v1/holds", status_code=201)
def place_hold(caller: CurrentServer, body: PlaceHold, idempotency_key: IdempotencyKey = None) -> Hold:
    return holds.do_place(caller, body, idempotency_key=idempotency_key)


handler = api.resolve
