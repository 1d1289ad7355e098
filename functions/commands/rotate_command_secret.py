"""POST /v1/commands/{command_name}/rotate-secret: give a command a new secret.

The answer has it, once. Until the overlap ends both sign every call.
"""

from parley.commands import registry
from parley.commands.schemas import NewCommand
from parley.http import CurrentServer, IdempotencyKey, answer, create_api
from parley.webhooks.schemas import RotateSecret

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/commands/<command_name>/rotate-secret")
def rotate_command_secret(
    caller: CurrentServer, command_name: str, body: RotateSecret, idempotency_key: IdempotencyKey = None
) -> Response[NewCommand]:
    command, replayed = registry.do_rotate(caller, command_name, body, idempotency_key=idempotency_key)
    return answer(command, replayed=replayed)


handler = api.resolve
