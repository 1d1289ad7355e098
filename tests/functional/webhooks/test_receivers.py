"""Receivers of webhooks in three frameworks, given deliveries that the product signs."""

from collections.abc import Callable
from typing import Any

import pytest

from parley_client.webhooks import Deliveries, NotParleys
from tests.support.clients.frameworks import through_django, through_fastapi, through_flask
from tests.support.people.tenant_servers import Hook

Received = list[Any]


def _in_fastapi(secrets: list[str], handled: Received) -> Callable[[bytes, dict[str, str]], int]:
    from fastapi import FastAPI  # noqa: PLC0415

    from parley_client.webhooks.fastapi import receiver  # noqa: PLC0415

    async def handle(event: Any) -> None:
        handled.append(event)

    app = FastAPI()
    app.post("/hooks/parley")(receiver(*secrets, handle=handle))
    return lambda body, headers: through_fastapi(app, body, headers)


def _in_flask(secrets: list[str], handled: Received) -> Callable[[bytes, dict[str, str]], int]:
    from flask import Flask  # noqa: PLC0415

    from parley_client.webhooks.flask import receiver  # noqa: PLC0415

    app = Flask(__name__)
    app.post("/hooks/parley")(receiver(*secrets, handle=handled.append))
    return lambda body, headers: through_flask(app, body, headers)


def _in_django(secrets: list[str], handled: Received) -> Callable[[bytes, dict[str, str]], int]:
    from parley_client.webhooks.django import receiver  # noqa: PLC0415

    view = receiver(*secrets, handle=handled.append)
    return lambda body, headers: through_django(view, body, headers)


@pytest.mark.parametrize("framework", [_in_fastapi, _in_flask, _in_django])
def test_a_delivery_is_handled_and_a_forged_one_is_400(
    framework: Callable[[list[str], Received], Callable[[bytes, dict[str, str]], int]], hook: Hook
) -> None:
    hook.tell()
    received = hook.endpoint.received[0]
    handled: Received = []
    receive = framework([hook.webhook["secret"]], handled)
    assert receive(received.body, received.headers) == 204
    assert handled == [received.event]
    for forged in ({"webhook-signature": "v1,Zm9yZ2Vk"}, {"webhook-signature": "garbage"}, {"webhook-id": "another"}):
        assert receive(received.body, received.headers | forged) == 400
    assert receive(received.body + b" ", received.headers) == 400
    assert len(handled) == 1


def test_either_secret_of_a_rotation_will_do(hook: Hook) -> None:
    rotated = hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 0})["secret"]
    hook.tell()
    received = hook.endpoint.received[-1]
    assert Deliveries(hook.webhook["secret"], rotated).verify(received.body, received.headers) == received.event
    with pytest.raises(NotParleys):
        Deliveries(hook.webhook["secret"]).verify(received.body, received.headers)


def test_a_delivery_without_a_signature_is_not_parleys(hook: Hook) -> None:
    with pytest.raises(NotParleys):
        Deliveries(hook.webhook["secret"]).verify(b"{}", {})
