"""POST /v1/upload/complete: put an uploaded file together and have it checked."""

from parley.http import CurrentCaller, create_api
from parley.media.schemas import CompleteUpload, Upload
from parley.media.uploads import uploading

api = create_api()


@api.post("/v1/upload/complete", status_code=202)
def complete_upload(caller: CurrentCaller, body: CompleteUpload) -> Upload:
    return uploading.do_complete(caller, body.upload_id)


handler = api.resolve
