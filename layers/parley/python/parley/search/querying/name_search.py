"""Searching conversations and users by name: what is typed may be the beginning of each word."""

from collections.abc import Sequence

from parley import clock
from parley.errors import InvalidQuery, ValidationFailed
from parley.identity import teams
from parley.identity.caller import Caller
from parley.messaging.access import membership_key, meta_key
from parley.messaging.items import ConversationItem
from parley.search.engine import answer_time, routing
from parley.search.querying import (
    analytics,
    direct_names,
    highlights,
    hit_pages,
    queries,
    recent,
    text_matching,
    visibility,
)
from parley.search.querying.hit_pages import Found, Search
from parley.search.querying.queries import After
from parley.search.querying.query_language import Match, Query, parse
from parley.search.querying.text_matching import Text
from parley.search.querying.visibility import Visibility
from parley.search.schemas import (
    ConversationHit,
    ConversationHits,
    FoundConversation,
    FoundUser,
    UserHit,
    UserHits,
)
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from parley.users.items import UserItem


@answer_time.limited()
def do_search_conversations(
    caller: Caller, q: str, *, archived: bool, limit: int, cursor: str | None
) -> ConversationHits:
    """A page of the caller's conversations and the tenant's channels. Raises `InvalidQuery`, `InvalidCursor`."""
    started = clock.now_ms()
    matches = words_of(q)
    listing = conversations_listing(q, archived=archived)
    after = hit_pages.start(cursor, listing)
    if cursor is None:
        recent.remember(caller, q)
    search = conversations(caller, matches, visibility.of_caller(caller), archived=archived)
    page = view_conversations(hit_pages.fill(search, limit=limit, after=after), listing)
    analytics.record(caller, "conversations", hits=len(page.data), started=started)
    return page


@answer_time.limited()
def do_search_users(caller: Caller, q: str, *, limit: int, cursor: str | None) -> UserHits:
    """A page of the tenant's users. Raises `InvalidQuery`, `InvalidCursor`."""
    started = clock.now_ms()
    matches = words_of(q)
    listing = users_listing(q)
    after = hit_pages.start(cursor, listing)
    if cursor is None:
        recent.remember(caller, q)
    page = view_users(hit_pages.fill(users(caller, matches), limit=limit, after=after), listing)
    analytics.record(caller, "users", hits=len(page.data), started=started)
    return page


def conversations_listing(q: str, *, archived: bool) -> Listing:
    return ("found conversations", q, archived)


def users_listing(q: str) -> Listing:
    return ("found users", q)


def words_of(q: str) -> tuple[Match, ...]:
    """The words of a search for names; raises `InvalidQuery` for operators, which are about messages."""
    query = parse(q)
    if query != Query(matches=query.matches):
        raise InvalidQuery("Operators are for messages; a name is searched by its words", position=0)
    if not text_matching.needles(query.matches):
        raise ValidationFailed([{"pointer": "?q", "code": "required", "detail": "Say what to search for"}])
    return query.matches


def view_conversations(filled: hit_pages.Filled[ConversationHit], listing: Listing) -> ConversationHits:
    return ConversationHits(
        data=filled.hits,
        next_cursor=hit_pages.encode(filled.after, listing),
        indexed_through=clock.optional_datetime(filled.complete_to),
    )


def view_users(filled: hit_pages.Filled[UserHit], listing: Listing) -> UserHits:
    return UserHits(
        data=filled.hits,
        next_cursor=hit_pages.encode(filled.after, listing),
        indexed_through=clock.optional_datetime(filled.complete_to),
    )


def conversations(
    caller: Caller, matches: tuple[Match, ...], seen: Visibility, *, archived: bool = False
) -> Search[ConversationHit]:
    """Conversations that are named so, and direct ones with users who are; see `partners`."""
    others = direct_names.of_caller(caller, matches, seen)

    def body(after: After, size: int) -> dict[str, object]:
        return queries.conversations(seen, matches, size=size, archived=archived, extra_ids=list(others), after=after)

    def confirm(found: Sequence[Found]) -> list[ConversationHit | None]:
        known = known_conversations(caller, [one.name for one in found])
        named = known_users(caller, [others[one.name] for one in found if one.name in others])
        hits: list[ConversationHit | None] = []
        for one in found:
            it = known.get(one.name)
            fits = it is not None and it.archived == archived
            hits.append(_conversation_hit(it, named.get(others.get(one.name, "")), matches) if fits and it else None)
        return hits

    target = routing.cached.get().read_target("conversations", caller.tenant_id)
    return Search(caller.tenant_id, target, "conversation_id", body, confirm)


def known_conversations(caller: Caller, conversation_ids: Sequence[str]) -> dict[str, FoundConversation]:
    """Those of these conversations that the caller may see at this moment, as they are now. One consistent read."""
    metas = {meta_key(caller.tenant_id, one): one for one in conversation_ids}
    mine = {membership_key(caller.tenant_id, caller.user_id, one): one for one in conversation_ids}
    items = dynamodb.batch_get(settings().chat_table, [*metas, *mine], consistent=True) if metas else {}
    joined = {conversation_id for at, conversation_id in mine.items() if at in items}
    known: dict[str, FoundConversation] = {}
    for at, conversation_id in metas.items():
        item = ConversationItem.read(items.get(at))
        if item is None:
            continue
        if conversation_id in joined or (item.type == "channel" and teams.sees(caller, item.team)):
            known[conversation_id] = conversation_found(item, is_member=conversation_id in joined)
    return known


def conversation_found(conversation: ConversationItem, *, is_member: bool) -> FoundConversation:
    return FoundConversation(
        id=conversation.conversation_id,
        type=conversation.type,
        declared_type=conversation.declared_type,
        name=conversation.name,
        avatar_url=conversation.avatar_url,
        archived=conversation.archived_at is not None,
        is_member=is_member,
    )


def _conversation_hit(
    conversation: FoundConversation, member: FoundUser | None, matches: Sequence[Match]
) -> ConversationHit | None:
    text = Text.of(conversation.name or (member.name if member else ""))
    spans = text_matching.prefix_spans(matches, text)
    if spans is None:
        return None
    return ConversationHit(conversation=conversation, member=member, highlights=highlights.fragments(text, spans))


def users(caller: Caller, matches: tuple[Match, ...]) -> Search[UserHit]:
    seen = visibility.of_names(caller)

    def body(after: After, size: int) -> dict[str, object]:
        return queries.users(seen, matches, size=size, after=after)

    def confirm(found: Sequence[Found]) -> list[UserHit | None]:
        known = known_users(caller, [one.name for one in found])
        return [None if one.name not in known else _user_hit(known[one.name], matches) for one in found]

    target = routing.cached.get().read_target("users", caller.tenant_id)
    return Search(caller.tenant_id, target, "user_id", body, confirm)


def known_users(caller: Caller, user_ids: Sequence[str]) -> dict[str, FoundUser]:
    """Those of these users of whom the caller may know at this moment and who are not deactivated, as they are now."""
    places = {Key(keys.user(caller.tenant_id, one), keys.USER_SK): one for one in user_ids}
    items = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    found: dict[str, FoundUser] = {}
    for at, raw in items.items():
        if {"erased_at", "deactivated_at"} & raw.keys():
            continue
        if teams.sees_user(caller, places[at], raw):
            item = UserItem.from_raw_data(raw)
            found[places[at]] = FoundUser(id=item.user_id, name=item.name, avatar_url=item.avatar_url)
    return found


def _user_hit(user: FoundUser, matches: Sequence[Match]) -> UserHit | None:
    text = Text.of(user.name)
    spans = text_matching.prefix_spans(matches, text)
    return None if spans is None else UserHit(user=user, highlights=highlights.fragments(text, spans))
