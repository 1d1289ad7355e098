"""DELETE /v1/users/{user_id}/block: take direct messages from a user again.

What is not blocked stays so.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import blocks

api = create_api()


@api.delete("/v1/users/<user_id>/block", status_code=204)
def unblock_user(caller: CurrentCaller, user_id: UserId) -> None:
    blocks.do_unblock(caller, user_id)


handler = api.resolve
