"""DELETE /v1/messages/{message_id}/link_previews: let a message show no preview of a link.

Its author alone may. The link stays in the text; its preview does not come back.
"""

from typing import Annotated

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.messages.link_previews import removal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.delete("/v1/messages/<message_id>/link_previews", status_code=204)
def remove_link_preview(
    caller: CurrentCaller,
    message_id: str,
    url: Annotated[str, Query(min_length=1, max_length=512, description="The link, as the text has it")],
) -> Response[None]:
    removal.do_remove(caller, message_id, url)
    return answer(None, 204)


handler = api.resolve
