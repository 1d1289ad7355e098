"""DELETE /v1/media/{media_id}: remove a file.

By its uploader, or the tenant's back end. Messages that carry it then show it as deleted.
"""

from parley.http import AnyCaller, answer, create_api
from parley.media import files

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/media/<media_id>", status_code=204)
def delete_media(caller: AnyCaller, media_id: str) -> Response[None]:
    files.do_delete(caller, media_id)
    return answer(None, 204)


handler = api.resolve
