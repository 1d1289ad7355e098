"""POST /v1/admin/search/reindex/{job_id}/cancel: give a rebuild up before it is switched to.

For the operator. The old indices serve on, and the new ones go.
"""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob

api = create_api()


@api.post("/v1/admin/search/reindex/<job_id>/cancel")
def cancel_reindex(_: CurrentOperator, job_id: str) -> ReindexJob:
    return rebuilds.do_cancel(job_id)


handler = api.resolve
