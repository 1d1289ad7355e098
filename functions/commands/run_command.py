"""POST /v1/conversations/{conversation_id}/commands: run a command.

The tenant's server is called, signed, and has 3 s. What it replies is shown to the caller alone, is a message of the
caller's or of the system's, or is nothing. A repetition under the same key calls nothing again and sends no second
message. A message that is sent with a text like `/name` is a text, and runs nothing.
"""

from parley.commands import running
from parley.commands.schemas import RanCommand, RunCommand
from parley.http import CurrentCaller, IdempotencyKey, create_api

api = create_api()


@api.post("/v1/conversations/<conversation_id>/commands")
def run_command(
    caller: CurrentCaller, conversation_id: str, body: RunCommand, idempotency_key: IdempotencyKey = None
) -> RanCommand:
    return running.do_run(caller, conversation_id, body, idempotency_key=idempotency_key)


handler = api.resolve
