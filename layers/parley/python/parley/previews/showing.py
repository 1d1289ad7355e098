"""Previews of a message's links: fetched or found, and shown as a later version of the message.

The message is read as it is now, and changed on condition that it still is so: whatever comes twice, late, or beside an
edit or a deletion, it shows previews of those links alone that its text has, and none that its author has removed.
"""

from parley.errors import Unavailable
from parley.ids import DELETED_USER, MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.messages.link_previews.removal import write
from parley.messaging.messages.link_previews.shown import Entry, entries_of, links_of
from parley.messaging.messages.reading import Place
from parley.outbound.documents import NotFetched
from parley.previews import cache, pages, pictures, queue
from parley.previews.cache import BeingFetched, Kept
from parley.previews.fetching import fetch
from parley.previews.pictures import PictureGone
from parley.previews.queue import Job, UnreadableJob
from parley.tables.dynamodb import ConditionFailed

PAGES = frozenset({"text/html", "application/xhtml+xml"})
PAGE_BYTES = 256 * 1024
"""What a page says of itself stands at its beginning."""
ATTEMPTS = 8
FETCHES = 3
"""A server that does not answer may at the second or third try of the queue, 5 and 15 s later."""


def work_on(job: Job) -> None:
    """Show the previews of a message's links: 1 RRU and, for each link that is new to it, what `_look_at` costs.

    What is not there yet is looked at again later: another fetches it, its server does not answer, or its picture is
    being checked.
    """
    address = MessageAddress.parse(job.message_id)
    if address is None:
        raise UnreadableJob(job.message_id)
    place = Place(job.tenant_id, address)
    item = MessageItem.at(place.message, consistent=True)
    if item is None or not _takes_previews(item):
        return
    known = entries_of(item)
    found: dict[str, Entry] = {}
    waits = False
    for link in links_of(item.text):
        entry = known.get(link, {})
        if not entry.get("removed") and "image" not in entry:
            waits = _look_at(job, link, found) or waits
    _show(item, found)
    if waits:
        queue.send_again(job)


def _takes_previews(item: MessageItem) -> bool:
    """What is deleted has none, nor what an erased user has written."""
    return item.deleted_at is None and not item.void and item.author_id != DELETED_USER


def _look_at(job: Job, link: str, found: dict[str, Entry]) -> bool:
    """Find the preview of a link; whether something of it is still to come.

    One that is kept costs 1 RRU, with a picture 3 and 2 WRU; one that is fetched 10 WRU.
    """
    try:
        kept = cache.find_or_claim(job.tenant_id, link)
        if kept is None:
            kept = _fetch(job, link)
    except (BeingFetched, NotFetched):
        return True
    if not kept:
        return False
    media_id = kept.get("media_id")
    found[link] = {name: value for name, value in kept.items() if name != "media_id"}
    if media_id is None:
        return False
    try:
        image = pictures.shown(job.tenant_id, job.message_id, media_id)
    except Unavailable:
        return True
    except PictureGone:
        cache.forget(job.tenant_id, link)
        return True
    if image is not None:
        found[link]["image"] = image
    return False


def _fetch(job: Job, link: str) -> Kept:
    """Fetch what was claimed, and keep it. Raises `NotFetched` where the server is to be asked once more."""
    try:
        kept = _fetched(job, link)
    except NotFetched as failed:
        if failed.passing and job.tries + 1 < FETCHES:
            cache.forget(job.tenant_id, link)
            raise
        kept = {}
    cache.keep(job.tenant_id, link, kept)
    return kept


def _fetched(job: Job, link: str) -> Kept:
    """What the link leads to, with its picture; empty for what says nothing. Raises `NotFetched`."""
    document = fetch(link, PAGES, most_bytes=PAGE_BYTES, whole=False)
    facts = pages.read(document)
    if facts is None:
        return {}
    media_id = facts.image_url and pictures.fetch_picture(job.tenant_id, job.message_id, facts.image_url)
    said = {
        "url": link,
        "title": facts.title,
        "description": facts.description,
        "site_name": facts.site_name,
        "media_id": media_id,
    }
    return {name: value for name, value in said.items() if value}


def _show(item: MessageItem, found: dict[str, Entry]) -> None:
    """Let the message show what was found, beside what it shows already; nothing is written where that is all."""
    for _ in range(ATTEMPTS):
        known = entries_of(item)
        entries = [found.get(link, {}) | known.get(link, {}) for link in links_of(item.text)]
        shown = [entry if not entry.get("removed") else known[entry["url"]] for entry in entries if entry]
        if shown == (item.link_previews or []):
            return
        try:
            write(item, shown)
        except ConditionFailed as failed:
            item = MessageItem.read(failed.item) or item
            if failed.item is None or not _takes_previews(item):
                return
        else:
            return
    raise Unavailable("The message is being changed by others")
