"""POST /v1/download/signed: the URLs of what a page shows, in one call."""

from parley.http import CurrentCaller, create_api
from parley.media.delivery import downloads
from parley.media.schemas import SignDownloads, SignedUrls

api = create_api(idempotent=False)


@api.post("/v1/download/signed")
def sign_downloads(caller: CurrentCaller, body: SignDownloads) -> SignedUrls:
    return downloads.do_issue_many(caller, body)


handler = api.resolve
