"""DELETE /v1/conversations/{conversation_id}: archive it.

By its owner. It stays readable, and every write to it is 409 `conversation_archived`.
"""

from parley.http import CurrentCaller, IfMatch, create_api
from parley.messaging.conversations import conversations

api = create_api()


@api.delete("/v1/conversations/<conversation_id>", status_code=204)
def archive_conversation(caller: CurrentCaller, conversation_id: str, if_match: IfMatch = None) -> None:
    conversations.do_archive(caller, conversation_id, if_match=if_match)


handler = api.resolve
