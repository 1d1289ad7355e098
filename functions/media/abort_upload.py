"""DELETE /v1/upload/{upload_id}: give up an upload."""

from parley.http import CurrentCaller, create_api
from parley.media import uploads

api = create_api()


@api.delete("/v1/upload/<upload_id>", status_code=204)
def abort_upload(caller: CurrentCaller, upload_id: str) -> None:
    uploads.do_abort(caller, upload_id)


handler = api.resolve
