"""DELETE /v1/messages/{message_id}/bookmark: let go of a bookmark, with its reminder.

Absent is no failure, nor is a message that is gone.
"""

from parley.bookmarks import bookmarks
from parley.http import CurrentCaller, IfMatch, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/messages/<message_id>/bookmark", status_code=204)
def delete_bookmark(caller: CurrentCaller, message_id: str, if_match: IfMatch = None) -> Response[None]:
    bookmarks.do_delete(caller, message_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
