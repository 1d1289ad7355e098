"""The devices of a user: registered at each start of the app, taken back when the user signs out, bounded in number.

A token belongs to one device of one user of the tenant. The device, the note of whose the token is, and the device that
had it before are one transaction: whoever signs in on a phone takes it from whoever was signed in there.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from parley import clock, ids
from parley.errors import DeviceNotFound, Unavailable
from parley.identity.caller import Caller
from parley.observability import logger
from parley.push import sns
from parley.push.items import DeviceEntry, Endpoint, PushUser, TokenItem, push_key
from parley.push.schemas import Device, Devices, RegisterDevice
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import members
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent, equals
from parley.tables.keys import Key
from parley.tables.transactions import Action

MAX_DEVICES = 10
"""Of a user; one more takes the place of the one that has not been registered for longest."""
ATTEMPTS = 8


def do_register(caller: Caller, device_id: str, body: RegisterDevice) -> tuple[Device, bool]:
    """Make a device the caller's, with this token; whether it is new. 1 WRU where it was registered so before.

    Raises `DeviceNotFound` for what can be no device's id, and `Unavailable` where others keep changing the same items.
    """
    if not ids.is_well_formed(device_id):
        raise DeviceNotFound
    now = clock.now_ms()
    token = body.token if body.platform == "fcm" else body.token.lower()
    entry = DeviceEntry(device_id, body.platform, token, created_at=now, registered_at=now)
    again = _register_again(caller, entry)
    if again is not None:
        return device_view(again), False
    for _ in range(ATTEMPTS):
        plan = _plan(caller, entry)
        try:
            dynamodb.transact(plan.actions)
        except TransactionRefused:
            continue
        for unused in plan.unused:
            _forget_endpoint(unused)
        return device_view(plan.entry), plan.is_new
    raise Unavailable("The devices are being changed by others")


def _register_again(caller: Caller, entry: DeviceEntry) -> DeviceEntry | None:
    """Note that the device still has the token that it had; None where it has another, or is not there."""
    try:
        raw = dynamodb.update(
            settings().control_table,
            push_key(caller.tenant_id, caller.user_id),
            Update().set({(entry.attribute, "registered_at"): entry.registered_at}).add(version=1),
            condition=_has_token(entry),
            returning="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return DeviceEntry.read(entry.attribute, members(raw, entry.attribute))


def _has_token(entry: DeviceEntry) -> Condition:
    """The device is there, with this token."""
    return equals((entry.attribute, "digest"), entry.digest)


@dataclass
class _Plan:
    """One transaction, and what it makes of the device."""

    entry: DeviceEntry
    is_new: bool
    actions: list[Action] = field(default_factory=list)
    evicted: list[DeviceEntry] = field(default_factory=list)
    unused: list[DeviceEntry] = field(default_factory=list)
    """Whose endpoints nobody has any more."""


def _plan(caller: Caller, entry: DeviceEntry) -> _Plan:
    mine_at = push_key(caller.tenant_id, caller.user_id)
    token_at = keys.push_token(caller.tenant_id, entry.digest)
    found = dynamodb.batch_get(settings().control_table, [mine_at, token_at], consistent=True)
    mine, owner = PushUser.read(found.get(mine_at)), TokenItem.read(found.get(token_at))
    known = mine.devices.get(entry.id)
    if known is not None:
        entry = replace(entry, created_at=known.created_at, endpoint=_kept_endpoint(known, entry))
    plan = _Plan(entry, is_new=known is None)
    leaving: list[str] = []
    if owner is not None and owner.user_id == caller.user_id and owner.device_id != entry.id:
        leaving.append(owner.device_id)
    staying = [each for each in mine.devices.values() if each.id not in (entry.id, *leaving)]
    staying.sort(key=lambda each: (each.registered_at, each.id))
    plan.evicted = staying[: max(0, len(staying) + 1 - MAX_DEVICES)]
    replaced = [known] if known is not None and known.platform != entry.platform else []
    plan.unused = [*plan.evicted, *replaced]
    plan.actions.append(_change(mine_at, mine, put=entry, remove=[*leaving, *(each.id for each in plan.evicted)]))
    plan.actions.append(_take_token(token_at, owner, caller.user_id, entry.id))
    plan.actions += [
        _drop_token(caller.tenant_id, caller.user_id, each)
        for each in (*plan.evicted, *([known] if known is not None and known.digest != entry.digest else []))
    ]
    if owner is not None and owner.user_id != caller.user_id:
        theirs_at = push_key(caller.tenant_id, owner.user_id)
        theirs = PushUser.read(dynamodb.get(settings().control_table, theirs_at, consistent=True))
        had = theirs.devices.get(owner.device_id)
        if had is not None and had.digest == entry.digest:
            plan.actions.append(_change(theirs_at, theirs, remove=[had.id]))
    return plan


def _kept_endpoint(known: DeviceEntry, entry: DeviceEntry) -> Endpoint | None:
    """Its endpoint stays with a device that gets another token of the same platform: SNS is told at the next push."""
    return known.endpoint if known.platform == entry.platform else None


def _change(at: Key, read: PushUser, *, put: DeviceEntry | None = None, remove: Sequence[str] = ()) -> Action:
    """Put a device into a user's item and take others out, unless it has changed since it was read."""
    change = Update().set(entity="push_user").remove(*map(entry_name, remove)).add(version=1)
    if put is not None:
        change.set({put.attribute: put.as_map()})
    unchanged = equals("version", read.version) if read.version else absent("version")
    return transactions.update(settings().control_table, at, change, condition=unchanged)


def entry_name(device_id: str) -> str:
    return DeviceEntry(device_id, "fcm", "", 0, 0).attribute


def _take_token(at: Key, owner: TokenItem | None, user_id: str, device_id: str) -> Action:
    """Note whose the token is now, unless that has changed since it was read."""
    item = TokenItem(pk=at.pk, sk=at.sk, user_id=user_id, device_id=device_id)
    unchanged = absent() if owner is None else _belongs_to(owner.user_id, owner.device_id)
    return transactions.put(settings().control_table, item.serialize(), condition=unchanged)


def _belongs_to(user_id: str, device_id: str) -> Condition:
    """The token is this device's."""
    return equals("user_id", user_id) & equals("device_id", device_id)


def _drop_token(tenant_id: str, user_id: str, entry: DeviceEntry) -> Action:
    """Forget whose a token is, as long as it is this device's."""
    at = keys.push_token(tenant_id, entry.digest)
    return transactions.delete(settings().control_table, at, condition=absent() | _belongs_to(user_id, entry.id))


def do_list(caller: Caller) -> Devices:
    """All devices of the caller: one read."""
    mine = load(caller.tenant_id, caller.user_id)
    entries = sorted(mine.devices.values(), key=lambda entry: (-entry.registered_at, entry.id))
    return Devices(data=[device_view(entry) for entry in entries])


def do_remove(caller: Caller, device_id: str) -> None:
    """Push no more to a device. Absent is no failure. Raises `Unavailable` where SNS does not forget it: try again."""
    entry = load(caller.tenant_id, caller.user_id).devices.get(device_id)
    if entry is not None:
        forget(caller.tenant_id, caller.user_id, entry)


def load(tenant_id: str, user_id: str) -> PushUser:
    """A user's devices and preference as they are now."""
    return PushUser.read(dynamodb.get(settings().control_table, push_key(tenant_id, user_id), consistent=True))


def forget(tenant_id: str, user_id: str, entry: DeviceEntry) -> None:
    """Take a device out with its token, as long as it has the token that was read; SNS forgets it first.

    So whatever crashes between, a repetition finds the device and finishes. Repeating it changes nothing.
    """
    if entry.endpoint is not None:
        sns.delete_endpoint(entry.endpoint.arn)
    leave = transactions.update(
        settings().control_table,
        push_key(tenant_id, user_id),
        Update().remove(entry.attribute).add(version=1),
        condition=_has_token(entry),
    )
    try:
        dynamodb.transact([leave, _drop_token(tenant_id, user_id, entry)])
    except TransactionRefused:
        return  # another token, or gone: whoever did that dropped this one


def forget_all(tenant_id: str, user_id: str) -> int:
    """Take out all devices of a user and what they chose, for an erasure; how many devices there were.

    Their tokens are `T#<tenant>#PT#<hash>` in `control`, which the devices alone lead to: they go first. Raises
    `Unavailable` where SNS does not answer. A repetition goes on where this stopped.
    """
    found = load(tenant_id, user_id)
    for entry in found.devices.values():
        forget(tenant_id, user_id, entry)
    try:
        dynamodb.delete(
            settings().control_table,
            push_key(tenant_id, user_id),
            condition=absent() | equals("version", found.version + len(found.devices)),
        )
    except ConditionFailed:
        raise Unavailable("The user's devices are being changed") from None
    return len(found.devices)


def note_endpoint(tenant_id: str, user_id: str, entry: DeviceEntry, endpoint: Endpoint) -> bool:
    """Keep the endpoint of a device, as long as it has the token that was read; whether it has."""
    try:
        dynamodb.update(
            settings().control_table,
            push_key(tenant_id, user_id),
            Update().set({(entry.attribute, "endpoint"): asdict(endpoint)}).add(version=1),
            condition=_has_token(entry),
        )
    except ConditionFailed:
        return False
    return True


def _forget_endpoint(entry: DeviceEntry) -> None:
    """Have SNS forget a device that is out already. Where that fails, nobody pushes to it either."""
    if entry.endpoint is None:
        return
    try:
        sns.delete_endpoint(entry.endpoint.arn)
    except Unavailable:
        logger().warning("endpoint left behind", extra={"endpoint": entry.endpoint.arn})


def device_view(entry: DeviceEntry) -> Device:
    return Device(
        id=entry.id,
        platform=cast("Any", entry.platform),
        created_at=clock.to_datetime(entry.created_at),
        registered_at=clock.to_datetime(entry.registered_at),
    )
