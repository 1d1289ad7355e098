"""POST /v1/admin/search/reindex: rebuild the indices under live writes."""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob, StartReindex

api = create_api()


@api.post("/v1/admin/search/reindex", status_code=202)
def start_reindex(_: CurrentOperator, body: StartReindex) -> ReindexJob:
    return rebuilds.do_start(body)


handler = api.resolve
