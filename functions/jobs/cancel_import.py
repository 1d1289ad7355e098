"""POST /v1/imports/{import_id}/cancel: end an import where it stands.

By the tenant's back end. What it has written stays; the conversation that it was at is shown to nobody, until another
import comes to it. Repeated, it changes nothing.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import imports
from parley.jobs.schemas import Import

api = create_api()


@api.post("/v1/imports/<import_id>/cancel")
def cancel_import(caller: CurrentServer, import_id: str) -> Import:
    return imports.do_cancel(caller, import_id)


handler = api.resolve
