"""DELETE /v1/user-groups/{user_group_id}: delete a group of users; the users stay.

Its handle is free again, and messages that mention it mention nobody by it. Absent is no failure.
"""

from parley.http import CurrentServer, IfMatch, answer, create_api
from parley.user_groups import groups

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/user-groups/<user_group_id>", status_code=204)
def delete_user_group(caller: CurrentServer, user_group_id: str, if_match: IfMatch = None) -> Response[None]:
    groups.do_delete(caller, user_group_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
