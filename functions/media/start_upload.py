"""POST /v1/upload: start an upload.

Up to 10 MiB the answer has a form for one POST to S3; above, the size and number of the parts. The bytes go to S3,
never through this API. What the quota allows is reserved here.
"""

from parley.http import CurrentCaller, create_api
from parley.media.schemas import StartUpload, Upload
from parley.media.uploads import uploading

api = create_api()


@api.post("/v1/upload", status_code=201)
def start_upload(caller: CurrentCaller, body: StartUpload) -> Upload:
    return uploading.do_start(caller, body)


handler = api.resolve
