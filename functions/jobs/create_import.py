"""POST /v1/imports: begin to move another chat in, with its own times; where its file is put to.

By the tenant's back end. Put the file to the upload's `url`, have it checked (`POST /v1/imports/{import_id}/check`),
look at the report, and start it. The file's form is in the documentation.
"""

from parley.http import CurrentServer, create_api
from parley.jobs import imports
from parley.jobs.schemas import Import, StartImport

api = create_api()


@api.post("/v1/imports", status_code=201)
def create_import(caller: CurrentServer, body: StartImport) -> Import:
    return imports.do_create(caller, body)


handler = api.resolve
