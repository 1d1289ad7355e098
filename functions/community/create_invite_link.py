"""POST /v1/conversations/{conversation_id}/invite-links: make a link by which whoever has it may join.

By an admin or owner of a group or channel. The token is shown this once: put it into an address of your own. A
conversation has at most 50 links.
"""

from parley.http import CurrentCaller, IdempotencyKey, create_api
from parley.messaging.invites import links
from parley.messaging.invites.schemas import CreateInviteLink, NewInviteLink

api = create_api()


@api.post("/v1/conversations/<conversation_id>/invite-links", status_code=201)
def create_invite_link(
    caller: CurrentCaller, conversation_id: str, body: CreateInviteLink, idempotency_key: IdempotencyKey = None
) -> NewInviteLink:
    return links.do_create(caller, conversation_id, body, idempotency_key=idempotency_key)


handler = api.resolve
