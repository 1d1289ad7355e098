"""Searching messages."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from parley import clock, ids
from parley.errors import SearchUnavailable, ValidationFailed
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import membership_key, meta_key
from parley.messaging.items import ConversationItem, MembershipItem, MessageItem, words_of
from parley.messaging.messages import quotes
from parley.messaging.messages.kinds import REGULAR
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.messages.views import content_view
from parley.search.engine import answer_time, routing
from parley.search.indexing import documents, watermark
from parley.search.querying import (
    analytics,
    corrections,
    highlights,
    hit_pages,
    name_search,
    queries,
    recent,
    text_matching,
    visibility,
)
from parley.search.querying.hit_pages import Filled, Found, Search
from parley.search.querying.queries import After, Filters
from parley.search.querying.query_language import Carried, Choice, Query, parse
from parley.search.querying.text_matching import Languages, Text
from parley.search.querying.visibility import Visibility
from parley.search.schemas import MessageHit, MessageHits, Sort, Total
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import number
from parley.tables.cursors import Listing
from parley.users import languages

Named = TypeVar("Named", str, str | None)


@dataclass(frozen=True)
class Asked:
    """What a request asks for: `q` and the filters beside it, which all must hold."""

    q: str = ""
    conversation_id: str | None = None
    author_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    has: Carried | None = None
    mentions: str | None = None
    mentioned_group: str | None = None
    message_type: str | None = None
    in_thread: str | None = None
    sort: Sort = "relevance"


@answer_time.limited()
def do_search(caller: Caller, asked: Asked, *, limit: int, cursor: str | None, total: bool = False) -> MessageHits:
    """A page of messages in the caller's conversations. Raises `InvalidQuery`, `InvalidCursor`, `SearchUnavailable`.

    A first page says how many there are where `total` asks for it, and another spelling where there are none. Where the
    engine fails at that, the page is given as it is.
    """
    started = clock.now_ms()
    filters = resolve(caller, asked)
    kind = kind_of(filters, asked.sort)
    listing = listing_of(asked)
    after = hit_pages.start(cursor, listing, by_time=kind == "r")
    if cursor is None:
        recent.remember(caller, asked.q)
    seen = search = None
    if filters is not None:
        filters, seen = read_by(caller, filters)
        search = prepare(caller, filters, seen, kind=kind)
    if search is None:
        filled = Filled[MessageHit]([], None, watermark.cached.get())
    else:
        filled = hit_pages.fill(search, limit=limit, after=after)
    page = view(caller, filled, listing)
    if cursor is None:
        counted = _total(search, filled) if total else None
        spelling = None
        if filters is not None and seen is not None and not filled.hits:
            with suppress(SearchUnavailable):
                spelling = _spelling(caller, asked.q, filters, seen)
        page = page.model_copy(update={"total": counted, "did_you_mean": spelling})
    analytics.record(caller, "messages", hits=len(page.data), started=started)
    return page


def listing_of(asked: Asked) -> Listing:
    """What a cursor of this search belongs to: another query, filter or order is another list."""
    moments = (None if moment is None else clock.from_datetime(moment) for moment in (asked.since, asked.until))
    mentioned = (asked.mentions, asked.mentioned_group)
    filters = (asked.conversation_id, asked.author_id, asked.has, *mentioned, asked.message_type, asked.in_thread)
    return ("found messages", asked.q, asked.sort, *moments, *filters)


def _total(search: Search[MessageHit] | None, first: Filled[MessageHit]) -> Total:
    """How many there are; at least those of the page, where the engine does not say more."""
    value, is_all = (0, True) if search is None else (len(first.hits), False)
    if search is not None:
        with suppress(SearchUnavailable):
            value, is_all = hit_pages.count(search, first)
    return Total(value=value, relation="eq" if is_all else "gte")


def _spelling(caller: Caller, q: str, filters: Filters, seen: Visibility) -> str | None:
    """Another spelling of a query that finds nothing."""
    rest = tuple(needle for needle in filters.needles if not text_matching.is_correctable(needle))
    if rest == filters.needles:
        return None
    search = prepare(caller, filters, seen, kind="s", near=True)
    if search is None:
        return None
    found = hit_pages.fetch(search, hit_pages.start(None, ("spellings",)), corrections.LOOKED_AT).found
    hits = confirm(caller, replace(filters, needles=rest), seen, found)
    return corrections.of(q, filters.needles, [_words(hit.message) for hit in hits if hit is not None])


def _words(shown: MessageContent) -> str:
    """All that a message says, as it is shown."""
    poll = shown.poll
    said = None if poll is None else {"question": poll.question, "options": [each.text for each in poll.options]}
    return words_of(shown.text, said)


def view(caller: Caller, filled: Filled[MessageHit], listing: Listing) -> MessageHits:
    messages = quotes.show(caller, [hit.message for hit in filled.hits])
    return MessageHits(
        data=[hit.model_copy(update={"message": message}) for hit, message in zip(filled.hits, messages, strict=True)],
        next_cursor=hit_pages.encode(filled.after, listing),
        indexed_through=clock.optional_datetime(filled.complete_to),
    )


def kind_of(filters: Filters | None, sort: Sort) -> str:
    """`s` by relevance, where there is text to rank by; `r` by time."""
    return "s" if sort == "relevance" and (filters is None or filters.ranked) else "r"


def resolve(caller: Caller, asked: Asked) -> Filters | None:
    """The query and the filters as one; None where they cannot all hold, or `q` has nothing but punctuation.

    Raises `InvalidQuery` for a `q` that is not understood, `ValidationFailed` where nothing is asked for.
    """
    query = parse(asked.q)
    since, until = (None if moment is None else clock.from_datetime(moment) for moment in (asked.since, asked.until))
    thread = None if asked.in_thread is None else _root(asked.in_thread)
    asks = [
        asked.conversation_id,
        asked.author_id,
        since,
        until,
        asked.has,
        asked.mentions,
        asked.mentioned_group,
        asked.message_type,
        thread,
    ]
    if query.is_empty and all(one is None for one in asks):
        raise ValidationFailed([{"pointer": "?q", "code": "required", "detail": "Say what to search for"}])
    needles = text_matching.needles(query.matches, Languages.of(caller.tenant.settings.languages))
    if query.matches and not needles and query == Query(matches=query.matches):
        return None
    narrowed = [
        _narrow(_own(query.authors, caller), _person(asked.author_id, caller)),
        _narrow(_own(query.mentions, caller), _person(asked.mentions, caller)),
        _narrow(query.conversations, asked.conversation_id),
    ]
    if thread is not None and narrowed[2] is not None:
        narrowed[2] = _narrow(narrowed[2], thread.conversation_id)
    authors, mentions, conversations = narrowed
    if authors is None or mentions is None or conversations is None:
        return None
    carries = query.carries if asked.has is None else query.carries.with_value(asked.has, negated=False)
    combined = replace(
        query,
        authors=authors,
        mentions=mentions,
        groups=Choice() if asked.mentioned_group is None else Choice((documents.group_mention(asked.mentioned_group),)),
        conversations=conversations,
        types=_types(asked.message_type),
        carries=carries,
        since=max((one for one in (since, query.since) if one is not None), default=None),
        until=min((one for one in (until, query.until) if one is not None), default=None),
    )
    return Filters(combined, needles, None if thread is None else str(thread))


def read_by(caller: Caller, filters: Filters) -> tuple[Filters, Visibility]:
    """What the caller's own languages make of the words, and what the caller may see: read at once."""
    own, seen = dynamodb.in_parallel(
        lambda: languages.of(caller.tenant_id, caller.user_id), lambda: visibility.of_caller(caller)
    )
    if not own:
        return filters, seen
    needles = text_matching.needles(filters.query.matches, Languages.of(caller.tenant.settings.languages, own))
    return replace(filters, needles=needles), seen


def _types(message_type: str | None) -> Choice:
    """Regular messages are those without a mark: all that was indexed before there were marks may be such."""
    if message_type is None:
        return Choice()
    if message_type == REGULAR:
        return Choice(unwanted=(documents.TYPED,))
    return Choice((documents.type_mark(message_type),))


def _root(message_id: str) -> MessageAddress:
    address = MessageAddress.parse(message_id)
    if address is None or address.root_seq is not None:
        detail = "The id of the message that the thread hangs on"
        raise ValidationFailed([{"pointer": "?in_thread", "code": "invalid_message_id", "detail": detail}])
    return address


def _own(choice: Choice, caller: Caller) -> Choice:
    """`me` is the caller."""
    wanted, unwanted = (tuple(_person(one, caller) for one in side) for side in (choice.wanted, choice.unwanted))
    return Choice(wanted, unwanted)


def _person(named: Named, caller: Caller) -> Named:
    return caller.user_id if named == ids.ONESELF else named


def _narrow(choice: Choice, value: str | None) -> Choice | None:
    """The choice with a filter beside it; None where it does not allow that value."""
    if value is None:
        return choice
    if (choice.wanted and value not in choice.wanted) or value in choice.unwanted:
        return None
    return Choice((value,), choice.unwanted)


def prepare(
    caller: Caller, filters: Filters, seen: Visibility, *, kind: str, near: bool = False
) -> Search[MessageHit] | None:
    """The search, for what the caller may see; None where that is nothing."""
    within = _within(seen, filters.query.conversations.wanted)
    if within.conversations is not None and not within.conversations:
        return None

    def body(after: After, size: int) -> dict[str, object]:
        return queries.messages(within, filters, size=size, recent=kind == "r", after=after, near=near)

    return Search(
        caller.tenant_id,
        routing.cached.get().read_target("messages", caller.tenant_id),
        "message_id",
        body,
        lambda found: confirm(caller, filters, seen, found),
        by_offset=kind != "r",
    )


def _within(seen: Visibility, wanted: Sequence[str]) -> Visibility:
    """What the caller sees of the conversations that the query names."""
    if not wanted:
        return seen
    if seen.conversations is not None:
        named = {one: seen.conversations[one] for one in wanted if one in seen.conversations}
        return replace(seen, conversations=named)
    places = {membership_key(seen.tenant_id, seen.user_id, one): one for one in wanted if ids.is_well_formed(one)}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    visible = {places[at]: number(raw, "visible_from") for at, raw in found.items()}
    return replace(seen, conversations=visible)


def confirm(caller: Caller, filters: Filters, seen: Visibility, found: Sequence[Found]) -> Iterator[MessageHit | None]:
    """Each hit as it is in the table at this moment; None for what is gone, no longer matches, or may not be seen.

    One consistent batch read: the messages, the caller's memberships and the conversations. A text is analysed when its
    hit is asked for: a page takes no more than it shows.
    """
    addresses = [MessageAddress.parse(one.name) for one in found]
    conversation_ids = {address.conversation_id for address in addresses if address is not None}
    places = [documents.message_key(caller.tenant_id, address) for address in addresses if address is not None]
    places += [membership_key(caller.tenant_id, caller.user_id, one) for one in conversation_ids]
    places += [meta_key(caller.tenant_id, one) for one in conversation_ids]
    items = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    tenants = caller.tenant.settings.languages or ()
    for one, address in zip(found, addresses, strict=True):
        if address is None:
            yield None
            continue
        conversation_id = address.conversation_id
        message = MessageItem.read(items.get(documents.message_key(caller.tenant_id, address)))
        membership = MembershipItem.read(items.get(membership_key(caller.tenant_id, caller.user_id, conversation_id)))
        conversation = ConversationItem.read(items.get(meta_key(caller.tenant_id, conversation_id)))
        fits = (
            message is not None
            and membership is not None
            and is_visible(message, membership, seen.blocked)
            and message.position > int(0 if conversation is None else conversation.truncated_seq or 0)
            and still_fits(message, filters)
        )
        fitting = message if fits else None
        if fitting is None or conversation is None:
            yield None
            continue
        text = Text.of(fitting.words, one.expected or tenants)
        yield _hit(fitting, conversation, filters, text)


def is_visible(message: MessageItem, membership: MembershipItem, blocked: frozenset[str]) -> bool:
    if message.entity != "message" or message.void or message.deleted_at is not None:
        return False
    return message.position > int(membership.visible_from) and message.author_id not in blocked


def still_fits(message: MessageItem, filters: Filters) -> bool:
    """Whether what an edit can change still is what was asked for; the text is checked where it is highlighted."""
    query = filters.query
    mentions = set(documents.mentions(map(str, message.mentions or ()), map(str, message.mentioned_groups or ())))
    if query.groups.wanted and mentions.isdisjoint(query.groups.wanted):
        return False
    if query.mentions.wanted and mentions.isdisjoint(query.mentions.wanted):
        return False
    if not mentions.isdisjoint(query.mentions.unwanted):
        return False
    marks = set(documents.type_marks(message.type))
    if not marks.issuperset(query.types.wanted) or not marks.isdisjoint(query.types.unwanted):
        return False
    media_ids = documents.lasting_media(map(str, message.attachments or ()), message.files or {})
    carried = documents.carries(message.words, media_ids, {})
    lasting = {"link", "file"}
    return lasting & set(query.carries.wanted) <= set(carried) and lasting.isdisjoint(
        set(query.carries.unwanted) & set(carried)
    )


def _hit(message: MessageItem, conversation: ConversationItem, filters: Filters, text: Text) -> MessageHit | None:
    spans = text_matching.spans(filters.needles, text)
    if spans is None:
        return None
    return MessageHit(
        message=content_view(message),
        conversation=name_search.conversation_found(conversation, is_member=True),
        highlights=highlights.fragments(text, spans),
    )
