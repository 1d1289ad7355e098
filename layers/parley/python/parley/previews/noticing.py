"""From the change stream: which messages have links to look at, and which pictures no message shows any more.

Only of tenants that have previews of links switched on a message is queued: for others, a link costs nothing but the
look at their settings, once a minute. A change that comes twice, or late, queues a message that is then found done.
"""

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from parley import clock
from parley.identity import stored_settings
from parley.media import deadlines, references
from parley.messaging.messages.link_previews.shown import links_of
from parley.previews import queue
from parley.previews.queue import Job
from parley.streams import states
from parley.streams.changes import Change
from parley.tables.attributes import listed_texts


def wants(change: Change) -> bool:
    """Whether a message has got other links, or lost pictures of previews."""
    return change.entity == "message" and not change.is_import and (_has_other_links(change) or bool(_lost(change)))


def _has_other_links(change: Change) -> bool:
    if change.op == "remove" or not change.changed_among(("text",)):
        return False
    links = links_of(change.text("text"))
    return bool(links) and (change.op == "insert" or links != links_of((change.old or {}).get("text", {}).get("S")))


def _lost(change: Change) -> set[str]:
    """The pictures that the message showed before the write and does not after it."""
    return {*listed_texts(change.old or {}, "preview_images")} - {*listed_texts(change.new or {}, "preview_images")}


def notice(changes: Sequence[Change]) -> list[Change]:
    """Queue messages with links, and have the sweeper look at lost pictures; the changes that were not taken.

    Whether another message still shows a picture, or this one again, the sweeper sees: once too often does no harm.
    """
    linking = [change for change in changes if _has_other_links(change)]
    tenants = stored_settings.of_all(change.tenant_id for change in linking)
    left: list[Change] = []
    for change in changes:
        try:
            for media_id in _lost(change):
                deadlines.schedule(change.tenant_id, media_id, clock.now_ms() + references.SETTLED_AFTER_MS)
            if change in linking and tenants[change.tenant_id].link_previews:
                queue.send(Job(change.tenant_id, str(states.address_of(change.image))))
        except (ClientError, BotoCoreError):
            left.append(change)
    return left
