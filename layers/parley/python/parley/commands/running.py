"""Commands as members have them: which they may run in a conversation, and running one.

Who runs one is looked at as if they sent a message there, slow mode included; then the tenant's server is called, and
what it replies is shown. A request with a key has one id, by which the server knows a repetition, and under which the
message is sent: so there is one message, whatever crashes or repeats. See docs/adr/0085.
"""

from dataclasses import replace

from parley import clock, ids
from parley.commands.calling import reply_to
from parley.commands.items import CommandItem, command_key
from parley.commands.registry import load_commands
from parley.commands.schemas import (
    CommandCall,
    CommandReply,
    OfferedCommand,
    OfferedCommands,
    RanCommand,
    RunCommand,
)
from parley.errors import CommandUnknown, InsufficientRole, MessageTooLong
from parley.identity.caller import SERVER_SCOPE, Caller
from parley.ids import SYSTEM_USER
from parley.messaging.access import (
    access_membership,
    access_to_write,
    access_with_conversation,
    check_may,
    check_may_write,
    is_shadowed,
    is_unrestricted,
)
from parley.messaging.items import MembershipItem
from parley.messaging.messages import threads
from parley.messaging.messages.kinds import REGULAR, SYSTEM
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.sending import slow_mode
from parley.messaging.messages.sending.claims import Outgoing, asked_of
from parley.messaging.messages.sending.sending import parent_of, send
from parley.permissions.roles import reaches
from parley.realtime import ephemeral
from parley.realtime.schemas import EphemeralMessage
from parley.remembered import Remembered
from parley.tables import dynamodb, idempotency
from parley.tables.attributes import RawItem, number

KEPT_MS = 60_000
"""How long a process goes by what it knows of a tenant's commands, as of settings."""
remembered: Remembered[str, list[CommandItem]] = Remembered(most=200, kept_ms=KEPT_MS)


def do_list(caller: Caller, conversation_id: str) -> OfferedCommands:
    """The commands that the caller may run in a conversation; a change shows within a minute.

    1 RRU, and once a minute for a process 0.5 for each 4 KiB of all. Raises as `access_membership` does.
    """
    membership = access_membership(caller, conversation_id)
    commands = remembered.get(caller.tenant_id)
    if commands is None:
        commands = load_commands(caller.tenant_id, consistent=False)
        remembered.set(caller.tenant_id, commands)
    return OfferedCommands(
        data=[
            OfferedCommand(name=each.name, description=each.description, usage=each.usage)
            for each in commands
            if each.enabled and reaches(membership.role, each.role)
        ]
    )


def do_run(caller: Caller, conversation_id: str, body: RunCommand, *, idempotency_key: str | None) -> RanCommand:
    """Run a command: call the tenant's server and show what it replies. With a key, one message at most.

    5 RRU, and a message's own. A message counts as one of its author's, or of the tenant's where it is the system's.
    Raises `CommandUnknown`, `InsufficientRole`, `CommandFailed`, `CommandTimedOut`, and as sending does.
    """
    (membership, meta), command = dynamodb.in_parallel(
        lambda: access_with_conversation(caller, conversation_id),
        lambda: CommandItem.at(command_key(caller.tenant_id, body.name), consistent=True),
    )
    limit = caller.tenant.settings.text_limit
    if len(body.text) > limit:
        raise MessageTooLong(f"A text is at most {limit} characters")
    run_id = ids.new_id()
    if idempotency_key is not None:
        asked = idempotency.body_hash([conversation_id, body.model_dump(mode="json")])
        run_id = ids.derived_id("command", caller.tenant_id, caller.user_id, asked, idempotency_key)
    said = SendMessage(conversation_id=conversation_id, text=f"/{body.name}", parent_id=body.parent_id)
    known = _check_may_run(caller, membership, meta, command, said, run_id)
    call = CommandCall(
        id=run_id,
        type="command.run",
        tenant_id=caller.tenant_id,
        user_id=caller.user_id,
        conversation_id=conversation_id,
        parent_id=body.parent_id,
        name=body.name,
        text=body.text,
        run_at=clock.to_datetime(clock.now_ms()),
    )
    reply = reply_to(caller, known, call, repeatable=idempotency_key is not None)
    return _show(caller, said, reply, RanCommand(id=run_id, name=body.name))


def _check_may_run(
    caller: Caller,
    membership: MembershipItem,
    meta: RawItem | None,
    command: CommandItem | None,
    said: SendMessage,
    run_id: str,
) -> CommandItem:
    """The command, where the caller may send a message there now and run it. In slow mode it takes their turn.

    Raises `CommandUnknown` for one that is switched off too, `InsufficientRole`, and as sending does.
    """
    check_may_write(caller, membership, meta)
    check_may(caller, membership, *asked_of(said))
    if command is None or not command.enabled:
        raise CommandUnknown
    if not reaches(membership.role, command.role):
        raise InsufficientRole(required_role=command.role)
    parent = parent_of(said)
    if parent is not None:
        threads.access_root(caller, parent, membership)
    unrestricted = is_unrestricted(caller, membership)
    slow_mode.take_turn(
        Outgoing(caller, said, parent, run_id, {}, unrestricted=unrestricted), number(meta or {}, "slow_mode_seconds")
    )
    return command


def _show(caller: Caller, said: SendMessage, reply: CommandReply, ran: RanCommand) -> RanCommand:
    """Act on a reply. Whoever may not write there any more is refused, though the server has been called."""
    if reply.type == "none":
        return ran
    if reply.type == "message":
        return ran.model_copy(update={"message": _send(caller, said, reply, ran.id)})
    membership = access_to_write(caller, said.conversation_id, *asked_of(said))
    if reply.type == "system":
        back_end = replace(caller, user_id="", scopes=caller.scopes | {SERVER_SCOPE})
        shadow = caller.user_id if is_shadowed(caller, membership) else None
        return ran.model_copy(update={"message": _send(back_end, said, reply, ran.id, shadow=shadow)})
    return ran.model_copy(update={"ephemeral_message": _show_alone(caller, said.conversation_id, reply, ran.id)})


def _send(author: Caller, said: SendMessage, reply: CommandReply, run_id: str, *, shadow: str | None = None) -> Message:
    message = SendMessage(
        conversation_id=said.conversation_id,
        parent_id=said.parent_id,
        text=reply.text,
        mentions=reply.mentions,
        custom=reply.custom,
        type=SYSTEM if reply.type == "system" else REGULAR,
    )
    return send(author, message, idempotency_key=run_id, shadow=shadow).message


def _show_alone(caller: Caller, conversation_id: str, reply: CommandReply, run_id: str) -> EphemeralMessage:
    """Show a reply to the caller on every device that is connected now, by an id that a repetition has too."""
    message = EphemeralMessage(
        id=run_id,
        conversation_id=conversation_id,
        user_id=caller.user_id,
        author_id=SYSTEM_USER,
        text=reply.text,
        custom=reply.custom,
        created_at=clock.to_datetime(clock.now_ms()),
    )
    connections = ephemeral.connections_of(caller.tenant_id, caller.user_id)
    ephemeral.show(replace(caller, user_id=SYSTEM_USER), message, connections)
    return message
