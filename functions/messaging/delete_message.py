"""DELETE /v1/messages/{message_id}: leave a tombstone or, for a server token, nothing but the place.

By its author or an admin of the conversation. `hard=true`, with a server token, removes the text, the reactions and
what is no longer referred to for good.
"""

from typing import Annotated

from parley.http import AnyCaller, IfMatch, answer, create_api
from parley.messaging.messages import deleting
from parley.messaging.messages.schemas import MessageContent
from parley.wire import TrueOrFalse

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.delete("/v1/messages/<message_id>")
def delete_message(
    caller: AnyCaller,
    message_id: str,
    hard: Annotated[bool, TrueOrFalse, Query(description="Remove it for good; only a server token may")] = False,  # noqa: FBT002 - passed by name
    if_match: IfMatch = None,
) -> Response[MessageContent | None]:
    if hard:
        deleting.do_erase(caller, message_id, if_match=if_match)
        return answer(None, 204)
    return answer(deleting.do_delete(caller, message_id, if_match=if_match))


handler = api.resolve
