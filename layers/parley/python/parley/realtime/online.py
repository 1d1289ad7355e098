"""Who is online: one item a user with all their connections, so that one batched read tells it of a hundred members.

`T#<tenant>#U#<user>` / `ONLINE` has an attribute `c:<connection>` for each connection, and the presence that the user
chose. A connection counts as open until it is removed or two and a half hours old; for presence it must also have been
heard of lately, since a connection that dies silently tells nobody. The item never expires: what a user chose
holds until they choose otherwise. See docs/adr on the registry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from parley import clock
from parley.realtime.items import LIFETIME_MS
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, flag, members, number_or_none, required_number, required_text, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, exists, less
from parley.tables.keys import Key

CONNECTION_PREFIX = "c:"
IDLE_MS = 660_000
"""11 min: API Gateway closes a connection that has been idle for 10 min."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection as its user's item holds it; moments in milliseconds, `issued_at` 0 for a token without `iat`."""

    since: int
    seen: int
    token_expires_at: int
    issued_at: int
    kid: str

    def as_map(self) -> dict[str, int | str]:
        """What the item holds of it."""
        moments = {"since": self.since, "seen": self.seen, "exp": self.token_expires_at, "iat": self.issued_at}
        return {**moments, "kid": self.kid}

    @classmethod
    def read(cls, raw: RawItem) -> "Opened":
        """From the attributes of its map."""
        since, seen, exp, iat = (required_number(raw, name) for name in ("since", "seen", "exp", "iat"))
        return cls(since, seen, exp, iat, required_text(raw, "kid"))


@dataclass(frozen=True, slots=True)
class Online:
    """A user's connections by id, and what they show of themselves."""

    connections: Mapping[str, Opened] = field(default_factory=dict)
    invisible: bool = False
    status_text: str | None = None
    last_active_at: int | None = None

    @classmethod
    def read(cls, raw: RawItem | None) -> "Online":
        if raw is None:
            return cls()
        return cls(
            connections={
                name.removeprefix(CONNECTION_PREFIX): Opened.read(members(raw, name))
                for name in raw
                if name.startswith(CONNECTION_PREFIX)
            },
            invisible=flag(raw, "invisible"),
            status_text=text(raw, "status_text"),
            last_active_at=number_or_none(raw, "last_active_at"),
        )

    def open_at(self, now: int) -> dict[str, Opened]:
        """The connections that may still be open and whose tokens hold."""
        return {
            connection_id: opened
            for connection_id, opened in self.connections.items()
            if now < opened.since + LIFETIME_MS and now < opened.token_expires_at
        }

    def shows_online(self, now: int) -> bool:
        """Whether others see the user online."""
        return not self.invisible and any(now < opened.seen + IDLE_MS for opened in self.open_at(now).values())


def online_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.ONLINE_SK)


def read_online(tenant_id: str, user_ids: Iterable[str]) -> dict[str, Online]:
    """Who of these users has connections, read consistently: 1 RRU each, 100 users a call.

    Consistently, since delivery must see a connection whose client has already replayed: what happens after that
    replay has no other way to it.
    """
    places = {online_key(tenant_id, user_id): user_id for user_id in user_ids}
    if not places:
        return {}
    found = dynamodb.batch_get(settings().control_table, places, consistent=True)
    return {user_id: Online.read(found.get(at)) for at, user_id in places.items()}


def add_connection(tenant_id: str, user_id: str, connection_id: str, opened: Opened) -> Online:
    """Add a connection; the user's connections with it. 1 WRU for each KiB of them."""
    raw = dynamodb.update(
        settings().control_table,
        online_key(tenant_id, user_id),
        Update()
        .set({CONNECTION_PREFIX + connection_id: opened.as_map()}, last_active_at=opened.since)
        .set(entity="online")
        .remove("expires_at"),
        returning="ALL_NEW",
    )
    return Online.read(raw)


def remove_connection(
    tenant_id: str, user_id: str, connection_id: str, *, opened_before: int | None = None
) -> Online | None:
    """Take a connection out; the user's others, or None where it was out already or was opened later than that."""
    name = CONNECTION_PREFIX + connection_id
    try:
        raw = dynamodb.update(
            settings().control_table,
            online_key(tenant_id, user_id),
            Update().set(last_active_at=clock.now_ms()).remove(name),
            condition=exists(name) & (None if opened_before is None else less((name, "since"), opened_before)),
            returning="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return Online.read(raw)


def touch(tenant_id: str, user_id: str, connection_id: str) -> Opened | None:
    """Note that a connection lives; None where it is not in the registry (any more). 1 WRU."""
    name, now = CONNECTION_PREFIX + connection_id, clock.now_ms()
    try:
        raw = dynamodb.update(
            settings().control_table,
            online_key(tenant_id, user_id),
            Update().set({(name, "seen"): now}, last_active_at=now),
            condition=exists(name),
            returning="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return Opened.read(members(raw, name))


def set_status(tenant_id: str, user_id: str, shown: Mapping[str, bool | str | None]) -> tuple[Online, Online]:
    """What the user shows of themselves, before and after; `invisible` and `status_text` stay where they are not named.

    1 WRU for each KiB of their connections.
    """
    change = Update().set(entity="online").remove("expires_at").set_or_remove(shown)
    at = online_key(tenant_id, user_id)
    before = Online.read(dynamodb.update(settings().control_table, at, change, returning="ALL_OLD"))
    return before, replace(before, **cast("dict[str, Any]", dict(shown)))
