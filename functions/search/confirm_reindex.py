"""POST /v1/admin/search/reindex/{job_id}/confirm: keep the new indices and write the old ones no longer.

For the operator. The old ones stay until the next rebuild drops them.
"""

from parley.http import CurrentOperator, create_api
from parley.search.rebuilding import rebuilds
from parley.search.schemas import ReindexJob

api = create_api()


@api.post("/v1/admin/search/reindex/<job_id>/confirm")
def confirm_reindex(_: CurrentOperator, job_id: str) -> ReindexJob:
    return rebuilds.do_confirm(job_id)


handler = api.resolve
