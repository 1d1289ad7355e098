"""GET /v1/conversations/{conversation_id}/invite-links: the links of a conversation, without their tokens.

For admins and owners; those that are over too, until they are removed.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.invites import links
from parley.messaging.invites.schemas import InviteLinks

api = create_api()


@api.get("/v1/conversations/<conversation_id>/invite-links")
def list_invite_links(caller: CurrentCaller, conversation_id: str) -> InviteLinks:
    return links.do_list(caller, conversation_id)


handler = api.resolve
