"""GET /v1/messages/{message_id}/reactions: who reacted with what.

By reaction and user, with the counts of all kinds beside the page.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.messages.reactions import reactions
from parley.messaging.messages.reactions.schemas import Reaction
from parley.wire import Page

api = create_api()


@api.get("/v1/messages/<message_id>/reactions")
def list_reactions(
    caller: CurrentCaller, message_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Reaction]:
    return reactions.do_list_reactions(caller, message_id, limit=limit, cursor=cursor)


handler = api.resolve
