"""Cursors of every paged route: they keep order and filters, and a forged one is a position or is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from infrastructure.examples import MEDIA, TENANT
from infrastructure.routes import ROUTES, Route
from parley import clock, errors
from parley.media.items import MediaItem, media_key
from parley.search.indexing import quarantine
from parley.search.querying import hit_pages
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from tests.support.aws.gateway import invoke
from tests.support.people.people import Person, Workspace
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

LISTINGS: dict[str, Listing] = {
    "community/list_invites": ("invites",),
    "community/list_join_requests": ("join requests",),
    "community/list_own_invites": ("own invites",),
    "community/list_own_join_requests": ("own join requests",),
    "community/list_user_group_members": ("user group members",),
    "community/list_user_groups": ("user groups",),
    "community/list_user_mutes": ("mutes",),
    "jobs/list_imports": ("imports",),
    "jobs/list_announcements": ("announcements",),
    "media/list_downloads": ("downloads",),
    "messaging/list_bans": ("bans",),
    "messaging/list_blocks": ("blocks",),
    "messaging/list_conversations": ("conversations", None, False, None, None),
    "messaging/list_edits": ("edits",),
    "messaging/list_members": ("members",),
    "messaging/list_messages": ("messages",),
    "messaging/list_pins": ("pins",),
    "messaging/list_reactions": ("reactions",),
    "messaging/list_receipts": ("receipts",),
    "messaging/list_replies": ("replies",),
    "messaging/list_threads": ("threads", False),
    "messaging/list_votes": ("votes", None),
    "moderation/list_appeals": ("appeals",),
    "moderation/list_decisions": ("moderation decisions",),
    "moderation/list_cases": ("cases", "", "", "", "", ""),
    "moderation/list_flags": ("flags",),
    "moderation/list_shadowed_by_user": ("shadowed messages of a user",),
    "moderation/list_shadowed_messages": ("shadowed messages",),
    "operations/list_audit": ("audit", *[None] * 7),
    "personal/list_bookmarks": ("bookmarks", None),
    "personal/list_drafts": ("drafts",),
    "personal/list_scheduled_messages": ("scheduled messages",),
    "realtime/list_events": ("events",),
    "search/list_failures": ("search failures",),
    "users/list_users": ("users", ""),
    "webhooks/list_deliveries": ("deliveries",),
}
"""What a cursor of each paged route belongs to where the request names no order and no filter."""
SEARCHES = {"search/search_conversations", "search/search_messages", "search/search_users"}
PAGED = [route for route in ROUTES if route.function in LISTINGS]


def test_every_paged_route_is_here() -> None:
    paged = {route.function for route in ROUTES if route.endpoint.startswith(("list_", "search_"))}
    unpaged = {
        "commands/list_commands",
        "commands/list_conversation_commands",
        "community/list_conversation_types",
        "community/list_invite_links",
        "jobs/list_holds",
        "tenants/list_issuers",
        "tenants/list_keys",
        "webhooks/list_webhooks",
        "push/list_devices",
        "search/list_recent",
        "search/list_saved_searches",
    }
    assert paged - unpaged - {"search/search_everything"} == LISTINGS.keys() | SEARCHES


@pytest.fixture(scope="module")
def world(tables: None) -> Iterator[None]:
    with example_world():
        at = media_key(TENANT, MEDIA)
        file = MediaItem(pk=at.pk, sk=at.sk, tenant_id=TENANT, media_id=MEDIA, owner_id="alice", status="ready")
        file.filename, file.content_type, file.size, file.reserved = "holiday.jpg", "image/jpeg", 1, {}
        file.created_at = file.upload_expires_at = NOW
        dynamodb.put(settings().chat_table, file.serialize())
        yield


NOW = 1_795_424_400_000
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "~", "#", "ZZZ", "alice", "\x1f", "\ud800", "x" * 700, "L#000000000000000#0123456789abcdef"]
        + [f"L#{NOW + step:015d}#0123456789abcdef" for step in (-(10**8), -1000, 0, 10**8)]
        + ["0" * 26, "T#acme#C#x|M#1", "alice\x1falice", "9" * 15 + "#a#b", f"{NOW:015d}#a#b", "👍", "z" * 80]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 12),
    st.integers(NOW - 10**6, NOW + 10**6),
    st.sampled_from([10**12, 10**12 - 1, 10**14, 2**63, 10**300]),
    st.floats(),
    TEXTS,
)
POSITIONS = st.one_of(
    SCALARS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=6), max_leaves=8),
    st.tuples(st.sampled_from("<>np"), TEXTS).map(list),
    st.tuples(st.integers(0, 10**12), st.booleans(), st.booleans(), st.integers(0, 10**12), st.integers(0, 10**12)).map(
        list
    ),
    st.tuples(SCALARS, TEXTS).map(list),
    st.tuples(st.integers(NOW - 10**6, NOW), st.integers(NOW - 10**6, NOW), TEXTS, TEXTS, TEXTS, SCALARS).map(list),
    st.tuples(st.just(NOW - 60_000), st.just(NOW), st.just("~"), st.just(""), TEXTS, st.just(0)).map(list),
)


def forged(position: object, listing: Listing) -> str | None:
    try:
        return cursors.encode(position, listing)
    except ValueError:
        return None


def ask(route: Route, cursor: str) -> Any:
    event = make_event(route)
    name = "after" if route.function == "realtime/list_events" else "cursor"
    event["queryStringParameters"] = {name: cursor}
    return invoke(event)


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.function)
@given(position=POSITIONS)
@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_position_is_in_range_or_refused(world: None, route: Route, position: object) -> None:
    """`invoke` fails too where DynamoDB would refuse a query that moto takes."""
    cursor = forged(position, LISTINGS[route.function])
    if cursor is None:
        return
    answer = ask(route, cursor)
    assert answer.status in (200, 400, 422), answer.text
    if answer.status == 400:
        assert answer.code == "invalid_cursor"
    if answer.status == 422:
        assert len(cursor) > cursors.MAX_LENGTH


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.function)
@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "WzFd", "W10", "bnVsbA", "WyJlIiwtMV0", "é", "WyJhIiwiYiJd=", "[1]", "A" * 1024]
)
def test_what_is_no_cursor_is_refused(world: None, route: Route, cursor: str) -> None:
    assert ask(route, cursor).code == "invalid_cursor"


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.function)
def test_a_cursor_of_another_list_is_refused(world: None, route: Route) -> None:
    for other in LISTINGS.values():
        if other != LISTINGS[route.function]:
            assert ask(route, cursors.encode([">", "alice"], other)).code == "invalid_cursor"


def test_the_forged_replay_of_a_report_is_refused(alice: Person) -> None:
    now = clock.now_ms()
    for position in (
        [now - 60_000, now, "~", "", "ZZZ", 0],
        [now - 60_000, now, "", "0" * 26, "ZZZ", 0],
        [now - 60_000, now, "~", "", f"L#{now - 10**6:015d}#0123456789abcdef", 0],
        [now - 60_000, now, "~", "", f"L#{now + 1:015d}#0123456789abcdef", 0],
        [now - 60_000, now + 10**6, "", "", "", 0],
        [now - 60_000, now, "", "", "", -1],
        [now - 60_000, now, "", "elsewhere", "", 0],
        [now + 10**6],
    ):
        assert alice.get("/v1/events", after=cursors.encode(position, ("events",))).code == "invalid_cursor"


@pytest.mark.parametrize("position", [[0, ""], [0, "x"], [3, "T#acme#C#x|M#1"], [8, "x|y"], [True, "x|y"]])
def test_a_place_that_no_failed_document_can_have_is_refused(world: None, position: list[object]) -> None:
    route = next(route for route in PAGED if route.function == "search/list_failures")
    at = quarantine.place(Key("T#acme#C#x", "M#1"))
    shard = keys.search_failures_shard_of(at.pk)
    assert ask(route, cursors.encode([shard, at.sk], LISTINGS[route.function])).status == 200
    if position != [shard, at.sk]:
        assert ask(route, cursors.encode(position, LISTINGS[route.function])).code == "invalid_cursor"


@given(position=POSITIONS, by_time=st.booleans())
def test_a_position_of_a_search_is_in_range_or_refused(position: object, by_time: bool) -> None:  # noqa: FBT001
    cursor = forged(position, ("found",))
    if cursor is None:
        return
    try:
        after = hit_pages.start(cursor, ("found",), by_time=by_time)
    except errors.InvalidCursor:
        return
    assert 0 <= after.origin <= hit_pages.origin_now() + hit_pages.ORIGIN_STEP_MS
    assert len(after.values) == 1 + by_time


@dataclass
class Talk:
    """A conversation of seven messages."""

    alice: Person
    path: str

    def read(self, **query: Any) -> list[int]:
        return [message["seq"] for message in self.page(**query)["data"]]

    def page(self, **query: Any) -> Any:
        answer = self.alice.get(self.path, **query)
        assert answer.status == 200, answer.text
        return answer


@pytest.fixture
def talk(alice: Person, general: str) -> Talk:
    for number in range(1, 8):
        assert alice.send(general, str(number))["seq"] == number
    return Talk(alice, f"/v1/conversations/{general}/messages")


@pytest.fixture
def thread(alice: Person, general: str) -> Talk:
    root = alice.send(general, "root")["id"]
    for number in range(1, 8):
        assert alice.send(general, str(number), parent_id=root)["seq"] == number
    return Talk(alice, f"/v1/messages/{root}/replies")


ORDERS: list[tuple[dict[str, Any], list[int]]] = [
    ({"order": "asc"}, [1, 2, 3, 4, 5, 6, 7]),
    ({"order": "desc"}, [7, 6, 5, 4, 3, 2, 1]),
]
WINDOWS: list[tuple[dict[str, Any], list[int]]] = [
    *ORDERS,
    ({}, [7, 6, 5, 4, 3, 2, 1]),
    ({"after_seq": 2}, [3, 4, 5, 6, 7]),
    ({"before_seq": 6}, [5, 4, 3, 2, 1]),
    ({"after_seq": 1, "before_seq": 6}, [2, 3, 4, 5]),
    ({"after_seq": 1, "before_seq": 6, "order": "asc"}, [2, 3, 4, 5]),
]


def follow(talk: Talk, first: dict[str, Any], beside: dict[str, Any]) -> list[int]:
    page = talk.page(limit=3, **first)
    seen = [message["seq"] for message in page["data"]]
    while page["next_cursor"]:
        page = talk.page(limit=3, cursor=page["next_cursor"], **beside)
        seen += [message["seq"] for message in page["data"]]
    return seen


@pytest.mark.parametrize(("query", "expected"), WINDOWS, ids=str)
@pytest.mark.parametrize("repeated", [False, True], ids=["alone", "repeated"])
def test_a_cursor_alone_or_beside_the_same_query_goes_on(
    talk: Talk, query: dict[str, Any], expected: list[int], *, repeated: bool
) -> None:
    assert follow(talk, query, query if repeated else {}) == expected


@pytest.mark.parametrize(("query", "expected"), ORDERS, ids=str)
@pytest.mark.parametrize("repeated", [False, True], ids=["alone", "repeated"])
def test_a_thread_keeps_its_order_too(
    thread: Talk, query: dict[str, Any], expected: list[int], *, repeated: bool
) -> None:
    assert follow(thread, query, query if repeated else {}) == expected


def test_a_cursor_leads_back_in_its_order(talk: Talk) -> None:
    first = talk.page(order="asc", limit=3)
    second = talk.page(cursor=first["next_cursor"], limit=3)
    assert talk.read(cursor=second["prev_cursor"], limit=3) == [1, 2, 3]


def test_a_page_around_a_message_goes_on_beside_the_same_query(talk: Talk, alice: Person) -> None:
    around = talk.page(order="asc")["data"][3]["id"]
    page = talk.page(around=around, limit=2, order="asc")
    assert [message["seq"] for message in page["data"]] == [3, 4]
    assert talk.read(around=around, limit=2, order="asc", cursor=page["next_cursor"]) == [5, 6]


def test_another_order_or_bound_beside_a_cursor_is_refused(talk: Talk, thread: Talk) -> None:
    cursor = talk.page(order="asc", limit=3, after_seq=1)["next_cursor"]
    for other in ({"order": "desc"}, {"after_seq": 3}, {"before_seq": 3}):
        assert talk.alice.get(talk.path, cursor=cursor, **other).code == "invalid_cursor"
    cursor = thread.page(limit=3)["next_cursor"]
    assert thread.alice.get(thread.path, cursor=cursor, order="desc").code == "invalid_cursor"


def test_a_position_beyond_the_end_leads_back(talk: Talk) -> None:
    beyond = cursors.encode([10**12, True, True, 0, 10**12], ("messages",))
    page = talk.page(cursor=beyond)
    assert (page["data"], page["next_cursor"]) == ([], None)
    assert talk.read(cursor=page["prev_cursor"], limit=3) == [5, 6, 7]


def test_a_list_of_conversations_keeps_its_filters(alice: Person, bob: Person) -> None:
    for number in range(4):
        alice.open_group(bob, name=f"room {number}")
    filters: list[dict[str, Any]] = [
        {"type": "group"},
        {"q": "room"},
        {"updated_since": "2020-01-01T00:00:00Z"},
        {"type": "group", "q": "ROOM", "archived": "false"},
        {},
    ]
    cursors_of = [alice.get("/v1/conversations", limit=2, **query)["next_cursor"] for query in filters]
    for at, query in enumerate(filters):
        for came_from, cursor in enumerate(cursors_of):
            answer = alice.get("/v1/conversations", limit=2, cursor=cursor, **query)
            if at == came_from:
                assert len(answer["data"]) == 2
            else:
                assert answer.code == "invalid_cursor"


def test_a_list_of_users_keeps_its_prefix(acme: Workspace, alice: Person) -> None:
    for number in range(4):
        acme.person(f"user{number}", f"Ann {number}")
    cursor = alice.get("/v1/users", q="ann", limit=2)["next_cursor"]
    page = alice.get("/v1/users", q="ANN", limit=2, cursor=cursor)
    assert [user["name"] for user in page["data"]] == ["Ann 2", "Ann 3"], "the same prefix in another case"
    for other in ({}, {"q": "a"}, {"q": "bob"}):
        assert alice.get("/v1/users", cursor=cursor, **other).code == "invalid_cursor"
