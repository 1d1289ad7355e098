"""PUT /v1/messages/{message_id}/bookmark: keep a message for later.

With a note, and a moment to be reminded at; what is left out is no more. At `remind_at`, or within a minute after it,
`bookmark.due` tells the caller's sockets and the tenant's webhooks, and a push the phones of who is away. Nobody else
learns of it. A user has at most 500.
"""

from parley.bookmarks import bookmarks
from parley.bookmarks.schemas import Bookmark, PutBookmark
from parley.http import CurrentCaller, IfMatch, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/messages/<message_id>/bookmark")
def put_bookmark(
    caller: CurrentCaller, message_id: str, body: PutBookmark, if_match: IfMatch = None
) -> Response[Bookmark]:
    return answer(bookmarks.do_put(caller, message_id, body, if_match=if_match))


handler = api.resolve
