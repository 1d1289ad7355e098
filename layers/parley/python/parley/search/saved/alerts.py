"""The alerts of a tenant, ready to be held against messages: read when they change, and looked up by what is said.

A message is held in full only against those of which it has a word, an author, a mention or a place: `_handles` gives
what a message must have one of to match. Those without any (`has:link`, `-word`) are held against every message.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from parley.errors import ParleyError
from parley.identity import stored_settings
from parley.identity.caller import Caller, Tenant
from parley.observability import logger
from parley.remembered import Remembered
from parley.search.indexing.documents import Document
from parley.search.querying import message_search, text_matching
from parley.search.querying.message_search import Asked
from parley.search.querying.queries import Filters
from parley.search.querying.query_language import Choice
from parley.search.querying.text_matching import Languages, Needle, Text
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, required_number, required_text
from parley.tables.keys import Key
from parley.text.folding import spelled_out
from parley.users import languages

KEPT_MS = 60_000
"""After that they are read again: days such as `today`, and languages, mean others by then."""

Handle = tuple[str, str]
"""A kind of thing that a message has, and which: `("word", "lunch")`, `("author", "ada")`."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A saved search whose owner is told of what was said from `since` on."""

    user_id: str
    saved_id: str
    since: int
    filters: Filters


@dataclass(frozen=True)
class Alerts:
    """The alerts of a tenant."""

    by_handle: dict[Handle, list[Alert]]
    others: list[Alert]

    def matching(self, document: Document, text: Text) -> Iterator[Alert]:
        """Those that a message matches, as far as it alone says."""
        met = {
            alert.saved_id: alert for handle in _handles_of(document, text) for alert in self.by_handle.get(handle, ())
        }
        for alert in (*met.values(), *self.others):
            if matches(alert.filters, document, text):
                yield alert


_kept: Remembered[str, tuple[int, Alerts]] = Remembered(most=1_000, kept_ms=KEPT_MS)
"""The alerts of tenants, with the version of their count that they were read at."""


def of_all(tenant_ids: Iterable[str]) -> Mapping[str, Alerts]:
    """The alerts of those of these tenants that have any, as they are now.

    1 RRU a tenant, which tells whether they have changed; where they have, 1 RRU for each 4 KiB, some twenty alerts.
    """
    places = {Key(keys.alerts(tenant_id), keys.ALERT_COUNT_SK): tenant_id for tenant_id in tenant_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return {places[at]: _current(places[at], raw) for at, raw in found.items() if number(raw, "alerts") > 0}


def _current(tenant_id: str, count: RawItem) -> Alerts:
    version, kept = number(count, "version"), _kept.get(tenant_id)
    if kept is not None and kept[0] == version:
        return kept[1]
    read = _arranged(_read(tenant_id))
    _kept.set(tenant_id, (version, read))
    return read


def forget() -> None:
    _kept.clear()


def _read(tenant_id: str) -> list[Alert]:
    pk = keys.alerts(tenant_id)
    raw = list(dynamodb.every(settings().chat_table, pk, begins_with=keys.ALERT_PREFIX, consistent=True))
    if not raw:
        return []
    owners = {(tenant_id, keys.alert_of(required_text(each, "sk"))[0]) for each in raw}
    own = languages.of_all(owners)
    return [alert for each in raw if (alert := _alert(tenant_id, each, own)) is not None]


def _alert(tenant_id: str, raw: RawItem, own: Mapping[tuple[str, str], tuple[str, ...]]) -> Alert | None:
    """None where the query is not understood any more, or cannot match: it tells nobody, and holds up nobody."""
    user_id, saved_id = keys.alert_of(required_text(raw, "sk"))
    caller = Caller(Tenant(tenant_id, stored_settings.of(tenant_id)), user_id)
    try:
        filters = message_search.resolve(caller, Asked(q=required_text(raw, "q")))
    except ParleyError as refused:
        logger().warning("saved search not understood", extra={"saved_id": saved_id, "code": refused.code})
        return None
    if filters is None:
        return None
    expected = Languages.of(caller.tenant.settings.languages, own[tenant_id, user_id])
    needles = text_matching.needles(filters.query.matches, expected)
    return Alert(user_id, saved_id, required_number(raw, "since"), replace(filters, needles=needles))


def _arranged(alerts: Iterable[Alert]) -> Alerts:
    by_handle: dict[Handle, list[Alert]] = {}
    others: list[Alert] = []
    for alert in alerts:
        handles = _handles(alert.filters)
        if handles is None:
            others.append(alert)
            continue
        for handle in handles:
            by_handle.setdefault(handle, []).append(alert)
    return Alerts(by_handle, others)


def _handles(filters: Filters) -> set[Handle] | None:
    """A message that matches has one of these; None where it need have none."""
    for needle in filters.needles:
        either = (needle, *needle.others)
        if not any(one.negated for one in either):
            return {("word", word) for one in either for word in _words(one)}
    for kind, choice in (
        ("author", filters.query.authors),
        ("mention", filters.query.mentions),
        ("conversation", filters.query.conversations),
    ):
        if choice.wanted:
            return {(kind, value) for value in choice.wanted}
    return None


def _words(needle: Needle) -> Iterator[str]:
    """One of these stands wherever a needle does: a spelling of it, a stem, or its first word."""
    yield from needle.forms
    yield from needle.stems
    yield needle.terms[0]
    yield (needle.spelled or needle.terms)[0]


def _handles_of(document: Document, text: Text) -> set[Handle]:
    """What a message has."""
    said = document.source
    handles = {("author", said["author_id"]), ("conversation", said["conversation_id"])}
    handles |= {("mention", user_id) for user_id in said.get("mentions", ())}
    for unit, stems in text.analyzed.units:
        handles.add(("word", unit.term))
        handles |= {("word", stem) for stem in stems}
    for token in text.tokens:
        handles.add(("word", token.term))
        spelled = None if token.dense else spelled_out(text.text[token.start : token.end])
        if spelled is not None:
            handles.add(("word", spelled))
    return handles


def matches(filters: Filters, document: Document, text: Text) -> bool:
    """Whether a message is what was asked for, by its document and its text; the engine's decision, made here."""
    query, said = filters.query, document.source
    created_at = said["created_at"]
    return (
        _allows(query.authors, [said["author_id"]])
        and _allows(query.mentions, said.get("mentions", ()))
        and _allows(query.conversations, [said["conversation_id"]])
        and set(query.carries.wanted) <= set(said.get("carries", ()))
        and set(query.carries.unwanted).isdisjoint(said.get("carries", ()))
        and (query.since is None or created_at >= query.since)
        and (query.until is None or created_at < query.until)
        and text_matching.spans(filters.needles, text) is not None
    )


def _allows(choice: Choice, values: Iterable[str]) -> bool:
    there = set(values)
    return (not choice.wanted or not there.isdisjoint(choice.wanted)) and there.isdisjoint(choice.unwanted)
