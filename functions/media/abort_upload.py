"""DELETE /v1/upload/{upload_id}: give up an upload.

Its parts are removed and its quota is free again.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.media.uploads import uploading

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/upload/<upload_id>", status_code=204)
def abort_upload(caller: CurrentCaller, upload_id: str) -> Response[None]:
    uploading.do_abort(caller, upload_id)
    return answer(None, 204)


handler = api.resolve
