"""POST /v1/moderation/flags/{flag_id}/resolve: take a report out of the queue.

The message stays as it is: to delete it or to ban its author is a call of its own. Resolved again in the same way
changes nothing; in another way it is 409.
"""

from parley.http import CurrentServer, create_api
from parley.messaging.review import queue
from parley.messaging.review.schemas import ResolvedFlag, ResolveFlag

api = create_api()


@api.post("/v1/moderation/flags/<flag_id>/resolve")
def resolve_flag(caller: CurrentServer, flag_id: str, body: ResolveFlag) -> ResolvedFlag:
    return queue.do_resolve(caller, flag_id, body)


handler = api.resolve
