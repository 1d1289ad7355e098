"""POST /v1/admin/search/reindex: rebuild the indices under live writes.

For the operator. New indices are filled beside the old ones, compared and switched to at once; one rebuild at a time.
"""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob, StartReindex

api = create_api()


@api.post("/v1/admin/search/reindex", status_code=202)
def start_reindex(_: CurrentOperator, body: StartReindex) -> ReindexJob:
    return rebuilds.do_start(body)


handler = api.resolve
