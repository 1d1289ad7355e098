"""POST /v1/upload/chunk: sign parts of an upload, again where needed."""

from parley.http import CurrentCaller, create_api
from parley.media import uploads
from parley.media.schemas import SignedParts, SignParts

api = create_api()


@api.post("/v1/upload/chunk")
def sign_parts(caller: CurrentCaller, body: SignParts) -> SignedParts:
    return uploads.do_sign_parts(caller, body)


handler = api.resolve
