"""PUT /v1/users/{user_id}/block: take no direct messages from a user.

They cannot open a direct conversation with the caller or write in one, and see the caller as offline.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import blocks

api = create_api()


@api.put("/v1/users/<user_id>/block", status_code=204)
def block_user(caller: CurrentCaller, user_id: UserId) -> None:
    blocks.do_block(caller, user_id)


handler = api.resolve
