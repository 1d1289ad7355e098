"""DELETE /v1/users/{user_id}: erase a user, as a job.

The user's tokens are refused and the profile is gone at once; the job leaves conversations, takes the name off messages
or removes them (`messages=remove`), and removes whatever else there is. `GET /v1/jobs/{job_id}` tells how far it is.
"""

from typing import Annotated

from parley.http import CurrentServer, IfMatch, answer, create_api
from parley.ids import UserId
from parley.jobs import erasure
from parley.jobs.schemas import Job
from parley.messaging.erasing import Messages

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
Choice = Annotated[Messages, Query(description="Whether messages stay without their author, or go")]


@api.delete("/v1/users/<user_id>", status_code=202)
def delete_user(
    caller: CurrentServer, user_id: UserId, messages: Choice = "anonymise", if_match: IfMatch = None
) -> Response[Job]:
    return answer(erasure.do_erase(caller, user_id, messages, if_match=if_match), 202)


handler = api.resolve
