"""GET /v1/upload/{upload_id}/progress: what S3 has received of an upload.

What is missing can be sent again, by another process too.
"""

from parley.http import CurrentCaller, create_api
from parley.media.schemas import Progress
from parley.media.uploads import uploading

api = create_api()


@api.get("/v1/upload/<upload_id>/progress")
def get_progress(caller: CurrentCaller, upload_id: str) -> Progress:
    return uploading.do_get_progress(caller, upload_id)


handler = api.resolve
