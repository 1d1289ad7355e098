"""POST /v1/messages/{message_id}/reactions: react to a message.

One of each kind a user, twenty kinds a message. To react so again changes nothing and is 200.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.messages.reactions import reactions
from parley.messaging.messages.reactions.schemas import React, ReactionCounts

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/messages/<message_id>/reactions", status_code=201)
def add_reaction(caller: CurrentCaller, message_id: str, body: React) -> Response[ReactionCounts]:
    current, is_new = reactions.do_react(caller, message_id, body.reaction)
    return answer(current, 201 if is_new else 200)


handler = api.resolve
