"""POST /v1/conversations/{conversation_id}/ephemeral-messages: show one member a message that nobody else sees.

For a back end, which speaks as a member (`X-Acting-User`) or as `_system`. It goes to the sockets that the user has
open at this moment and is kept nowhere: no number, not unread, not replayed, pushed or searched. `delivered` says
whether a socket took it.
"""

from parley.http import CurrentServer, create_api
from parley.realtime import ephemeral
from parley.realtime.schemas import SendEphemeralMessage, SentEphemeralMessage

api = create_api()


@api.post("/v1/conversations/<conversation_id>/ephemeral-messages", status_code=201)
def send_ephemeral_message(
    caller: CurrentServer, conversation_id: str, body: SendEphemeralMessage
) -> SentEphemeralMessage:
    return ephemeral.do_send(caller, conversation_id, body)


handler = api.resolve
