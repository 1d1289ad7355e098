"""GET /v1/conversation-types/{conversation_type}: a type of conversations and what roles may in it.

As the tenant's back end has declared it, with all that it leaves to the built-in types.
"""

from parley.http import CurrentServer, create_api
from parley.permissions import types
from parley.permissions.schemas import DeclaredConversationType

api = create_api()


@api.get("/v1/conversation-types/<conversation_type>")
def get_conversation_type(caller: CurrentServer, conversation_type: str) -> DeclaredConversationType:
    return types.do_get(caller, conversation_type)


handler = api.resolve
