"""GET /v1/stream/{media_id}: to a URL that plays in place and honours Range.

A redirection to a URL that answers parts of the file, so that a `<video>` element can seek.
"""

from parley.http import CurrentCaller, create_api, redirect
from parley.media.delivery import downloads

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.get("/v1/stream/<media_id>", status_code=307)
def stream(caller: CurrentCaller, media_id: str) -> Response[str]:
    return redirect(downloads.do_stream(caller, media_id).url, 307)


handler = api.resolve
