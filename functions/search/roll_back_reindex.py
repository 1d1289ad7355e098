"""POST /v1/admin/search/reindex/{job_id}/rollback: search the old indices again.

For the operator. They were written all the while, so nothing is missing in them.
"""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob

api = create_api()


@api.post("/v1/admin/search/reindex/<job_id>/rollback")
def roll_back_reindex(_: CurrentOperator, job_id: str) -> ReindexJob:
    return rebuilds.do_roll_back(job_id)


handler = api.resolve
