"""POST /v1/admin/media/redrive: try again up to a thousand checks of uploads that failed, of all tenants.

For the operator, once the cause is gone.
"""

from parley.http import CurrentOperator, create_api
from parley.media.checking import check_queue
from parley.media.schemas import Redriven

api = create_api()
MESSAGES_PER_CALL = 1000


@api.post("/v1/admin/media/redrive")
def redrive_uploads(_operator: CurrentOperator) -> Redriven:
    return Redriven(redriven=check_queue.redrive(MESSAGES_PER_CALL))


handler = api.resolve
