"""Every route of the API, as data: CDK deploys a function for each, tests and the OpenAPI document read the same list.

To add an endpoint: write `functions/<service>/<endpoint>.py`, name it here with what it may call, add an event under
`events/` and its tests. `tests/infrastructure/test_routes.py` fails until all of these are there.
"""

from dataclasses import dataclass
from typing import Literal

from infrastructure.access import Grant, chat, control

Method = Literal["GET", "POST", "PUT", "DELETE"]
IDEMPOTENCY = control("PutItem UpdateItem DeleteItem", "idempotency")


@dataclass(frozen=True)
class Route:
    """One route and the Lambda function behind it.

    `function` is `<service>/<endpoint>`, the module under `functions/` whose `handler` answers. `memory` is in MiB,
    `timeout` in seconds. `layers` are the dependency layers beyond `api`, which every function has. `public` routes
    need no token; `secrets` names the Secrets Manager secrets that the function may read.
    """

    method: Method
    path: str
    function: str
    grants: tuple[Grant, ...] = ()
    public: bool = False
    memory: int = 256
    timeout: int = 10
    layers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        return self.function.split("/")[0]

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]


AUTHORIZER_GRANTS: tuple[Grant, ...] = (
    chat("GetItem", "tenant", "secrets", "user"),
    chat("BatchGetItem", "tenant", "secrets", "user"),
)

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/messages",
        "messaging/send_message",
        (
            chat("GetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem", "conversation"),
            control("UpdateItem", "rate_limit"),
            control("PutItem UpdateItem", "idempotency"),
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/messages",
        "messaging/list_messages",
        (
            chat("GetItem", "user"),
            chat("GetItem Query", "conversation"),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations",
        "messaging/create_conversation",
        (
            chat("GetItem BatchGetItem PutItem", "user", "conversation"),
            control("UpdateItem", "rate_limit"),
            IDEMPOTENCY,
        ),
    ),
    Route("GET", "/v1/health", "operations/health", public=True, memory=128),
)
