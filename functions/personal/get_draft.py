"""GET /v1/conversations/{conversation_id}/draft: what the caller has not sent yet.

The draft for the conversation or, with `parent_id`, for one of its threads. 404 where there is none.
"""

from parley.drafts import drafts
from parley.drafts.schemas import Draft
from parley.http import CurrentCaller, ParentId, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.get("/v1/conversations/<conversation_id>/draft")
def get_draft(caller: CurrentCaller, conversation_id: str, parent_id: ParentId = None) -> Response[Draft]:
    return answer(drafts.do_get(caller, conversation_id, parent_id=parent_id))


handler = api.resolve
