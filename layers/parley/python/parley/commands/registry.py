"""A tenant's commands: declared, listed, changed and removed by its own back end."""

import re

from parley import clock, ids
from parley.audit import audit_log
from parley.commands.items import CommandItem, command_key, endpoint_key, names_key, secret_key
from parley.commands.schemas import Command, Commands, NewCommand, PutCommand
from parley.errors import CommandUnknown, TooManyCommands, Unavailable, VersionConflict
from parley.identity.caller import Caller
from parley.outbound import circuit
from parley.outbound.addresses import check_url
from parley.outbound.items import WebhookSecretItem
from parley.outbound.secrets import new_item, new_secret, rotate
from parley.settings import settings
from parley.tables import dynamodb, idempotency, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, absent, contains, equals, exists, holds_fewer, matching
from parley.webhooks.schemas import RotateSecret

MOST_COMMANDS = 50
ATTEMPTS = 8
SCOPE = "commands"
_NAME = re.compile(r"[a-z0-9_-]{1,32}")


def load_commands(tenant_id: str, *, consistent: bool = True) -> list[CommandItem]:
    """All commands of a tenant by their names: one Query, 0.5 RRU for each 4 KiB, twice as much where consistent."""
    raw, _ = dynamodb.query(
        settings().chat_table, keys.commands(tenant_id), begins_with=keys.COMMAND_PREFIX, consistent=consistent
    )
    return [CommandItem.from_raw_data(item) for item in raw]


def access_command(caller: Caller, name: str) -> CommandItem:
    """One command of the caller's tenant as it is now. 1 RRU. Raises `CommandUnknown`."""
    if _NAME.fullmatch(name) is None:
        raise CommandUnknown
    item = CommandItem.at(command_key(caller.tenant_id, name), consistent=True)
    if item is None:
        raise CommandUnknown
    return item


def do_list(caller: Caller) -> Commands:
    """All commands of the tenant, without their secrets."""
    return Commands(data=[command_view(item) for item in load_commands(caller.tenant_id)])


def do_get(caller: Caller, name: str) -> Command:
    """One command, without its secret. Raises `CommandUnknown`."""
    return command_view(access_command(caller, name))


def do_put(caller: Caller, name: str, body: PutCommand, *, if_match: int | None) -> tuple[NewCommand, bool]:
    """Declare a command, or change it to what is said now; whether it is new.

    A new one has a secret, which is shown this once: whoever has missed it rotates it. What is so already is not
    written. Raises `InvalidWebhookUrl`, `TooManyCommands`, `VersionConflict`.
    """
    check_url(body.url)
    for _ in range(ATTEMPTS):
        found = CommandItem.at(command_key(caller.tenant_id, name), consistent=True)
        if if_match is not None and (found is None or if_match != found.version):
            raise VersionConflict
        put = _create(caller, name, body) if found is None else _change(caller, found, body)
        if put is not None:
            return put, found is None
    raise Unavailable("The command is being changed by others")


def _create(caller: Caller, name: str, body: PutCommand) -> NewCommand | None:
    """Make a command, its secret and its name in the tenant's set of at most fifty, or nothing of it: 9 WRU.

    How the server of one fared that had its name before is forgotten. None where another request has made it at this
    moment.
    """
    tenant_id, now, at = caller.tenant_id, clock.now_ms(), command_key(caller.tenant_id, name)
    item = CommandItem(
        pk=at.pk, sk=at.sk, version=now, name=name, created_at=now, updated_at=now, **body.model_dump(mode="json")
    )
    secret = new_secret()
    has_room = absent("names") | holds_fewer("names", MOST_COMMANDS) | contains("names", name)
    circuit.close(endpoint_key(tenant_id, name))
    try:
        dynamodb.transact(
            [
                transactions.update(
                    settings().chat_table,
                    names_key(tenant_id),
                    Update().add(names={name}).set(entity="command_names"),
                    condition=has_room,
                ),
                transactions.put_if_absent(settings().chat_table, item.serialize()),
                transactions.put(
                    settings().control_table, new_item(secret_key(tenant_id, name), secret, None).serialize()
                ),
                audit_log.line(caller, "command.created", ("command", name)),
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(0):
            raise TooManyCommands(f"At most {MOST_COMMANDS} commands") from None
        return None
    return NewCommand(**dict(command_view(item)), secret=secret)


def _change(caller: Caller, found: CommandItem, body: PutCommand) -> NewCommand | None:
    """Change what is to be another; None where another request has changed it at this moment. 4 WRU.

    Another URL, and switching it on, close its circuit, so that its server is called at once.
    """
    changed = {name: each for name, each in body.model_dump(mode="json").items() if getattr(found, name) != each}
    if not changed:
        return NewCommand(**dict(command_view(found)))
    at = command_key(caller.tenant_id, found.name)
    change = Update().set_or_remove(changed).set(updated_at=clock.now_ms()).add(version=1)
    line = audit_log.line(
        caller,
        "command.updated",
        ("command", found.name),
        details={"changed": sorted(changed), "enabled": body.enabled},
    )
    is_as_read = equals("version", int(found.version))
    try:
        dynamodb.transact([transactions.update(settings().chat_table, at, change, condition=is_as_read), line])
    except TransactionRefused:
        return None
    if "url" in changed or "enabled" in changed:
        circuit.close(endpoint_key(caller.tenant_id, found.name))
    return NewCommand(**dict(command_view(access_command(caller, found.name))))


def do_delete(caller: Caller, name: str, *, if_match: int | None) -> None:
    """Remove a command and its secrets. Absent is no failure. 8 WRU.

    Raises `VersionConflict` for one that has another version than `if_match`.
    """
    if _NAME.fullmatch(name) is None:
        return
    tenant_id = caller.tenant_id
    removed = transactions.delete(
        settings().chat_table, command_key(tenant_id, name), condition=matching(exists(), if_match), tell=True
    )
    try:
        dynamodb.transact(
            [
                removed,
                transactions.update(
                    settings().chat_table,
                    names_key(tenant_id),
                    Update().discard(names={name}).set(entity="command_names"),
                ),
                transactions.delete(settings().control_table, secret_key(tenant_id, name)),
                audit_log.line(caller, "command.removed", ("command", name)),
            ]
        )
    except TransactionRefused as refused:
        if refused.item(0) is not None:
            raise VersionConflict from None


def do_rotate(caller: Caller, name: str, body: RotateSecret, *, idempotency_key: str | None) -> tuple[NewCommand, bool]:
    """Give a command a new secret, shown once; the one before signs beside it until the overlap ends.

    Whether the request is a repetition, which shows the secret that is current now: neither the record of the request
    nor an answer that is kept holds it. Raises `CommandUnknown`.
    """
    item = access_command(caller, name)
    if idempotency_key is None:
        return _rotate(caller, item, body, None), False
    made_with = ids.derived_id("rotation", caller.tenant_id, caller.user_id, name, idempotency_key)
    return idempotency.once(
        keys.idempotency(caller.tenant_id, SCOPE, caller.user_id, idempotency_key),
        [name, body.model_dump(mode="json")],
        make=lambda: _rotate(caller, item, body, made_with),
        again=lambda: _current(caller, item),
    )


def _current(caller: Caller, item: CommandItem) -> NewCommand:
    kept = WebhookSecretItem.at(secret_key(caller.tenant_id, item.name), consistent=True)
    if kept is None:
        raise CommandUnknown
    return NewCommand(**dict(command_view(item)), secret=kept.current)


def _rotate(caller: Caller, item: CommandItem, body: RotateSecret, made_with: str | None) -> NewCommand:
    details = {"overlap_seconds": body.overlap_seconds}
    line = audit_log.line(caller, "command.secret_rotated", ("command", item.name), details=details)
    at = secret_key(caller.tenant_id, item.name)
    secret = rotate(at, overlap_seconds=body.overlap_seconds, made_with=made_with, line=line)
    return NewCommand(**dict(command_view(item)), secret=secret)


def command_view(item: CommandItem) -> Command:
    return Command(
        name=item.name,
        url=item.url,
        description=item.description,
        usage=item.usage,
        role=item.role,
        enabled=item.enabled,
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
