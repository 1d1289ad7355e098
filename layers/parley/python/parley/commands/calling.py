"""The call of a command: the tenant's own server is told what a member has run, and has three seconds to answer.

It is called as webhooks are: to a checked address, without redirects, signed with the command's own secret. After five
failures in a row, in whatever process, it is left alone for some seconds, so that one that is down costs nobody three
seconds. A reply that is to be acted on is kept for a repetition of its request, which so calls nothing again.
"""

import json

from pydantic import ValidationError

from parley import clock
from parley.commands.items import CommandItem, endpoint_key, secret_key
from parley.commands.schemas import CommandCall, CommandReply, stored
from parley.errors import CommandFailed, CommandTimedOut
from parley.identity.caller import Caller
from parley.observability import logger
from parley.outbound import circuit, secrets, signing, transport
from parley.outbound.circuit import Circuit
from parley.outbound.items import EndpointItem, WebhookSecretItem
from parley.outbound.transport import Limits, Outcome
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.keys import Key

SECONDS = 3.0
ANSWER_BYTES = 128 * 1024
"""A text of 20,000 characters, however it is written in JSON."""
LIMITS = Limits.of(SECONDS, answer_bytes=ANSWER_BYTES + 1)
PAUSE_MS = 10_000
"""How long a server is left alone: short, since people wait for it."""
USER_AGENT = "Parley-Commands/1"
SERVER_ERROR = 500
SCOPE = "command-replies"
NOTHING = CommandReply()


def reply_key(caller: Caller, run_id: str) -> Key:
    """Where in `control` the reply to a command is kept for a day, by the id that its request always has."""
    return keys.idempotency(caller.tenant_id, SCOPE, caller.user_id, run_id)


def reply_to(caller: Caller, command: CommandItem, call: CommandCall, *, repeatable: bool) -> CommandReply:
    """What the tenant's server says to a command, now or when it was called for the same request before.

    2 RRU, 1 more for a request that may be repeated, and then 1 WRU for each KiB of a reply that shows something.
    Raises `CommandFailed`, `CommandTimedOut`.
    """
    secret_at = secret_key(caller.tenant_id, command.name)
    endpoint_at = endpoint_key(caller.tenant_id, command.name)
    kept_at = reply_key(caller, call.id)
    places = [secret_at, endpoint_at, *([kept_at] if repeatable else [])]
    found = dynamodb.batch_get(settings().control_table, places, consistent=True)
    if kept_at in found:
        return _reply_in(found[kept_at])
    secret = WebhookSecretItem.read(found.get(secret_at))
    reply = _call(command, call, secret, endpoint_at, Circuit.of(EndpointItem.read(found.get(endpoint_at))))
    return _kept(kept_at, reply) if repeatable and reply.type != "none" else reply


def _kept(at: Key, reply: CommandReply) -> CommandReply:
    """Keep a reply; where a twin of the request has kept another one, that holds."""
    expires_at = clock.now_ms() // 1000 + idempotency.KEPT_SECONDS
    kept = {**at._asdict(), "entity": "command_reply", "reply": json.dumps(stored(reply)), "expires_at": expires_at}
    try:
        dynamodb.put_if_absent(settings().control_table, attributes.item(kept))
    except ConditionFailed as failed:
        return reply if failed.item is None else _reply_in(failed.item)
    return reply


def _reply_in(record: RawItem) -> CommandReply:
    return CommandReply.model_validate_json(required_text(record, "reply"))


def _call(
    command: CommandItem, call: CommandCall, secret: WebhookSecretItem | None, at: Key, seen: Circuit
) -> CommandReply:
    """Call the server once. Raises `CommandFailed`, `CommandTimedOut`."""
    if secret is None:
        raise _failure(call, "no_secret")
    if not circuit.may_attempt(at, seen):
        raise _failure(call, "circuit_open")
    outcome = _post(command, call, secret)
    if outcome.status is None or outcome.status >= SERVER_ERROR:
        circuit.note_failure(at, answered=False, pauses_ms=(PAUSE_MS, PAUSE_MS))
    else:
        circuit.note_success(at, seen)
    if outcome.failure == "timed_out":
        raise CommandTimedOut(f"It has {SECONDS:g} s to answer")
    if not outcome.succeeded:
        raise _failure(call, outcome.failure or f"status_{outcome.status}")
    return _read(call, outcome)


def _post(command: CommandItem, call: CommandCall, secret: WebhookSecretItem) -> Outcome:
    body = call.model_dump_json().encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **signing.headers(secrets.active(secret), call.id, clock.now_ms() // 1000, body),
    }
    return transport.post(command.url, body, headers, LIMITS)


def _read(call: CommandCall, outcome: Outcome) -> CommandReply:
    """The reply in an answer; an empty one shows nothing. Raises `CommandFailed`."""
    if len(outcome.body) > ANSWER_BYTES:
        raise _failure(call, "too_large")
    if not outcome.body:
        return NOTHING
    try:
        return CommandReply.model_validate_json(outcome.body)
    except ValidationError:
        raise _failure(call, "malformed_answer") from None


def _failure(call: CommandCall, reason: str) -> CommandFailed:
    logger().warning("command", extra={"tenant_id": call.tenant_id, "command": call.name, "failure": reason})
    return CommandFailed(reason=reason)
