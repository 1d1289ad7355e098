"""Slash commands: declared by a tenant's back end, run by members."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.routes.sending import SENDING
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.use import Use

_COMMAND = "/v1/commands/{command_name}"
_OF_CONVERSATION = "/v1/conversations/{conversation_id}/commands"

_TELL_WHO_SENDS: tuple[Use, ...] = (
    chat("GetItem", "tenant"),
    chat("Query", "user"),
    control("Query", "conversation"),
    control("GetItem UpdateItem", "user"),
    control("DeleteItem", "connections", "conversation"),
    Sockets(),
)
"""Showing one member a reply, beside what a send reaches."""

ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/commands", "commands/list_commands", (chat("Query", "commands"),)),
    Route("GET", _COMMAND, "commands/get_command", (chat("GetItem", "commands"),)),
    Route(
        "PUT",
        _COMMAND,
        "commands/put_command",
        (
            chat("GetItem PutItem UpdateItem", "commands"),
            control("PutItem", "commands"),
            control("DeleteItem", "command_endpoints"),
            AuditLog(),
        ),
    ),
    Route(
        "DELETE",
        _COMMAND,
        "commands/delete_command",
        (chat("UpdateItem DeleteItem", "commands"), control("DeleteItem", "commands"), AuditLog()),
    ),
    Route(
        "POST",
        f"{_COMMAND}/rotate-secret",
        "commands/rotate_command_secret",
        (chat("GetItem", "commands"), control("GetItem PutItem", "commands"), IDEMPOTENCY, AuditLog()),
    ),
    Route(
        "GET",
        _OF_CONVERSATION,
        "commands/list_conversation_commands",
        (PERMISSIONS, chat("GetItem", "user"), chat("GetItem", "conversation"), chat("Query", "commands")),
    ),
    Route(
        "POST",
        _OF_CONVERSATION,
        "commands/run_command",
        (
            *SENDING,
            *_TELL_WHO_SENDS,
            chat("GetItem", "commands"),
            control("BatchGetItem", "commands", "command_endpoints", "idempotency"),
            control("UpdateItem", "command_endpoints"),
            control("DeleteItem", "command_endpoints", "idempotency"),
        ),
        memory=512,
        timeout=20,
    ),
)
