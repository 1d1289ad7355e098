"""POST /v1/admin/search/failures/redrive: try again what could not be indexed.

For the operator, once the cause is gone.
"""

from parley.http import CurrentOperator, create_api
from parley.search.indexing import change_indexer
from parley.search.schemas import Redriven

api = create_api()
SECONDS = 20.0


@api.post("/v1/admin/search/failures/redrive")
def redrive_failures(_: CurrentOperator) -> Redriven:
    return change_indexer.do_redrive(seconds=SECONDS)


handler = api.resolve
