"""GET /v1/moderation/cases/{message_id}: a reported message, with all its reports and what was decided.

Of a message that nobody has reported there is none.
"""

from parley.http import CurrentServer, create_api
from parley.review import cases_queue
from parley.review.schemas import CaseDetails

api = create_api()


@api.get("/v1/moderation/cases/<message_id>")
def get_case(caller: CurrentServer, message_id: str) -> CaseDetails:
    return cases_queue.do_get(caller, message_id)


handler = api.resolve
