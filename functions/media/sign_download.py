"""GET /v1/download/{media_id}/signed: the URL of a file or of one of its thumbnails, as JSON.

It lives `ttl` seconds, from a minute to a day, and anybody who has it may fetch the file.
"""

from typing import Annotated

from parley.http import CurrentCaller, create_api
from parley.media.delivery import downloads
from parley.media.schemas import DISPOSITION, Disposition, SignedUrl, Variant
from parley.wire import InDigits

from annotated_types import Interval
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/download/<media_id>/signed")
def sign_download(
    caller: CurrentCaller,
    media_id: str,
    ttl: Annotated[
        int, Interval(ge=60, le=86_400), InDigits, Query(description="How long it works, in seconds")
    ] = 3600,
    variant: Annotated[Variant, Query()] = "original",
    disposition: Annotated[Disposition | None, Query(description=DISPOSITION)] = None,
) -> SignedUrl:
    return downloads.do_issue(caller, media_id, variant, seconds=ttl, disposition=disposition)


handler = api.resolve
