"""POST /v1/upload/complete: put an uploaded file together and have it checked.

202: the file is `processing` until its type, its size and its content are checked; `media.ready` or `media.rejected`
tells the end. Missing parts are 409 with their numbers.
"""

from parley.http import CurrentCaller, create_api
from parley.media.schemas import CompleteUpload, Upload
from parley.media.uploads import uploading

api = create_api()


@api.post("/v1/upload/complete", status_code=202)
def complete_upload(caller: CurrentCaller, body: CompleteUpload) -> Upload:
    return uploading.do_complete(caller, body.upload_id)


handler = api.resolve
