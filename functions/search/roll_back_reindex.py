"""POST /v1/admin/search/reindex/{job_id}/rollback: search the old indices again."""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob

api = create_api()


@api.post("/v1/admin/search/reindex/<job_id>/rollback")
def roll_back_reindex(_: CurrentOperator, job_id: str) -> ReindexJob:
    return rebuilds.do_roll_back(job_id)


handler = api.resolve
