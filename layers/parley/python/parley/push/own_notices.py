"""Pushes of what concerns one user alone: a reminder that has come due, an invite. Once, and only where they are away.

As of a new message a push is a hint: it is claimed for a device before it is made, and not made at all where it would
come late.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parley import clock
from parley.errors import Unavailable
from parley.ids import MessageAddress
from parley.observability import logger
from parley.push import endpoints, payloads, push_claims, sns
from parley.push.applications import tenants
from parley.push.items import DeviceEntry, PushUser, User, push_key
from parley.push.notifications import MAX_AGE_MS, prune, show_copy
from parley.push.payloads import Notice
from parley.push.preferences import holds
from parley.push.sns import SnsFailed
from parley.realtime.online import Online, online_key
from parley.settings import settings
from parley.streams import shared_reads
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.tables import dynamodb
from parley.tables.attributes import RawItem


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """What a user is to be told of, since `since`; `compose` reads what is shown, as `push_content` allows.

    `told` tells one notice about the same thing from the next.
    """

    user: User
    address: MessageAddress
    since: int
    told: str
    compose: Callable[[str], Notice | None]


def push(
    changes: Sequence[Change], read: Callable[[Change, RawItem | None], OwnNotice | None], *, seconds: float
) -> list[Change]:
    """Push a batch; the changes of which something is left to push, and poison.

    `read` says what a change's item tells as it is now, None where there is nothing to tell any more.
    """
    deadline = time.monotonic() + seconds
    left: list[Change] = []
    current = shared_reads.read(settings().chat_table, [change.key for change in changes])
    for change in changes:
        if time.monotonic() > deadline:
            left.append(change)
            continue
        try:
            notice = read(change, current.get(change.key))
            if notice is not None and clock.now_ms() - notice.since <= MAX_AGE_MS and not _tell(notice):
                left.append(change)
        except MALFORMED:
            left.append(set_aside(change))
    return left


def _tell(own: OwnNotice) -> bool:
    """Push to the devices of a user who is away; false where something is to be tried again. 3 to 5 RRU, 1 WRU."""
    user, tenant = own.user, tenants.of(own.user[0])
    places = [push_key(*user), online_key(*user)]
    found = dynamodb.batch_get(settings().control_table, places, consistent=True)
    owner, online = PushUser.read(found.get(places[0])), Online.read(found.get(places[1]))
    devices = [each for each in owner.devices.values() if tenant.application(each.platform)]
    if not devices or owner.paused or tenant.suspended or holds(owner.level, owner.until) == "none":
        return True
    if online.open_at(clock.now_ms()):
        return True
    notice = own.compose(tenant.content)
    if notice is None:
        return True
    marks = {push_claims.mark(f"{each.digest}|{own.told}"): each for each in devices}
    won = push_claims.claim(user[0], own.address, marks.keys())
    sns.client()
    again = {mark for mark in won if not _push(user, marks[mark], notice)}
    if again:
        push_claims.release(user[0], own.address, again)
    return not again


def _push(user: User, device: DeviceEntry, notice: Notice) -> bool:
    """Push to one device; false where it was surely not made, and may be later."""
    application = tenants.of(user[0]).application(device.platform) or ""
    shown = payloads.message_for(device.platform, notice, None)
    try:
        arn = endpoints.push(user, device, application, shown, payloads.attributes_for(device.platform, notice))
    except SnsFailed as failed:
        logger().warning("notice not pushed", extra={"tenant_id": user[0], "failure": str(failed)})
        if failed.failure == "disabled":
            prune(user, device)
        return failed.failure != "busy"
    except Exception as error:
        if isinstance(error, Unavailable) or dynamodb.is_transient(error):
            return False
        raise
    show_copy(user, device, arn, shown)
    return True
