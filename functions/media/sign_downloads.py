"""POST /v1/download/signed: the URLs of what a page shows, in one call.

Up to a hundred, each with its own result: what may not be fetched has a code in place of a URL.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.media.delivery import downloads
from parley.media.schemas import SignDownloads, SignedUrls

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/download/signed")
def sign_downloads(caller: CurrentCaller, body: SignDownloads) -> Response[SignedUrls]:
    issued = downloads.do_issue_many(caller, body)
    return answer(issued.urls, rate=issued.rate)


handler = api.resolve
