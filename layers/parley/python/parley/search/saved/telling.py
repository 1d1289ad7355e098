"""Telling owners of saved searches what matches: each message once, of those that they may see.

A change is looked at by itself: a message is news for a search which its new image matches and its old one did not.
So a repeated record, one that comes late or one of a batch that was cut otherwise comes to the same. What it comes to
is noted in the saved search on condition of its version, with the messages that it told of lately: each is told once.
Of a search that has told of more since, what is as old as what it has forgotten is passed over.

The change of the saved search, in the stream again, is the event.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parley import clock
from parley.errors import Unavailable
from parley.ids import MessageAddress
from parley.messaging.access import membership_key
from parley.messaging.items import MembershipItem, MessageItem
from parley.observability import logger
from parley.search.indexing import change_indexer, documents
from parley.search.indexing.change_indexer import Context, Source
from parley.search.indexing.documents import Unindexable, words_in
from parley.search.querying import message_search, text_matching
from parley.search.querying.text_matching import Text
from parley.search.saved import alerts
from parley.search.saved.alerts import Alert, Alerts
from parley.search.saved.items import SavedSearchItem, saved_search_key
from parley.settings import settings
from parley.streams import states
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals
from parley.tables.keys import Key

MOST_AN_HOUR = 60
"""A search that finds more says no more in that hour; what it found is found by searching."""
REMEMBERED = 100
ATTEMPTS = 8
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Match:
    """A message that a saved search newly finds."""

    alert: Alert
    tenant_id: str
    address: MessageAddress
    author_id: str
    moment: int
    """When it was sent or, if later, edited."""
    expected: tuple[str, ...]
    """The languages that the message is the likelier to be in."""


def tell(changes: Sequence[Change]) -> None:
    """Tell of what these changes newly make searches find.

    1 RRU for each tenant that they are of; 4 RRU for each match, and 1 RRU and 2 WRU for each search that has one.
    """
    said = [change for change in changes if _says_something(change)]
    known = alerts.of_all({change.tenant_id for change in said})
    found = list(_matches([change for change in said if change.tenant_id in known], known))
    by_search: dict[tuple[str, str, str], list[Match]] = {}
    for match in _visible(found):
        by_search.setdefault((match.tenant_id, match.alert.user_id, match.alert.saved_id), []).append(match)
    dynamodb.map_parallel(lambda entry: _note(*entry), list(by_search.items()))


def _says_something(change: Change) -> bool:
    """Whether a message has been sent or edited, that is still there."""
    if (
        change.is_import
        or change.new is None
        or change.entity != "message"
        or change.new.keys() & {"void", "deleted_at", "reference"}
    ):
        return False
    return documents.is_relevant(change.entity, _before(change), change.new)


def _before(change: Change) -> RawItem | None:
    """The message as it was; None where none was there."""
    if change.old is None or text(change.old, "entity") != "message" or change.old.keys() & {"void", "deleted_at"}:
        return None
    return change.old


def _matches(changes: Sequence[Change], known: Mapping[str, Alerts]) -> Iterator[Match]:
    """What the new images match and the old ones did not. What no code of ours wrote matches nothing."""
    sources = [change_indexer.source_of(change) for change in changes]
    context = change_indexer.context_of(sources)
    for change, source in zip(changes, sources, strict=True):
        try:
            yield from list(_matches_of(change, source, context, known[change.tenant_id]))
        except (Unindexable, *MALFORMED):
            logger().warning("not matched", extra={"tenant_id": change.tenant_id})


def _matches_of(change: Change, source: Source, context: Context, known: Alerts) -> Iterator[Match]:
    document, expected = context.document_of(source), context.languages_of(change.key)
    said = Text.of(words_in(change.image), expected)
    before = _before(change)
    earlier = None if before is None else context.document_of(replace(source, image=before))
    said_before = Text.of(words_in(before or {}), expected)
    address, author_id = states.address_of(change.image), document.source["author_id"]
    moment = max(number(change.image, "created_at"), number(change.image, "edited_at"))
    for alert in known.matching(document, said):
        is_new = earlier is None or not alerts.matches(alert.filters, earlier, said_before)
        if is_new and alert.user_id != author_id and moment >= alert.since:
            yield Match(alert, change.tenant_id, address, author_id, moment, expected)


def _visible(found: Sequence[Match]) -> Iterator[Match]:
    """Those that their owners may see now, and that still match: one consistent batch read."""
    if not found:
        return
    places = {place for match in found for place in _places(match)}
    items = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    for match in found:
        if _is_visible(match, items):
            yield match


def _places(match: Match) -> tuple[Key, Key, Key, Key]:
    """The message, the owner's membership, the owner's block of the author, and whether the owner is deactivated."""
    owner = keys.user(match.tenant_id, match.alert.user_id)
    return (
        documents.message_key(match.tenant_id, match.address),
        membership_key(match.tenant_id, match.alert.user_id, match.address.conversation_id),
        Key(owner, keys.block_sk(match.author_id)),
        Key(owner, keys.REVOCATION_SK),
    )


def _is_visible(match: Match, items: Mapping[Key, RawItem]) -> bool:
    at_message, at_membership, at_block, at_revocation = _places(match)
    if "deactivated_at" in items.get(at_revocation, {}):
        return False
    message, membership = MessageItem.read(items.get(at_message)), MembershipItem.read(items.get(at_membership))
    if message is None or membership is None:
        return False
    blocked = frozenset({match.author_id} if at_block in items else ())
    if not message_search.is_visible(message, membership, blocked):
        return False
    said = Text.of(message.words, match.expected)
    filters = match.alert.filters
    return message_search.still_fits(message, filters) and text_matching.spans(filters.needles, said) is not None


def _note(search: tuple[str, str, str], found: Sequence[Match]) -> None:
    """Write what a search has found. Raises `Unavailable` where others keep changing it."""
    at = saved_search_key(*search)
    for _ in range(ATTEMPTS):
        item = SavedSearchItem.at(at, consistent=True)
        if item is None or not item.notify:
            return
        news = _news(item, found)
        if not news:
            return
        try:
            dynamodb.update(settings().chat_table, at, _told(item, news), condition=equals("version", item.version))
        except ConditionFailed:
            continue
        return
    raise Unavailable("The saved search is being changed by others")


def _digest(match: Match) -> str:
    return hashlib.blake2b(str(match.address).encode(), digest_size=6).hexdigest()


def _news(item: SavedSearchItem, found: Iterable[Match]) -> list[Match]:
    """What it has not told of, as much as an hour has room for, oldest first."""
    told = {digest for digest, _ in item.recent or ()}
    until = int(item.told_until or 0)
    room = MOST_AN_HOUR - (int(item.in_hour or 0) if item.hour == _hour() else 0)
    new = {_digest(each): each for each in found if each.moment > until}
    unknown = [each for digest, each in new.items() if digest not in told]
    return sorted(unknown, key=lambda each: (each.moment, str(each.address)))[: max(0, room)]


def _hour() -> int:
    return clock.now_ms() // HOUR_MS


def _told(item: SavedSearchItem, news: Sequence[Match]) -> Update:
    recent = sorted([*(item.recent or ()), *([_digest(each), each.moment] for each in news)], key=lambda one: one[1])
    forgotten, kept = recent[:-REMEMBERED], recent[-REMEMBERED:]
    now, earlier = clock.now_ms(), int(item.in_hour or 0) if item.hour == _hour() else 0
    change = (
        Update()
        .add(version=1, matches=len(news))
        .set(
            told=json.dumps([[str(each.address), each.address.conversation_id] for each in news]),
            recent=json.dumps(kept),
            last_matched_at=now,
            hour=_hour(),
            in_hour=earlier + len(news),
        )
    )
    return change.set(told_until=forgotten[-1][1]) if forgotten else change
