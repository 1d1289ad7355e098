"""Rate limits as declared: whose they are, what is spent where one refuses, and what each costs."""

import re
import uuid
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies

from infrastructure.routes import ROUTES, Route
from parley import clock, limits
from parley.errors import RateLimited
from parley.http.families import FAMILIES, limit_of
from parley.limits import RateLimit, fixed, take
from parley.observability import dynamodb_calls
from parley.remembered import Remembered
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys, rate_limits
from tests.support.aws.gateway import invoke
from tests.support.dynamodb.capacity import item_size
from tests.support.dynamodb.meter import metered
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace
from tests.support.people.world import example_world
from tests.tools.record_events import make_event, needs_more

DECLARED = {name: each for name, each in vars(limits).items() if isinstance(each, RateLimit)}

OLDER_HEADERS = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}


def left(limit: RateLimit, person: Person) -> int:
    """How often the limit can be taken from until it refuses."""
    taken = 0
    while True:
        try:
            take(limit, person.caller)
        except RateLimited:
            return taken
        taken += 1


def test_each_user_has_a_limit_of_their_own(alice: Person, bob: Person, mallory: Person) -> None:
    limit = RateLimit("things", user=fixed(3))
    assert [left(limit, each) for each in (alice, bob, mallory)] == [3, 3, 3]
    assert left(limit, alice) == 0


def test_the_tenants_limit_is_shared_and_spares_the_users_where_it_refuses(alice: Person, bob: Person) -> None:
    limit = RateLimit("things", user=fixed(3), tenant=fixed(2))
    assert (left(limit, alice), left(limit, bob)) == (2, 0)
    assert left(replace(limit, tenant=None), bob) == 3


def test_amounts_come_from_the_tenants_settings(acme: Workspace, alice: Person) -> None:
    limit = RateLimit("things", user=lambda settings: settings.searches_per_minute)
    allowed = alice.caller.tenant.settings.searches_per_minute
    decision = take(limit, alice.caller)
    assert (decision.policy.name, decision.policy.limit, decision.remaining) == ("things", allowed, allowed - 1)


def test_a_limit_may_be_somebody_elses_than_the_callers(alice: Person, bob: Person) -> None:
    limit = RateLimit("things", user=fixed(2))
    take(limit, alice.caller, subject="zoe")
    take(limit, bob.caller, subject="zoe")
    with pytest.raises(RateLimited):
        take(limit, alice.caller, subject="zoe")
    assert left(limit, alice) == 2


def test_a_cost_beyond_the_whole_limit_takes_all_of_it(alice: Person, bob: Person) -> None:
    limit = RateLimit("bytes", user=fixed(1000), tenant=fixed(10_000))
    assert take(limit, alice.caller, cost=5000).remaining == 0
    with pytest.raises(RateLimited):
        take(limit, alice.caller, cost=100)
    assert take(limit, bob.caller, cost=10).remaining == 990


def test_a_batched_limit_writes_once_a_hundredth(alice: Person) -> None:
    limit = RateLimit("actions", user=fixed(600), batched=True)
    dynamodb_calls.reset()
    remaining = [take(limit, alice.caller).remaining for _ in range(15)]
    assert (dynamodb_calls.reset(), remaining) == (2, list(range(599, 584, -1)))


@pytest.mark.parametrize("at_once", [True, False])
def test_a_tenants_limit_costs_a_write_for_every_hundredth_beside_the_users(alice: Person, *, at_once: bool) -> None:
    limit = RateLimit("sends", user=fixed(60), tenant=fixed(1000), at_once=at_once)
    dynamodb_calls.reset()
    for _ in range(11):
        take(limit, alice.caller)
    assert dynamodb_calls.reset() == 12


def test_limits_that_share_a_name_are_of_different_subjects() -> None:
    names = [each.name for each in DECLARED.values()]
    assert {name for name in names if names.count(name) > 1} == {limits.USER_EXPORTS.name}
    assert limits.USER_EXPORTS.name == limits.TENANT_EXPORTS.name


def test_what_a_process_counts_by_itself_is_never_more_than_a_hundredth(alice: Person) -> None:
    """Another process, which knows only what is written, finds all but that."""
    limit = RateLimit("actions", user=fixed(600), batched=True)
    here = left(limit, alice)
    rate_limits.forget()
    assert here == 600
    assert left(limit, alice) <= 6


def test_a_batched_limit_below_100_is_exact(alice: Person) -> None:
    limit = RateLimit("actions", user=fixed(7), batched=True)
    assert left(limit, alice) == 7
    rate_limits.forget()
    assert left(limit, alice) == 0


@pytest.mark.parametrize("refused", [False, True])
def test_what_a_thread_writes_down_is_counted_by_no_other_thread(acme: Workspace, *, refused: bool) -> None:
    """Messages of a batch are sent beside one another: each is counted once, while another's count is written too."""
    limit = RateLimit("things", user=fixed(1), tenant=fixed(600))
    server = acme.server.caller
    take(limit, server, cost=6)
    spend, beside = rate_limits.take, iter(range(3))

    def spend_beside_others(*given: Any, **named: Any) -> Any:
        for _ in beside:
            take(limit, server)
        if refused:
            raise RateLimited
        return spend(*given, **named)

    with patch.object(rate_limits, "take", spend_beside_others), suppress(RateLimited):
        take(limit, server)
    assert limits.known(limit, server).remaining == 600 - 6 - 3 - (not refused)


def test_a_back_end_that_acts_for_nobody_has_the_tenants_limit_alone(acme: Workspace) -> None:
    server = Person(acme.tenant_id, "", scope="server")
    assert left(RateLimit("things", user=fixed(2), tenant=fixed(5)), server) == 5
    assert left(RateLimit("others", user=fixed(2)), server) == 2


def test_the_tighter_of_both_limits_is_reported(alice: Person, bob: Person) -> None:
    limit = RateLimit("things", user=fixed(3), tenant=fixed(4))
    names = [take(limit, each.caller).policy.name for each in (alice, alice, bob)]
    assert names == ["things", "things", "tenant-things"]


@pytest.mark.parametrize("route", [each for each in ROUTES if not each.public], ids=lambda each: each.purpose)
def test_every_route_has_a_limit(route: Route) -> None:
    """Its family's, or one that its use case takes."""
    its_own = {"jobs/start_export", "media/sign_downloads", "messaging/send_message"}
    assert limit_of(route.purpose) is not None or route.function in its_own


def test_every_family_has_a_route() -> None:
    for family in FAMILIES:
        assert any(each.method in family.methods and re.fullmatch(family.path, each.path) for each in ROUTES)


ELSEWHERE = {"media", "search"}
"""Services whose examples need more than tables."""


@pytest.mark.parametrize(
    "route",
    [each for each in ROUTES if not each.public and each.service not in ELSEWHERE],
    ids=lambda each: each.purpose,
)
def test_every_route_tells_what_is_left(tables: None, route: Route) -> None:
    with example_world():
        answer = invoke(make_event(route))
    assert answer.status < 400 or needs_more(route), answer.text
    assert {"RateLimit-Policy", "RateLimit", *OLDER_HEADERS} <= answer.headers.keys()


@pytest.mark.parametrize("route", [each for each in ROUTES if not each.public], ids=lambda each: each.purpose)
def test_every_route_refuses_beyond_its_limit(tables: None, route: Route) -> None:
    with example_world(), patch.object(rate_limits.Counters, "used", 10**15):
        refused = invoke(make_event(route))
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert {"RateLimit-Policy", "RateLimit", "Retry-After", *OLDER_HEADERS} <= refused.headers.keys()


def test_changes_of_messages_share_a_limit_that_the_tenant_sets(acme: Workspace) -> None:
    acme = replace(acme, tenant_settings={"messages_per_minute": 1})
    alice, bob = acme.person("alice"), acme.person("bob")
    message = alice.send(alice.open_group(bob), "Hello")["id"]
    changes = [
        alice.put(f"/v1/messages/{message}", {"text": "Hello all"}),
        alice.post(f"/v1/messages/{message}/reactions", {"reaction": "👍"}),
        alice.put(f"/v1/messages/{message}/pin"),
        alice.delete(f"/v1/messages/{message}/reactions/👍"),
        alice.put(f"/v1/messages/{message}", {"text": "Hello, all"}),
    ]
    assert [each.status for each in changes] == [200, 201, 429, 429, 429]
    assert changes[2].headers["RateLimit-Policy"] == '"message-changes";q=2;w=60'
    assert bob.post(f"/v1/messages/{message}/reactions", {"reaction": "👍"}).status == 201


def test_a_user_who_reads_as_people_do_costs_no_write(alice: Person, general: str) -> None:
    with metered() as cost:
        for _ in range(10):
            assert alice.get(f"/v1/conversations/{general}/messages").status == 200
    assert cost.writes == 0


@example(gaps=[0, 24_000, 24_000, 12_866, 60], limit=1, window=7, processes=1, chance=Random(1))  # noqa: S311 - a choice
@example(gaps=[0, 24_000, 24_000, 14_040], limit=1, window=1, processes=1, chance=Random(1))  # noqa: S311 - a choice
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=strategies.lists(strategies.integers(0, 25_000), min_size=1, max_size=60),
    limit=strategies.integers(1, 8),
    window=strategies.sampled_from([1, 7, 60]),
    processes=strategies.integers(1, 3),
    chance=strategies.randoms(use_true_random=False),
)
def test_no_window_accepts_more_than_the_limit_and_none_that_is_free_refuses(
    acme: Workspace, gaps: list[int], limit: int, window: int, processes: int, chance: Random
) -> None:
    """Whoever asks, whenever: what is accepted in any window is at most the limit, and a place comes back in time."""
    policy = rate_limits.Policy("p", limit, window)
    memories: list[Any] = [Remembered() for _ in range(processes)]
    clocks = Clock()
    accepted: list[int] = []
    waits: list[int] = []
    scope = uuid.uuid4().hex
    with patch.object(clock, "now_ms", clocks):
        for gap in gaps:
            clocks.now += gap * window // 60
            now = clocks.now
            with patch.object(rate_limits, "_counters", chance.choice(memories)):
                try:
                    rate_limits.take(acme.tenant_id, scope, policy)
                except RateLimited as refused:
                    waits.append(refused.retry_after or 0)
                    counted_since = now - (rate_limits.SLICES + 1) * policy.slice_ms
                    assert len([each for each in accepted if each > counted_since]) >= limit
                else:
                    accepted.append(now)
    assert all(0 < wait <= window + 2 for wait in waits)
    for moment in accepted:
        assert len([each for each in accepted if moment <= each < moment + window * 1000]) <= limit


def test_a_place_comes_back_when_retry_after_says_so(acme: Workspace) -> None:
    policy, moved = rate_limits.Policy("p", 3), Clock()
    with patch.object(clock, "now_ms", moved):
        for _ in range(3):
            rate_limits.take(acme.tenant_id, "s", policy)
            moved.pass_seconds(10)
        with pytest.raises(RateLimited) as refused:
            rate_limits.take(acme.tenant_id, "s", policy)
        moved.pass_seconds(refused.value.retry_after or 0)
        assert rate_limits.take(acme.tenant_id, "s", policy).remaining == 0


@pytest.mark.parametrize("seed", range(4))
def test_processes_that_ask_at_once_spend_exactly_the_limit(seed: int, acme: Workspace) -> None:
    """Whoever opens the next slice first, and whatever the others saw before."""
    policy, chance, moved = rate_limits.Policy("p", 20), Random(seed), Clock()  # noqa: S311 - an order

    def ask() -> int:
        accepted = 0
        for _ in range(8):
            try:
                rate_limits.take(acme.tenant_id, "crowd", policy)
            except RateLimited:
                return accepted
            accepted += 1
            moved.pass_seconds(chance.randrange(2))
        return accepted

    with patch.object(clock, "now_ms", moved):
        told = interleave([ask] * 5, [chance.randrange(5) for _ in range(400)])
    assert sum(told) == 20


def test_what_is_given_back_can_be_taken_again(alice: Person) -> None:
    """The user's, whom another process sees too, and the tenant's."""
    limit = RateLimit("things", user=fixed(3), tenant=fixed(5))
    for _ in range(4):
        take(limit, alice.caller)
        assert limits.give_back_to(limit, alice.caller).remaining == 3
    rate_limits.forget()
    assert left(limit, alice) == 3


def test_what_is_given_back_after_the_slice_stays_spent(acme: Workspace) -> None:
    """Or a later request would leave the window in its place."""
    policy, moved, memory = rate_limits.Policy("p", 3), Clock(), Remembered[Any, Any]()
    with patch.object(clock, "now_ms", moved):
        rate_limits.take(acme.tenant_id, "s", policy)
        moved.pass_seconds(1)
        with patch.object(rate_limits, "_counters", memory):
            rate_limits.take(acme.tenant_id, "s", policy)
        assert rate_limits.give_back(acme.tenant_id, "s", policy).remaining == 1


def test_the_item_stays_within_one_write_unit(acme: Workspace) -> None:
    """A day of downloads, each slice with a count of ten digits."""
    policy, moved = rate_limits.Policy("bytes", 10**12, 86_400), Clock()
    with patch.object(clock, "now_ms", moved):
        for _ in range(61):
            rate_limits.take(acme.tenant_id, "egress#alice", policy, cost=10**10)
            moved.pass_seconds(1440)
        item = dynamodb.get(parley_settings().control_table, keys.rate_limit(acme.tenant_id, "egress#alice"))
    assert item is not None
    assert item_size(item) <= 1024


@pytest.mark.parametrize("limit", DECLARED.values(), ids=DECLARED)
def test_every_declared_limit_can_be_taken_from(limit: RateLimit, alice: Person) -> None:
    assert take(limit, alice.caller).policy.window == limit.window


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/upload", {"size": "many"}),
        ("POST", "/v1/conversations", {"type": "circle"}),
        ("PUT", "/v1/users/me/status", {"status_text": 7}),
        ("GET", "/v1/conversations?limit=none", None),
        ("GET", "/v1/unread?surprise=1", None),
    ],
)
def test_what_does_not_fit_the_contract_is_told_what_is_left_and_spends_nothing(
    alice: Person, method: str, path: str, body: Any
) -> None:
    place, _, query = path.partition("?")
    parameters: dict[str, Any] = dict([query.split("=")]) if query else {}
    first, second = (alice.request(method, place, body, **parameters) for _ in range(2))
    assert (first.status, second.status) == (422, 422)
    assert first.headers["RateLimit"].partition(";t=")[0] == second.headers["RateLimit"].partition(";t=")[0]
    assert first.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Limit"]
