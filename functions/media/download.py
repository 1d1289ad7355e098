"""GET /v1/download/{media_id}: to a short-lived URL of the file, as an attachment.

A redirection for browsers and players that follow it; counted against the budget of downloads.
"""

from parley.http import CurrentCaller, create_api, redirect
from parley.media.delivery import downloads

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.get("/v1/download/<media_id>", status_code=302)
def download(caller: CurrentCaller, media_id: str) -> Response[str]:
    issued = downloads.do_issue(caller, media_id, seconds=downloads.DOWNLOAD_SECONDS, disposition="attachment")
    return redirect(issued.url, 302)


handler = api.resolve
