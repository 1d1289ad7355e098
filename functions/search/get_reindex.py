"""GET /v1/admin/search/reindex/{job_id}: how far a rebuild is.

For the operator: its phase, its counts and how many documents differ.
"""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob

api = create_api()


@api.get("/v1/admin/search/reindex/<job_id>")
def get_reindex(_: CurrentOperator, job_id: str) -> ReindexJob:
    return rebuilds.do_get(job_id)


handler = api.resolve
