"""What is stored about push, all of it in `control`: tokens never enter the change stream.

A user's devices and their preference are one item, so that one batched read tells of a hundred members whom to push to.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pynamodb.attributes import UnicodeAttribute

from parley.push.schemas import Level, Platform
from parley.tables import keys
from parley.tables.attributes import RawItem
from parley.tables.items import ControlItem
from parley.tables.keys import Key

DEVICE_PREFIX = "d:"
User = tuple[str, str]
"""Tenant and user id."""


class TokenItem(ControlItem):
    """`T#<tenant>#PT#<hash>` / `PT`: the one device that has this token. It goes with the device."""

    entity = UnicodeAttribute(default="push_token")
    user_id = UnicodeAttribute()
    device_id = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """SNS's handle of a device: made for the token with this hash in a platform application, enabled at a moment."""

    arn: str
    application: str
    digest: str
    enabled_at: int


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device as its user's item holds it, in the attribute `d:<id>`; moments in milliseconds."""

    id: str
    platform: Platform
    token: str
    created_at: int
    registered_at: int
    endpoint: Endpoint | None = None

    @property
    def digest(self) -> str:
        return token_digest(self.platform, self.token)

    @property
    def attribute(self) -> str:
        return DEVICE_PREFIX + self.id

    def as_attribute(self) -> dict[str, Any]:
        texts = {"platform": self.platform, "token": self.token, "digest": self.digest}
        numbers = {"created_at": self.created_at, "registered_at": self.registered_at}
        written: dict[str, Any] = {name: {"S": value} for name, value in texts.items()}
        written |= {name: {"N": str(value)} for name, value in numbers.items()}
        if self.endpoint is not None:
            written["endpoint"] = endpoint_attribute(self.endpoint)
        return {"M": written}

    @classmethod
    def read(cls, name: str, attribute: dict[str, Any]) -> "DeviceEntry":
        raw = attribute["M"]
        endpoint = raw.get("endpoint", {}).get("M")
        return cls(
            id=name.removeprefix(DEVICE_PREFIX),
            platform=cast("Platform", raw["platform"]["S"]),
            token=raw["token"]["S"],
            created_at=int(raw["created_at"]["N"]),
            registered_at=int(raw["registered_at"]["N"]),
            endpoint=None
            if endpoint is None
            else Endpoint(
                endpoint["arn"]["S"],
                endpoint["application"]["S"],
                endpoint["digest"]["S"],
                int(endpoint["enabled_at"]["N"]),
            ),
        )


@dataclass(frozen=True, slots=True)
class PushUser:
    """`T#<tenant>#U#<user>` / `PUSH`: a user's devices by id, and what they chose for all conversations."""

    devices: Mapping[str, DeviceEntry] = field(default_factory=dict)
    level: Level = "all"
    until: int | None = None
    version: int = 0

    @classmethod
    def read(cls, raw: RawItem | None) -> "PushUser":
        if raw is None:
            return cls()
        entries = [DeviceEntry.read(name, value) for name, value in raw.items() if name.startswith(DEVICE_PREFIX)]
        return cls(
            devices={entry.id: entry for entry in entries},
            level=cast("Level", raw.get("level", {}).get("S", "all")),
            until=int(raw["until"]["N"]) if "until" in raw else None,
            version=int(raw["version"]["N"]),
        )


def endpoint_attribute(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "M": {
            "arn": {"S": endpoint.arn},
            "application": {"S": endpoint.application},
            "digest": {"S": endpoint.digest},
            "enabled_at": {"N": str(endpoint.enabled_at)},
        }
    }


def token_digest(platform: str, token: str) -> str:
    """What tells tokens apart where the token itself has no business."""
    return hashlib.sha256(f"{platform}|{token}".encode()).hexdigest()


def push_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.PUSH_SK)
