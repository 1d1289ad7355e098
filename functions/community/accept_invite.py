"""POST /v1/conversations/{conversation_id}/invites/accept: join by an invite.

As everybody who joins: not where the caller is banned or the conversation is archived.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.conversations.schemas import Conversation
from parley.messaging.invites import invites

api = create_api()


@api.post("/v1/conversations/<conversation_id>/invites/accept")
def accept_invite(caller: CurrentCaller, conversation_id: str) -> Conversation:
    return invites.do_accept(caller, conversation_id)


handler = api.resolve
