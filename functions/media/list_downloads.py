"""GET /v1/media/{media_id}/downloads: who was given a file.

For its uploader, newest first, in pages.
"""

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.media.delivery import downloads
from parley.media.schemas import Download
from parley.wire import Page

api = create_api()


@api.get("/v1/media/<media_id>/downloads")
def list_downloads(
    caller: AnyCaller, media_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Download]:
    return downloads.do_list(caller, media_id, limit=limit, cursor=cursor)


handler = api.resolve
