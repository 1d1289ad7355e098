"""POST /v1/moderation/cases/{message_id}/reopen: put a decided case back into the queue.

What was done stays, and in its author's record too. A case that is open stays as it is.
"""

from parley.http import CurrentModerator, create_api
from parley.review import deciding
from parley.review.schemas import Case

api = create_api()


@api.post("/v1/moderation/cases/<message_id>/reopen")
def reopen_case(caller: CurrentModerator, message_id: str) -> Case:
    return deciding.do_reopen(caller, message_id)


handler = api.resolve
