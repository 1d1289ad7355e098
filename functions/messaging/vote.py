"""PUT /v1/messages/{message_id}/votes: vote in a poll.

The options named are all that the caller votes for from now on; none takes their votes back.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.messages.polls import polls
from parley.messaging.messages.polls.schemas import SetVotes, VotesCast

api = create_api()


@api.put("/v1/messages/<message_id>/votes")
def vote(caller: CurrentCaller, message_id: str, body: SetVotes) -> VotesCast:
    return polls.do_vote(caller, message_id, body.options)


handler = api.resolve
