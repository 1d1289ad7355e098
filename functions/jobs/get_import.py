"""GET /v1/imports/{import_id}: how far an import is, and which lines of its file are wrong.

For the tenant's back end. Kept for 30 days after it has ended.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import imports
from parley.jobs.schemas import Import

api = create_api()


@api.get("/v1/imports/<import_id>")
def get_import(caller: CurrentServer, import_id: str) -> Import:
    return imports.do_get(caller, import_id)


handler = api.resolve
