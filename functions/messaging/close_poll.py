"""POST /v1/messages/{message_id}/poll/close: take no more votes.

The author of the message may, and the conversation's admins. Again changes nothing.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.messages.polls import polls
from parley.messaging.messages.polls.schemas import VotesCast

api = create_api()


@api.post("/v1/messages/<message_id>/poll/close")
def close_poll(caller: CurrentCaller, message_id: str) -> VotesCast:
    return polls.do_close(caller, message_id)


handler = api.resolve
