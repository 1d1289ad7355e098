"""GET /v1/media/{media_id}: a file's metadata.

Its status, real type, size and thumbnails, for its uploader and for the members of conversations that it was sent in.
"""

from parley.http import CurrentCaller, create_api
from parley.media import files
from parley.media.schemas import Media

api = create_api()


@api.get("/v1/media/<media_id>")
def get_media(caller: CurrentCaller, media_id: str) -> Media:
    return files.do_get(caller, media_id)


handler = api.resolve
