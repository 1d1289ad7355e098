"""GET /v1/jobs/{job_id}: how far a job of the tenant's is. Kept for 30 days after it has ended.

For the tenant's back end: an erasure, with what it has done so far.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import store
from parley.jobs.schemas import Job

api = create_api()


@api.get("/v1/jobs/<job_id>")
def get_job(caller: CurrentServer, job_id: str) -> Job:
    return store.view(store.load(caller.tenant_id, job_id))


handler = api.resolve
