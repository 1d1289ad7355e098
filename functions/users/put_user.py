"""PUT /v1/users/{user_id}: create a user or change the profile.

By the tenant's back end, or by the user for their own name, picture and custom data. What is left out stays as it is.
Who is taken out of a team leaves its conversations.
"""

from parley.http import AnyCaller, IfMatch, answer, create_api
from parley.ids import UserId
from parley.teams import leaving
from parley.users.schemas import PutUser, User

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/users/<user_id>")
def put_user(caller: AnyCaller, user_id: UserId, body: PutUser, if_match: IfMatch = None) -> Response[User]:
    user, is_new = leaving.do_put(caller, user_id, body, if_match=if_match)
    return answer(user, 201 if is_new else 200)


handler = api.resolve
