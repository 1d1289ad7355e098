"""GET /v1/conversation-types: the types of conversations, and for each action the lowest role that may take it.

The built-in ones first, with what the tenant has set of them. Clients show what a member may by it; a change holds for
all within 60 s.
"""

from parley.http import AnyCaller, create_api
from parley.permissions import types
from parley.permissions.schemas import ConversationTypes

api = create_api()


@api.get("/v1/conversation-types")
def list_conversation_types(caller: AnyCaller) -> ConversationTypes:
    return types.do_list(caller)


handler = api.resolve
