"""POST /v1/imports/{import_id}/check: have the uploaded file checked, all of it, and write nothing.

By the tenant's back end. Repeated, it changes nothing. With a wrong line the import has failed: begin
another with a file that is mended.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import imports
from parley.jobs.schemas import Import

api = create_api()


@api.post("/v1/imports/<import_id>/check", status_code=202)
def check_import(caller: CurrentServer, import_id: str) -> Import:
    return imports.do_check(caller, import_id)


handler = api.resolve
