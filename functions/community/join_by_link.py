"""POST /v1/invite-links/join: join a conversation by the token of an invite link.

As everybody who joins: not where the caller is banned or the conversation is archived. Who is a member already uses
nothing. The token is in the body, so that no log of addresses holds it.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.conversations.schemas import Conversation
from parley.messaging.invites import links
from parley.messaging.invites.schemas import JoinByLink

api = create_api()


@api.post("/v1/invite-links/join")
def join_by_link(caller: CurrentCaller, body: JoinByLink) -> Conversation:
    return links.do_join(caller, body.token)


handler = api.resolve
