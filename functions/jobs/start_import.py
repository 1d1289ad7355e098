"""POST /v1/imports/{import_id}/start: import a file that was checked and has no wrong line.

By the tenant's back end. Repeated, it changes nothing. Nobody is told of what is imported: no event, push or webhook.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import imports
from parley.jobs.schemas import Import

api = create_api()


@api.post("/v1/imports/<import_id>/start", status_code=202)
def start_import(caller: CurrentServer, import_id: str) -> Import:
    return imports.do_start(caller, import_id)


handler = api.resolve
