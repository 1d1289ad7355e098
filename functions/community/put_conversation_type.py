"""PUT /v1/conversation-types/{conversation_type}: declare a type of conversations, or change what roles may in it.

A name of the tenant's own, or `group` or `channel`. Actions that are not named have the lowest role that they come
with. Members are held to it within 60 s.
"""

from parley.http import CurrentServer, IfMatch, create_api
from parley.permissions import types
from parley.permissions.schemas import DeclaredConversationType, PutConversationType, TypeName

api = create_api()


@api.put("/v1/conversation-types/<conversation_type>")
def put_conversation_type(
    caller: CurrentServer,
    conversation_type: TypeName,
    body: PutConversationType,
    if_match: IfMatch = None,
) -> DeclaredConversationType:
    return types.do_put(caller, conversation_type, body, if_match=if_match)


handler = api.resolve
