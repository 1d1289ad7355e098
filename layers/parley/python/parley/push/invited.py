"""Invites on phones: who is invited and away is told once, as long as the invite holds.

What it shows of the conversation is what a list of one's own invites shows; of who invites, the name. Of whom one has
muted nothing is pushed, invites neither.
"""

from collections.abc import Sequence
from functools import partial

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.access import meta_key
from parley.messaging.invites.items import InviteItem
from parley.messaging.items import UserMuteItem
from parley.messaging.members import user_mutes
from parley.push import own_notices, payloads
from parley.push.items import User
from parley.push.own_notices import OwnNotice
from parley.push.payloads import Notice
from parley.settings import settings
from parley.streams.changes import Change
from parley.tables import dynamodb
from parley.tables.attributes import RawItem, text
from parley.users.profiles import user_key

TITLE = "Invitation"


def wants(change: Change) -> bool:
    """Whether a change is a new invite."""
    return change.entity == "invite" and change.op == "insert" and not change.is_import


def push(changes: Sequence[Change], *, seconds: float) -> list[Change]:
    """Push a batch; the changes of which something is left to push, and poison."""
    return own_notices.push([change for change in changes if wants(change)], _read, seconds=seconds)


def _read(change: Change, raw: RawItem | None) -> OwnNotice | None:
    item = InviteItem.read(raw)
    if item is None or int(item.valid_until) <= clock.now_ms():
        return None
    user = (change.tenant_id, str(item.user_id))
    address = MessageAddress(str(item.conversation_id), 0)
    told = f"invite|{user[1]}|{item.created_at}"
    return OwnNotice(user, address, int(item.created_at), told, partial(_compose, user, item, address))


def _compose(user: User, item: InviteItem, address: MessageAddress, content: str) -> Notice | None:
    """Who invites where; None where the user has muted them. 1.5 RRU."""
    tenant_id = user[0]
    mute, _ = user_mutes.mute_places(tenant_id, user[1], item.invited_by)
    meta, inviter = meta_key(tenant_id, item.conversation_id), user_key(tenant_id, item.invited_by)
    found = dynamodb.batch_get(settings().chat_table, [mute, meta, inviter])
    if mute in found and user_mutes.holds(UserMuteItem.from_raw_data(found[mute])):
        return None
    if content == "none":
        return Notice(address, item.invited_by, TITLE, "", type="invite.created")
    name = text(found.get(meta, {}), "name")
    by = text(found.get(inviter, {}), "name") or item.invited_by
    body = payloads.preview(f"{by} invites you", 0)
    return Notice(address, item.invited_by, payloads.preview(name or TITLE, 0)[:100], body, type="invite.created")
