"""DELETE /v1/conversation-types/{conversation_type}: delete a type of which no conversation has ever been made.

Of `group` and `channel`, what the tenant has set of them. Absent is no failure.
"""

from parley.http import CurrentServer, IfMatch, answer, create_api
from parley.permissions import types

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/conversation-types/<conversation_type>", status_code=204)
def delete_conversation_type(caller: CurrentServer, conversation_type: str, if_match: IfMatch = None) -> Response[None]:
    types.do_delete(caller, conversation_type, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
