"""PUT /v1/conversations/{conversation_id}/bans/{user_id}: remove a user and keep them out.

By an admin or owner. Whoever is banned can neither be added nor join. Again, the first ban stands.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import bans
from parley.messaging.members.schemas import Ban, BanUser

api = create_api()


@api.put("/v1/conversations/<conversation_id>/bans/<user_id>")
def ban_user(caller: CurrentCaller, conversation_id: str, user_id: UserId, body: BanUser | None = None) -> Ban:
    return bans.do_ban(caller, conversation_id, user_id, body)


handler = api.resolve
