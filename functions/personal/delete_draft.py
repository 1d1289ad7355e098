"""DELETE /v1/conversations/{conversation_id}/draft: let go of a draft.

A client does so once it has sent it. Absent is no failure. The caller's other devices are told by `draft.deleted`.
"""

from parley.drafts import drafts
from parley.http import CurrentCaller, IfMatch, ParentId, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/draft", status_code=204)
def delete_draft(
    caller: CurrentCaller, conversation_id: str, parent_id: ParentId = None, if_match: IfMatch = None
) -> Response[None]:
    drafts.do_delete(caller, conversation_id, parent_id=parent_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
