"""PUT /v1/conversations/{conversation_id}/draft: keep what the caller has not sent yet.

One draft for the conversation and, with `parent_id`, one for each of its threads. Whoever writes last wins; with
`If-Match` only over the version that they have seen. The caller's other devices are told by `draft.updated`, nobody
else. A user has 100 drafts: of more, those go that were written longest ago.
"""

from parley.drafts import drafts
from parley.drafts.schemas import Draft, PutDraft
from parley.http import CurrentCaller, IfMatch, ParentId, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/conversations/<conversation_id>/draft")
def put_draft(
    caller: CurrentCaller,
    conversation_id: str,
    body: PutDraft,
    parent_id: ParentId = None,
    if_match: IfMatch = None,
) -> Response[Draft]:
    return answer(drafts.do_put(caller, conversation_id, body, parent_id=parent_id, if_match=if_match))


handler = api.resolve
