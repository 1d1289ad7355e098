"""Consumer: what the change stream tells, to sockets and the log for replay, to webhooks' queue, and to phones.

One function reads and decodes; each effect fails alone. To add one, add an `Effect`, what it uses to
`infrastructure/triggered/streams.py`, and what wakes it to the filters there.
"""

from collections.abc import Sequence
from typing import Any

from parley.push import notifications, recipients
from parley.realtime import audience, fan_out
from parley.streams import effects
from parley.streams.changes import Change
from parley.streams.effects import Effect
from parley.webhooks import dispatch

from aws_lambda_powertools.utilities.typing import LambdaContext


def deliver_realtime(changes: Sequence[Change], _: float) -> list[Change]:
    return fan_out.deliver(changes)


def deliver_webhooks(changes: Sequence[Change], _: float) -> list[Change]:
    return dispatch.dispatch(changes)


def send_push(changes: Sequence[Change], seconds: float) -> list[Change]:
    return notifications.push(changes, seconds=seconds)


EFFECTS = (
    Effect("deliver_realtime", fan_out.wants, deliver_realtime, seconds=20, reads=fan_out.reads),
    Effect("deliver_webhooks", dispatch.wants_change, deliver_webhooks, seconds=10, reads=dispatch.reads),
    Effect(
        "send_push",
        notifications.wants,
        send_push,
        seconds=20,
        reads=notifications.reads,
        of_member=recipients.of_member,
    ),
)
"""In this order: sockets first, since somebody waits there."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    with audience.read_once():
        return effects.run(event, context, EFFECTS, name="deliver_changes")
