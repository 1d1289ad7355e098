"""DELETE /v1/holds/{hold_id}: release a hold; what waited for it goes on within an hour.

By the tenant's back end. Absent is no failure.
"""

from parley.holds import holds
from parley.http import CurrentServer, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/holds/<hold_id>", status_code=204)
def release_hold(caller: CurrentServer, hold_id: str) -> Response[None]:
    holds.do_release(caller, hold_id)
    return answer(None, 204)


handler = api.resolve
