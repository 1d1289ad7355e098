"""POST /v1/exports: begin to export all of the tenant's data, or one user's, as gzipped JSON lines.

A server token exports the tenant, or the user that it names; a user exports themselves. `GET /v1/exports/{export_id}`
tells how far it is and, at the end, where the files are. Signing keys, webhooks and device tokens are in no export.
"""

from parley.http import AnyCaller, answer, create_api
from parley.jobs import export
from parley.jobs.schemas import Export, StartExport

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/exports", status_code=202)
def start_export(caller: AnyCaller, body: StartExport) -> Response[Export]:
    started, left = export.do_start(caller, body)
    return answer(started, 202, rate=left)


handler = api.resolve
