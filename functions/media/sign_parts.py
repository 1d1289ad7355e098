"""POST /v1/upload/chunk: sign parts of an upload, again where needed.

Up to a hundred at once; any part can be signed again at any time.
"""

from parley.http import CurrentCaller, create_api
from parley.media.schemas import SignedParts, SignParts
from parley.media.uploads import uploading

api = create_api()


@api.post("/v1/upload/chunk")
def sign_parts(caller: CurrentCaller, body: SignParts) -> SignedParts:
    return uploading.do_sign_parts(caller, body)


handler = api.resolve
