"""Sending what is due: each message once, or refused once, whatever crashes, repeats or comes at the same moment.

| step | what happens |
| --- | --- |
| 1 | it is claimed, on condition that nobody has changed it: from here on it can be changed and taken back no more |
| 2 | it is sent as any message, by its author's rights of this moment, under an idempotency key of its own |
| 3 | it says that it was sent, and as which message |
| 4 | it is removed, with its count; that tells its author, and the timer goes |

A run that dies after step 1 leaves the timer, so a later one finds the claim, once it is old enough, and goes on with
step 2: under the same key there is one message. What is refused for good is kept and told. What is refused for now (a
limit, an outage of moderation) is put back and tried again later, a day long; where it is not known whether a send took
place it stays claimed, so that nobody changes what may have been sent.
"""

import json
import secrets
from typing import Literal

from parley import clock
from parley.errors import (
    MessageDeleted,
    ModerationUnavailable,
    ParleyError,
    TenantSuspended,
    Unavailable,
    UserBeingErased,
    UserDeactivated,
)
from parley.identity import shadow, stored_settings
from parley.identity.caller import SERVER_SCOPE, Caller
from parley.messaging.messages.sending import sending
from parley.scheduling.items import ScheduledItem, scheduled_key
from parley.scheduling.scheduled_messages import change_if_unchanged, remove
from parley.scheduling.views import message_of
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.timers import timers

LEASE_MS = 2 * 60_000
"""After so long a claim is of a run that has died: the function runs a minute at most."""
TRIED_FOR_MS = 24 * 3_600_000
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 30, 15 * 60
SPREAD_SECONDS = 60
REFUSED_FOR_NOW = 500

Outcome = Literal["sent", "failed", "postponed"] | None


def send_due(tenant_id: str, user_id: str, scheduled_id: str) -> Outcome:
    """Look at a message whose timer has come; what became of it, None where there was nothing to do.

    The timer may go when this returns: where there is something left to do, another one has been set. 2 RRU and 7 WRU
    beside the send.
    """
    at, now = scheduled_key(tenant_id, user_id, scheduled_id), clock.now_ms()
    item = ScheduledItem.at(at, consistent=True)
    if item is None or item.status == "failed":
        return None
    if item.status == "sent":
        _finish(tenant_id, user_id, item)
        return "sent"
    if item.status == "sending" and int(item.claimed_at or 0) + LEASE_MS > now:
        timers.schedule("scheduled_message", tenant_id, user_id, scheduled_id, int(item.claimed_at or 0) + LEASE_MS)
        return None
    if int(item.due_at) > now:
        return None
    claimed = change_if_unchanged(item, Update().set(status="sending", claimed_at=now).add(attempts=1))
    if claimed is None:
        return send_due(tenant_id, user_id, scheduled_id)
    return _send(tenant_id, user_id, claimed)


def _send(tenant_id: str, user_id: str, item: ScheduledItem) -> Outcome:
    try:
        caller = _author(tenant_id, user_id, item)
        key = f"scheduled:{item.scheduled_id}:{int(item.revision)}"
        message_id = sending.do_send(caller, message_of(item), idempotency_key=key).message.id
    except MessageDeleted:
        message_id = None  # an earlier run has sent it, and somebody has deleted it for good
    except ParleyError as refusal:
        return _refused(tenant_id, user_id, item, refusal)
    sent = change_if_unchanged(item, Update().set(status="sent").set_or_remove(message_id=message_id))
    if sent is not None:  # else another run has gone on with it
        _finish(tenant_id, user_id, sent)
    return "sent"


def _author(tenant_id: str, user_id: str, item: ScheduledItem) -> Caller:
    """The author, with the tenant's settings of this moment: who may be sent for now. 3 RRU.

    Raises `TenantSuspended`, `UserDeactivated`, `UserBeingErased`.
    """
    tenant_at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    user_at, revocation_at = (Key(keys.user(tenant_id, user_id), sk) for sk in (keys.USER_SK, keys.REVOCATION_SK))
    stored = dynamodb.batch_get(settings().chat_table, [tenant_at, user_at, revocation_at], consistent=True)
    tenant = stored.get(tenant_at, {})
    if "suspended_at" in tenant:
        raise TenantSuspended
    if "deactivated_at" in stored.get(revocation_at, {}):
        raise UserDeactivated
    if "erased_at" in stored.get(user_at, {}):
        raise UserBeingErased
    scopes = frozenset({SERVER_SCOPE}) if item.by_server else frozenset[str]()
    until = shadow.until_of(stored.get(revocation_at))
    return Caller(stored_settings.tenant(tenant_id, tenant), user_id, scopes, shadowed_until=until)


def _finish(tenant_id: str, user_id: str, item: ScheduledItem) -> None:
    """Remove what has been sent. Nobody else changes it; another run may have removed it."""
    remove(tenant_id, user_id, item)


def _refused(tenant_id: str, user_id: str, item: ScheduledItem, refusal: ParleyError) -> Outcome:
    now, name = clock.now_ms(), item.scheduled_id
    passes = refusal.retryable or refusal.status >= REFUSED_FOR_NOW
    if passes and now < int(item.send_at) + TRIED_FOR_MS:
        again = now + 1000 * _pause(refusal, int(item.attempts))
        is_unknown = isinstance(refusal, Unavailable) and not isinstance(refusal, ModerationUnavailable)
        if is_unknown:
            again = max(again, int(item.claimed_at or 0) + LEASE_MS)
        timer = timers.schedule("scheduled_message", tenant_id, user_id, name, again)
        if not is_unknown:
            waits = Update().set(status="scheduled", due_at=again, timer=timer).remove("claimed_at")
            change_if_unchanged(item, waits)
        return "postponed"
    failure = {
        "code": refusal.code,
        "status": refusal.status,
        "title": refusal.title,
        "detail": refusal.detail,
    }
    change = Update().set(status="failed", failure=_json(failure), updated_at=now).remove("claimed_at")
    change_if_unchanged(item, change)
    return "failed"


def _pause(refusal: ParleyError, attempts: int) -> int:
    """Seconds to wait: as the refusal says, or longer each time; spread, so that not all come back at once."""
    wait = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(attempts, 10))
    return max(refusal.retry_after or 0, wait if refusal.retry_after is None else 0) + secrets.randbelow(SPREAD_SECONDS)


def _json(failure: dict[str, object]) -> str:
    return json.dumps(failure)
