"""What is stored about push, all of it in `control`: tokens never enter the change stream.

A user's devices and their preference are one item, so that one batched read tells of a hundred members whom to push to.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import cast

from pynamodb.attributes import UnicodeAttribute

from parley.push.schemas import Level, Platform
from parley.tables import keys
from parley.tables.attributes import RawItem, flag, members, number_or_none, required_number, required_text, text
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

    @classmethod
    def read(cls, raw: RawItem) -> "Endpoint":
        """From the attributes of its map."""
        arn, application, digest = (required_text(raw, name) for name in ("arn", "application", "digest"))
        return cls(arn, application, digest, required_number(raw, "enabled_at"))


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

    def as_map(self) -> dict[str, object]:
        """What the item holds of it."""
        written: dict[str, object] = {
            "platform": self.platform,
            "token": self.token,
            "digest": self.digest,
            "created_at": self.created_at,
            "registered_at": self.registered_at,
        }
        return written if self.endpoint is None else {**written, "endpoint": asdict(self.endpoint)}

    @classmethod
    def read(cls, name: str, raw: RawItem) -> "DeviceEntry":
        """From the attribute's name and the attributes of its map."""
        return cls(
            id=name.removeprefix(DEVICE_PREFIX),
            platform=cast("Platform", required_text(raw, "platform")),
            token=required_text(raw, "token"),
            created_at=required_number(raw, "created_at"),
            registered_at=required_number(raw, "registered_at"),
            endpoint=Endpoint.read(members(raw, "endpoint")) if "endpoint" in raw else None,
        )


@dataclass(frozen=True, slots=True)
class PushUser:
    """`T#<tenant>#U#<user>` / `PUSH`: a user's devices by id, and what they chose for all conversations.

    `paused` as long as the tenant has deactivated the user.
    """

    devices: Mapping[str, DeviceEntry] = field(default_factory=dict)
    level: Level = "all"
    until: int | None = None
    paused: bool = False
    version: int = 0

    @classmethod
    def read(cls, raw: RawItem | None) -> "PushUser":
        if raw is None:
            return cls()
        entries = [DeviceEntry.read(name, members(raw, name)) for name in raw if name.startswith(DEVICE_PREFIX)]
        return cls(
            devices={entry.id: entry for entry in entries},
            level=cast("Level", text(raw, "level") or "all"),
            until=number_or_none(raw, "until"),
            paused=flag(raw, "paused"),
            version=required_number(raw, "version"),
        )


def token_digest(platform: str, token: str) -> str:
    """What tells tokens apart where the token itself has no business."""
    return hashlib.sha256(f"{platform}|{token}".encode()).hexdigest()


def push_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.PUSH_SK)
