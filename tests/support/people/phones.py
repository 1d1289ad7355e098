"""Phones behind SNS: platform applications and endpoints on moto, and the consumer that pushes to them."""

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import boto3
from moto.backends import get_backend

from parley.push import sns
from parley.push.applications import tenants
from parley.settings import push_settings
from tests.support.aws.aws_calls import Recording, recording
from tests.support.aws.effects import apply_alone
from tests.support.aws.gateway import Context
from tests.support.aws.sockets import consumer_of
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import Person

APPLICATIONS = {"apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "fcm": "GCM"}
_numbers = itertools.count(1)


class RoomyContext(Context):
    """A context with a minute left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


@dataclass(frozen=True)
class Shown:
    """What a phone got."""

    token: str
    payload: dict[str, Any]

    @property
    def message_id(self) -> str:
        return str(self.reference["message_id"])

    @property
    def reference(self) -> dict[str, str]:
        return dict(self.payload["parley"] if "aps" in self.payload else self._fcm["data"])

    @property
    def title(self) -> str:
        return str(self._alert["title"])

    @property
    def body(self) -> str | None:
        return self._alert.get("body")

    @property
    def badge(self) -> int | None:
        shown: int | None = (
            self.payload["aps"].get("badge")
            if "aps" in self.payload
            else self._fcm["android"]["notification"].get("notification_count")
        )
        return shown

    @property
    def _fcm(self) -> dict[str, Any]:
        return dict(self.payload["fcmV1Message"]["message"])

    @property
    def _alert(self) -> dict[str, Any]:
        return dict(self.payload["aps"]["alert"] if "aps" in self.payload else self._fcm["notification"])


@dataclass
class Phones:
    """All phones of a test, by their tokens, and the change stream that leads to them."""

    stream: ChangeStream
    tokens: dict[str, str] = field(default_factory=dict)
    last_calls: Recording | None = None
    _seen: set[str] = field(default_factory=set)

    def give(self, person: Person, platform: str = "fcm", device_id: str = "phone") -> str:
        """Register a phone of a person's; its token."""
        number = next(_numbers)
        token = f"{number:064x}" if platform != "fcm" else f"token-of-{person.user_id}-{number:06d}"
        answer = self.register(person, token, platform, device_id)
        assert answer in (200, 201)
        return token

    def register(self, person: Person, token: str, platform: str = "fcm", device_id: str = "phone") -> int:
        body = {"platform": platform, "token": token}
        return person.put(f"/v1/users/me/devices/{device_id}", body).status

    def push(self, tenant_id: str) -> list[Shown]:
        """Hand what the tenant has written since to the consumer; what phones got of it."""
        self.hand_over(self.stream.take(tenant_id))
        return self.take()

    def hand_over(self, payloads: Sequence[Payload | bytes]) -> dict[str, Any]:
        """One batch, and the consumer's answer."""
        return self.invoke(kinesis_event(new_messages(payloads)))

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        consumer = consumer_of("streams/deliver_changes")
        with in_one_thread(), recording() as calls:  # moto takes no two calls at once
            answer = apply_alone("send_push", event, RoomyContext())
        self.last_calls = calls
        denied = calls.denied(consumer.grants)
        assert not denied, f"{consumer.function} is not granted {denied}"
        return answer

    def take(self) -> list[Shown]:
        """What phones got since the last call, of all tenants."""
        fresh: list[Shown] = []
        for endpoint in endpoints().values():
            for message_id, message in endpoint.messages.items():
                if message_id not in self._seen:
                    self._seen.add(message_id)
                    (payload,) = json.loads(message).values()
                    fresh.append(Shown(endpoint.attributes["Token"], json.loads(payload)))
        return fresh


def new_messages(payloads: Sequence[Payload | bytes]) -> list[Payload | bytes]:
    """What passes the filter of the event source mapping and is of a message."""
    return [
        each
        for each in payloads
        if isinstance(each, bytes) or each["dynamodb"].get("NewImage", {}).get("entity", {}).get("S") == "message"
    ]


def endpoints() -> dict[str, Any]:
    """Moto's endpoints by ARN."""
    return dict(get_backend("sns")["123456789012"]["us-east-1"].platform_endpoints)


def endpoint_of(token: str) -> Any:
    """The endpoint that has a token now; None where none has."""
    found = [each for each in endpoints().values() if each.attributes["Token"] == token]
    return found[0] if found else None


@contextmanager
def using_phones() -> Iterator[Phones]:
    """The stage's platform applications, and phones for as long as this is entered. Inside moto."""
    client = boto3.client("sns", region_name="us-east-1")
    applications = {}
    for platform, name in APPLICATIONS.items():
        made = client.create_platform_application(
            Name="parley-test-default", Platform=name, Attributes={"PlatformCredential": "secret"}
        )
        applications[f"PUSH_{platform.upper()}_APPLICATION"] = made["PlatformApplicationArn"]
    with patch.dict(os.environ, applications):
        push_settings.cache_clear()
        sns.client.cache_clear()
        tenants.forget()
        phones = Phones(ChangeStream())
        phones.take()
        yield phones
    push_settings.cache_clear()
    tenants.forget()
