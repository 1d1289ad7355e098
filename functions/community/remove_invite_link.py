"""DELETE /v1/conversations/{conversation_id}/invite-links/{link_id}: let nobody in by a link any more.

By an admin or owner. Who has joined by it stays. One that is not there is no refusal.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.invites import links

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/invite-links/<link_id>", status_code=204)
def remove_invite_link(caller: CurrentCaller, conversation_id: str, link_id: str) -> None:
    links.do_remove(caller, conversation_id, link_id)


handler = api.resolve
