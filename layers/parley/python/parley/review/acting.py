"""What a decision does: each act may be done again, so whoever finds a decision half done goes on with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from parley.errors import (
    ConversationArchived,
    ConversationNotFound,
    LastOwner,
    MessageNotFound,
    UserBeingErased,
    UserNotFound,
)
from parley.identity.caller import Caller
from parley.ids import is_user_id
from parley.messaging.members import bans
from parley.messaging.messages import deleting
from parley.users import deactivation


@dataclass(frozen=True, slots=True)
class Target:
    """What a decision is about."""

    message_id: str
    conversation_id: str
    author_id: str
    reason: str | None
    until: int | None


def carry_out(caller: Caller, action: str, target: Target) -> bool:
    """Whether it could be done, or had been. A message that is gone needs no deleting."""
    return (action == "delete_message" or is_user_id(target.author_id)) and _ACTS[action](caller, target)


def _delete(caller: Caller, target: Target) -> bool:
    with suppress(MessageNotFound):
        deleting.do_delete(replace(caller, user_id=""), target.message_id, if_match=None)
    return True


def _warn(_: Caller, __: Target) -> bool:
    """The decision itself, of which its author is told, is the warning."""
    return True


def _ban(caller: Caller, target: Target) -> bool:
    reason = None if target.reason is None else target.reason[:200]
    try:
        bans.ban(caller, target.conversation_id, target.author_id, reason=reason, until=target.until)
    except (UserNotFound, ConversationNotFound, ConversationArchived, LastOwner):
        return False
    return True


def _deactivate(caller: Caller, target: Target) -> bool:
    try:
        deactivation.do_deactivate(caller, target.author_id)
    except (UserNotFound, UserBeingErased):
        return False
    return True


_ACTS: dict[str, Callable[[Caller, Target], bool]] = {
    "delete_message": _delete,
    "warn": _warn,
    "ban": _ban,
    "deactivate": _deactivate,
}
