"""Deliveries and the pre-send webhook by the public library of Standard Webhooks, and by the samples of the guide."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from parley import clock
from parley.outbound import signing
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
from parley.webhooks import signing_secrets
from tests.support.clients.frameworks import through_django, through_fastapi, through_flask
from tests.support.people.clocks import MovingClock
from tests.support.people.tenant_servers import Hook, Received

GUIDE = Path(__file__).parents[3] / "docs" / "webhooks.md"


def verified(received: Received, secret: str, **changed: str) -> Any:
    return Webhook(secret).verify(received.body, received.headers | changed)


def test_a_delivery_is_verified_and_its_id_is_the_events(hook: Hook) -> None:
    hook.tell()
    received = hook.endpoint.received[0]
    assert verified(received, hook.webhook["secret"]) == received.event
    assert received.headers["webhook-id"] == received.event["id"]


def test_secrets_are_keys_of_32_bytes_in_base64(hook: Hook) -> None:
    secret = hook.webhook["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_both_secrets_of_a_rotation_verify_until_the_overlap_ends(hook: Hook, moving_clock: MovingClock) -> None:
    rotated = hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60})["secret"]
    hook.tell()
    for secret in (rotated, hook.webhook["secret"]):
        assert verified(hook.endpoint.received[-1], secret)["type"]
    moving_clock.pass_seconds(61)
    hook.tell()
    assert verified(hook.endpoint.received[-1], rotated)["type"]
    with pytest.raises(WebhookVerificationError):
        verified(hook.endpoint.received[-1], hook.webhook["secret"])


def test_a_forged_an_altered_and_an_old_delivery_are_refused(hook: Hook) -> None:
    hook.tell()
    received, secret = hook.endpoint.received[0], hook.webhook["secret"]
    old = str(int(time.time()) - 3600)
    for changed in ({"webhook-id": "another"}, {"webhook-timestamp": old}, {"webhook-signature": "v1,Zm9yZ2Vk"}):
        with pytest.raises(WebhookVerificationError):
            verified(received, secret, **changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(received.body + b" ", received.headers)
    replayed_late = signing.headers([secret], received.headers["webhook-id"], int(old), received.body)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(received.body, replayed_late)


def test_a_replayed_delivery_has_the_same_id_and_a_signature_of_its_own(hook: Hook, moving_clock: MovingClock) -> None:
    hook.tell()
    (delivery,) = hook.server.get(f"{hook.path}/deliveries")["data"]
    moving_clock.pass_seconds(2)
    assert hook.server.post(f"{hook.path}/deliveries/{delivery['id']}/replay").status == 202
    hook.deliveries.attempt()
    first, again = hook.endpoint.received
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    assert verified(again, hook.webhook["secret"]) == first.event


def test_a_secret_from_before_signs_with_the_bytes_that_it_spells(hook: Hook) -> None:
    """Those were in the URL's alphabet and without padding."""
    key = bytes(range(223, 255))
    old = "whsec_" + base64.urlsafe_b64encode(key).decode().rstrip("=")
    assert set(old) & set("-_"), "such a key that the alphabets differ"
    at = signing_secrets.secret_key(hook.sender.tenant_id, hook.webhook["id"])
    dynamodb.update(settings().control_table, at, Update().set(current=old))
    hook.tell()
    received = hook.endpoint.received[0]
    assert signing.key_of(old) == key
    assert Webhook(key).verify(received.body, received.headers) == received.event


def test_a_signature_is_what_the_specification_computes() -> None:
    key, body, moment = bytes(range(32)), '{"a":"ü"}'.encode(), clock.now_ms() // 1000
    made = signing.headers([signing.secret_of(key)], "msg_1", moment, body)
    digest = hmac.new(key, f"msg_1.{moment}.".encode() + body, hashlib.sha256).digest()
    assert made["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def samples() -> Iterator[tuple[str, str]]:
    """The guide's samples in Python, by their framework."""
    text = GUIDE.read_text(encoding="utf-8")
    yield from re.findall(r"### (\w+)\n\n```python\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize(("framework", "source"), list(samples()), ids=lambda value: value if len(value) < 20 else "")
def test_a_sample_of_the_guide_takes_a_delivery_and_refuses_a_forged_one(
    framework: str, source: str, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.tell()
    received = hook.endpoint.received[0]
    monkeypatch.setenv("PARLEY_WEBHOOK_SECRET", hook.webhook["secret"])
    sample: dict[str, Any] = {"__name__": "sample"}
    exec(compile(source, f"{framework} of the guide", "exec"), sample)  # noqa: S102 - what our guide says
    through, name = {
        "FastAPI": (through_fastapi, "app"),
        "Flask": (through_flask, "app"),
        "Django": (through_django, "receive"),
    }[framework]
    receive = partial(through, sample[name])
    assert receive(received.body, received.headers) == 204
    for forged in ("v1,Zm9yZ2Vk", "garbage", "v1,abc"):
        assert receive(received.body, received.headers | {"webhook-signature": forged}) == 400
    assert sample["handled"] == [received.event["id"]]
    assert receive(received.body, received.headers) == 204
    assert sample["handled"] == [received.event["id"]], "an event that came before is not handled again"
