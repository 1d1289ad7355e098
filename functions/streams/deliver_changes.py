"""Consumer: what the change stream tells, to sockets and the log for replay, to webhooks' queue, to phones, and to
the queue of links' previews.

One function reads and decodes; each effect fails alone. To add one, add an `Effect`, what it uses to
`infrastructure/triggered/streams.py`, and what wakes it to the filters there.
"""

from collections.abc import Sequence
from typing import Any

from parley.previews import noticing
from parley.push import invited, notifications, recipients, reminders
from parley.realtime import audience, fan_out
from parley.streams import effects
from parley.streams.changes import Change
from parley.streams.effects import Effect
from parley.tables.keys import Key
from parley.webhooks import dispatch

from aws_lambda_powertools.utilities.typing import LambdaContext


def deliver_realtime(changes: Sequence[Change], _: float) -> list[Change]:
    return fan_out.deliver(changes)


def deliver_webhooks(changes: Sequence[Change], _: float) -> list[Change]:
    return dispatch.dispatch(changes)


OWN = (reminders, invited)
"""What is pushed to one user alone."""


def send_push(changes: Sequence[Change], seconds: float) -> list[Change]:
    new = [change for change in changes if notifications.wants(change)]
    left: list[Change] = []
    for each in OWN:
        if due := [change for change in changes if each.wants(change)]:
            seconds /= 2
            left += each.push(due, seconds=seconds)
    return [*left, *notifications.push(new, seconds=seconds)]


def notice_links(changes: Sequence[Change], _: float) -> list[Change]:
    return noticing.notice(changes)


def wants_push(change: Change) -> bool:
    return notifications.wants(change) or any(each.wants(change) for each in OWN)


def reads_of_push(changes: Sequence[Change]) -> list[Key]:
    own = [change.key for change in changes if any(each.wants(change) for each in OWN)]
    return [*notifications.reads(changes), *own]


EFFECTS = (
    Effect("deliver_realtime", fan_out.wants, deliver_realtime, seconds=20, reads=fan_out.reads),
    Effect("deliver_webhooks", dispatch.wants_change, deliver_webhooks, seconds=10, reads=dispatch.reads),
    Effect(
        "send_push",
        wants_push,
        send_push,
        seconds=20,
        reads=reads_of_push,
        of_member=recipients.of_member,
    ),
    Effect("notice_links", noticing.wants, notice_links, seconds=5),
)
"""In this order: sockets first, since somebody waits there."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    with audience.read_once():
        return effects.run(event, context, EFFECTS, name="deliver_changes")
