"""Moderation of what is sent and edited, as messaging sees it: a verdict, or None where nobody moderates.

A tenant that has neither a block list nor a pre-send webhook pays nothing for this, not even its import.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from parley.identity.caller import Caller
from parley.messaging.items import MessageItem, words_of
from parley.messaging.messages.polls.content import stored_poll
from parley.messaging.messages.schemas import SendMessage
from parley.tables.attributes import RawItem, required_text

if TYPE_CHECKING:
    from parley.moderation.verdicts import Verdict

STORED_AS = "verdict"
"""The attribute of an idempotency record that holds the verdict under which the message is sent."""


def is_moderated(caller: Caller) -> bool:
    """Whether anything looks at the tenant's messages: its caller's context says so."""
    return bool(caller.tenant.block_list) or caller.tenant.settings.pre_send_url is not None


def waits(caller: Caller) -> bool:
    """Whether looking at a message takes a tenant's server's time, in which the sender may be removed."""
    return caller.tenant.settings.pre_send_url is not None


def screen_send(
    caller: Caller,
    body: SendMessage,
    mentions: Sequence[str],
    groups: Sequence[str],
    *,
    earlier: "Callable[[], Verdict | None]",
) -> "Verdict | None":
    """What is masked and flagged of a new message. Raises `MessageRefused`, `ModerationUnavailable`.

    `earlier` looks for the verdict under which the same request was carried out before.
    """
    if not is_moderated(caller):
        return None
    from parley.moderation.pre_send import Submission  # noqa: PLC0415 - for tenants that moderate
    from parley.moderation.screening import screen  # noqa: PLC0415

    submission = Submission(
        operation="send",
        conversation_id=body.conversation_id,
        message_id=None,
        parent_id=body.parent_id,
        text=words_of(body.text, stored_poll(body.poll)),
        attachments=body.attachments,
        mentions=list(mentions),
        mentioned_groups=list(groups),
        custom=body.custom,
    )
    return screen(caller, submission, earlier=earlier)


def screen_edit(caller: Caller, wanted: MessageItem) -> "Verdict | None":
    """What is masked and flagged of a message as it will be. Raises `MessageRefused`, `ModerationUnavailable`."""
    if not is_moderated(caller):
        return None
    from parley.messaging.messages.views import message_address  # noqa: PLC0415 - for tenants that moderate
    from parley.moderation.pre_send import Submission  # noqa: PLC0415
    from parley.moderation.screening import screen  # noqa: PLC0415

    address = message_address(wanted)
    submission = Submission(
        operation="edit",
        conversation_id=wanted.conversation_id,
        message_id=str(address),
        parent_id=None if address.root is None else str(address.root),
        text=wanted.text or "",
        attachments=[str(each) for each in wanted.attachments or []],
        mentions=[str(each) for each in wanted.mentions or []],
        mentioned_groups=[str(each) for each in wanted.mentioned_groups or []],
        custom=wanted.custom or {},
    )
    return screen(caller, submission)


def verdict_in(record: RawItem) -> "Verdict":
    """The verdict in an idempotency record; without one, the message was sent as it was asked."""
    from parley.moderation.verdicts import CLEAN, Verdict  # noqa: PLC0415 - for tenants that moderate

    return Verdict.of(required_text(record, STORED_AS)) if STORED_AS in record else CLEAN
