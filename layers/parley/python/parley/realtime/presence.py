"""Presence: who is online, as the one who asks may see it. Kept in `control`, never in the change stream."""

from collections.abc import Mapping
from typing import Any

from parley import clock, ids
from parley.errors import UserNotFound
from parley.identity import teams
from parley.identity.caller import Caller
from parley.realtime.audience import Recipient
from parley.realtime.online import Online, online_key, read_online, set_status
from parley.realtime.posting import Outbox, send_all
from parley.realtime.schemas import OwnStatus, SetStatus, UserPresence
from parley.realtime.watching import watchers_of_user
from parley.settings import settings
from parley.streams.envelope import Event, EventType
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.keys import Key


def do_get_presence(caller: Caller, user_id: str) -> UserPresence:
    """How a user shows to the caller; offline, and nothing more, to whom they have blocked. Raises `UserNotFound`.

    Of whom the caller may not know is not found.
    """
    user_at = Key(keys.user(caller.tenant_id, user_id), keys.USER_SK)
    block_at = Key(user_at.pk, keys.block_sk(caller.user_id))
    found, online = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(settings().chat_table, [user_at, block_at]),
        lambda: Online.read(dynamodb.get(settings().control_table, online_key(caller.tenant_id, user_id))),
    )
    user = found.get(user_at)
    if user is None or "erased_at" in user or not teams.sees_user(caller, user_id, user):
        raise UserNotFound
    if block_at in found:
        return UserPresence(user_id=user_id, online=False)
    return presence_of(user_id, online)


def presence_of(user_id: str, online: Online) -> UserPresence:
    """What a user shows to others."""
    if online.invisible:
        return UserPresence(user_id=user_id, online=False)
    last_active = online.last_active_at
    return UserPresence(
        user_id=user_id,
        online=online.shows_online(clock.now_ms()),
        last_active_at=None if last_active is None else clock.to_datetime(last_active),
        status_text=online.status_text,
    )


def do_set_status(caller: Caller, body: SetStatus) -> OwnStatus:
    """Show oneself or not, with a text or without; what is not named stays. Whoever watches is told where it shows."""
    before, after = set_status(caller.tenant_id, caller.user_id, body.model_dump(exclude_unset=True))
    if presence_of(caller.user_id, before) != presence_of(caller.user_id, after):
        tell(caller.tenant_id, caller.user_id, after)
    now = clock.now_ms()
    return OwnStatus(
        user_id=caller.user_id,
        online=any(after.open_at(now)),
        last_active_at=None if after.last_active_at is None else clock.to_datetime(after.last_active_at),
        status_text=after.status_text,
        invisible=after.invisible,
    )


def tell_if_changed(tenant_id: str, user_id: str, online: Online, *, was_online: bool) -> None:
    """After a connection came or went: tell where that made the user online or offline to others."""
    if online.shows_online(clock.now_ms()) != was_online:
        tell(tenant_id, user_id, online)


def tell(tenant_id: str, user_id: str, online: Online) -> None:
    """Tell who watches a conversation of the user's how they show now; whom they have blocked is told nothing.

    A watcher whose connection turns out to be gone, and was their last, goes offline with it, and that is told too.
    """
    telling = {user_id: online}
    while telling:
        user_id, online = telling.popitem()
        watching = [Recipient(*watch) for watch in watchers_of_user(tenant_id, user_id)]
        if not watching:
            continue
        blocked = blocked_by(tenant_id, user_id)
        shown = presence_of(user_id, online).model_dump(mode="json")
        recipients = [recipient for recipient in watching if recipient.user_id not in blocked]
        left = send(tenant_id, recipients, passing_event(tenant_id, "presence.changed", user_id, user_id, shown))
        telling |= _offline(left)


def tell_who_left(tenant_id: str, left: Mapping[str, Online]) -> None:
    """Tell that users are offline whose last connections were found gone or have been closed."""
    for user_id, online in _offline(left).items():
        tell(tenant_id, user_id, online)


def _offline(left: Mapping[str, Online]) -> dict[str, Online]:
    now = clock.now_ms()
    return {each: online for each, online in left.items() if not online.invisible and not online.shows_online(now)}


def send(tenant_id: str, recipients: list[Recipient], event: Event) -> Mapping[str, Online]:
    """Send one event of the moment, typing or presence, kept nowhere; the users whose connections turned out gone."""
    outbox = Outbox(tenant_id)
    outbox.add(recipients, event)
    return send_all(outbox).left


def blocked_by(tenant_id: str, user_id: str) -> set[str]:
    """Whom a user has blocked."""
    blocks = dynamodb.every(settings().chat_table, keys.user(tenant_id, user_id), begins_with=keys.BLOCK_PREFIX)
    return {keys.blocked_of(required_text(raw, "sk")) for raw in blocks}


def list_presence(caller: Caller, user_ids: list[str]) -> list[UserPresence]:
    """How up to a hundred users show to the caller: two batched reads."""
    blocks = {Key(keys.user(caller.tenant_id, user_id), keys.block_sk(caller.user_id)): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, blocks)
    hidden = {user_id for at, user_id in blocks.items() if at in found}
    online = read_online(caller.tenant_id, user_ids)
    return [
        UserPresence(user_id=user_id, online=False) if user_id in hidden else presence_of(user_id, online[user_id])
        for user_id in user_ids
    ]


def passing_event(
    tenant_id: str,
    event_type: EventType,
    entity_id: str,
    actor_id: str,
    data: dict[str, Any],
    conversation_id: str | None = None,
) -> Event:
    """An event that is told once and kept nowhere; its version is the clock."""
    now = clock.now_ms()
    return Event(
        id=ids.new_id(),
        type=event_type,
        tenant_id=tenant_id,
        conversation_id=conversation_id,
        entity_id=entity_id,
        version=now,
        created_at=clock.to_datetime(now),
        actor_id=actor_id,
        data=data,
    )
