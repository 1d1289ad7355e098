"""POST /v1/conversations/{conversation_id}/truncate: take messages away from everybody, up to one of them or all.

By an admin, an owner, or a back end, which may speak for no user. From the answer on nobody sees them anywhere, nor
what hangs on them; a job removes them. `message` is sent as a system message that stays. It cannot be taken back.
"""

from parley.http import AnyCaller, IdempotencyKey, create_api
from parley.jobs import truncation
from parley.jobs.schemas import TruncateConversation, TruncatedConversation

api = create_api()


@api.post("/v1/conversations/<conversation_id>/truncate")
def truncate_conversation(
    caller: AnyCaller,
    conversation_id: str,
    body: TruncateConversation | None = None,
    idempotency_key: IdempotencyKey = None,
) -> TruncatedConversation:
    return truncation.do_truncate(
        caller, conversation_id, body or TruncateConversation(), idempotency_key=idempotency_key
    )


handler = api.resolve
