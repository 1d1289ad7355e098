"""The types of conversations that a tenant declares: put, shown and deleted by its own back end.

All of them are one item, so that their number has an exact limit and a check reads one item. A type that conversations
have been made of stays: it is marked before the first one is made, on condition that it is there.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from parley import clock
from parley.audit import audit_log
from parley.errors import (
    ConversationTypeInUse,
    ConversationTypeNotFound,
    TooManyConversationTypes,
    Unavailable,
    ValidationFailed,
    VersionConflict,
)
from parley.identity.caller import Caller
from parley.permissions import declared
from parley.permissions.items import ConversationTypesItem, types_key
from parley.permissions.roles import BOUNDS, DEFAULTS, IN_DIRECT, RANKS, Least, Permission
from parley.permissions.schemas import (
    BUILT_IN,
    ConversationTypes,
    DeclaredConversationType,
    PutConversationType,
)
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, at_version, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

MOST_TYPES = 50
ATTEMPTS = 8

Stored = dict[str, Any]


def do_list(caller: Caller) -> ConversationTypes:
    """All types and what roles may in them, as they are now; how long messages are kept is told to no user.

    1 RRU for each 4 KiB.
    """
    known = _read(caller.tenant_id)
    names = [*BUILT_IN, *sorted(known.stored.keys() - set(BUILT_IN))]
    shown = [_view(name, known.stored.get(name)) for name in names]
    if not caller.is_server:
        shown = [each.model_copy(update={"retention_days": None}) for each in shown]
    return ConversationTypes(data=shown)


def do_get(caller: Caller, name: str) -> DeclaredConversationType:
    """One type. Raises `ConversationTypeNotFound`."""
    stored = _read(caller.tenant_id).stored.get(name)
    if stored is None and name not in BUILT_IN:
        raise ConversationTypeNotFound
    return _view(name, stored)


def do_put(caller: Caller, name: str, body: PutConversationType, *, if_match: int | None) -> DeclaredConversationType:
    """Declare a type, or change what roles may in it and how long its messages are kept.

    Members are held to it within 60 s, as to settings.

    1 RRU for each 4 KiB of all types, 2 WRU for each KiB and 6. What it is built like never changes. Raises
    `ValidationFailed`, `TooManyConversationTypes`, `VersionConflict`.
    """
    check(name, body)
    permissions = {each: least for each, least in sorted(body.permissions.items()) if DEFAULTS[each] != least}
    said = (permissions, body.retention_days)

    def change(types: Stored) -> Stored | None:
        before = types.get(name)
        _check_version(before, if_match)
        if before is not None and before["like"] != body.like:
            raise _invalid("/like", "fixed", "What a type is built like stays")
        if before is None and name not in BUILT_IN and len(types.keys() - set(BUILT_IN)) >= MOST_TYPES:
            raise TooManyConversationTypes(f"A tenant declares at most {MOST_TYPES} types")
        if before is not None and (before["permissions"], before.get("retention_days")) == said:
            return None
        now = clock.now_ms()
        put = {
            "like": body.like,
            "permissions": permissions,
            "retention_days": body.retention_days,
            "used": before is not None and before["used"],
            "updated_at": now,
            "version": now if before is None else before["version"] + 1,
        }
        return {**types, name: put}

    details = {"permissions": sorted(permissions), "retention_days": body.retention_days}
    line = audit_log.line(caller, "conversation_type.put", ("conversation_type", name), details=details)
    return _view(name, _change(caller.tenant_id, change, line).stored[name])


def do_delete(caller: Caller, name: str, *, if_match: int | None) -> None:
    """Delete a type, or what was set of a built-in one; absent is fine. Costs as a put.

    Raises `ConversationTypeInUse` where a conversation has ever been made of it, `VersionConflict`.
    """

    def change(types: Stored) -> Stored | None:
        before = types.get(name)
        if before is None:
            return None
        _check_version(before, if_match)
        if before["used"]:
            raise ConversationTypeInUse
        return {each: stored for each, stored in types.items() if each != name}

    line = audit_log.line(caller, "conversation_type.removed", ("conversation_type", name))
    _change(caller.tenant_id, change, line)


def use(tenant_id: str, name: str, like: str) -> None:
    """Mark a type as used, before a conversation is made of it: from then on it cannot be deleted.

    Nothing is read where this process knows it as used. A request that dies after this leaves the mark. Raises
    `ValidationFailed` where there is no such type, or it is built like another.
    """
    check_usable(declared.types.of(tenant_id, 0, name).stored.get(name), like)

    def change(types: Stored) -> Stored | None:
        check_usable(types.get(name), like)
        return None if types[name]["used"] else {**types, name: {**types[name], "used": True}}

    if not declared.types.of(tenant_id, 0).stored[name]["used"]:
        _change(tenant_id, change)


def built_like(tenant_id: str) -> dict[str, str]:
    """What each type that a tenant has declared is built like. 1 RRU for each 4 KiB."""
    return {name: stored["like"] for name, stored in _read(tenant_id).stored.items() if name not in BUILT_IN}


def check_usable(stored: Mapping[str, Any] | None, like: str) -> None:
    """Refuse a type that is not declared, or is built like another; raises `ValidationFailed`."""
    if stored is None:
        raise _invalid("/declared_type", "unknown_conversation_type", "The tenant has not declared such a type")
    if stored["like"] != like:
        raise _invalid("/declared_type", "other_type", f"This type is built like a {stored['like']}")


def check(name: str, body: PutConversationType) -> None:
    """Refuse what would not be safe; raises `ValidationFailed` with all of it."""
    problems = []
    if name == "direct":
        problems.append(_problem("/like", "fixed", "What users may in a direct conversation stays as it is"))
    elif name in BUILT_IN and body.like != name:
        problems.append(_problem("/like", "fixed", "A built-in type is built like itself"))
    if name in BUILT_IN and body.retention_days is not None:
        problems.append(_problem("/retention_days", "fixed", "The tenant's settings say this of built-in types"))
    for permission, least in body.permissions.items():
        lowest, highest = BOUNDS[permission]
        if not RANKS[lowest] <= RANKS[least] <= RANKS[highest]:
            detail = f"The lowest role is {lowest} to {highest}"
            problems.append(_problem(f"/permissions/{permission}", "out_of_bounds", detail))
    table = {**DEFAULTS, **body.permissions}
    for permission in ("invite", "add_members"):
        if RANKS[table[permission]] < RANKS[table["see_members"]]:
            detail = "Whoever brings others in sees who is there"
            problems.append(_problem(f"/permissions/{permission}", "below_see_members", detail))
    if problems:
        raise ValidationFailed(problems)


def _invalid(pointer: str, code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([_problem(pointer, code, detail)])


def _problem(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}


def _check_version(stored: Mapping[str, Any] | None, if_match: int | None) -> None:
    if if_match is not None and (stored is None or stored["version"] != if_match):
        raise VersionConflict


def _read(tenant_id: str) -> declared.DeclaredTypes:
    return declared.read(ConversationTypesItem.at(types_key(tenant_id), consistent=True))


def _change(
    tenant_id: str, change: Callable[[Stored], Stored | None], line: Action | None = None
) -> declared.DeclaredTypes:
    """Change the types as they are at the commit; None from `change` leaves them. Raises `Unavailable`."""
    at = types_key(tenant_id)
    for _ in range(ATTEMPTS):
        before = ConversationTypesItem.at(at, consistent=True)
        changed = change({} if before is None else before.types)
        if changed is None:
            return declared.read(before)
        version = clock.now_ms() if before is None else int(before.version) + 1
        item = ConversationTypesItem(pk=at.pk, sk=at.sk, types=changed, version=version)
        known = declared.read(item)
        if known.lets_messages_go:
            item.gpk, item.gsk = keys.retaining(), tenant_id
        as_read = at_version(None if before is None else int(before.version))
        put = transactions.put(settings().chat_table, item.serialize(), condition=as_read)
        try:
            dynamodb.transact([put, _name_version(tenant_id, version), *([] if line is None else [line])])
        except TransactionRefused as refused:
            if not refused.failed(0):
                raise
        else:
            declared.types.keep(tenant_id, known)
            return known
    raise Unavailable("The types are being changed by others")


def _name_version(tenant_id: str, version: int) -> Action:
    """Name the version where every caller's context is made from."""
    named = Update().set(conversation_types=version).add(version=1)
    at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    return transactions.update(settings().chat_table, at, named, condition=exists())


def _view(name: str, stored: Mapping[str, Any] | None) -> DeclaredConversationType:
    known = stored or {"like": name, "permissions": {}, "used": False, "updated_at": None, "version": 0}
    table = cast("dict[Permission, Least]", {**(IN_DIRECT if name == "direct" else DEFAULTS), **known["permissions"]})
    return DeclaredConversationType(
        name=name,
        like=known["like"],
        built_in=name in BUILT_IN,
        used=known["used"] or name in BUILT_IN,
        permissions=table,
        retention_days=known.get("retention_days"),
        updated_at=None if known["updated_at"] is None else clock.to_datetime(known["updated_at"]),
        version=known["version"],
    )
