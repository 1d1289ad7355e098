"""Rate limits as declared: whose they are, what is spent where one refuses, and what each costs."""

from dataclasses import replace

import pytest

from parley import limits
from parley.errors import RateLimited
from parley.limits import RateLimit, fixed, take
from parley.observability import dynamodb_calls
from tests.support.people.people import Person, Workspace

DECLARED = {name: each for name, each in vars(limits).items() if isinstance(each, RateLimit)}


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


def test_a_leased_limit_writes_once_a_hundredth(alice: Person) -> None:
    limit = RateLimit("actions", user=fixed(600), leased=True)
    dynamodb_calls.reset()
    remaining = [take(limit, alice.caller).remaining for _ in range(12)]
    assert (dynamodb_calls.reset(), remaining) == (2, [5, 4, 3, 2, 1, 0] * 2)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_tenants_limit_costs_a_write_for_every_hundredth_beside_the_users(alice: Person, *, at_once: bool) -> None:
    limit = RateLimit("sends", user=fixed(60), tenant=fixed(1000), at_once=at_once)
    dynamodb_calls.reset()
    for _ in range(10):
        take(limit, alice.caller)
    assert dynamodb_calls.reset() == 11


def test_limits_that_share_a_name_are_of_different_subjects() -> None:
    names = [each.name for each in DECLARED.values()]
    assert {name for name in names if names.count(name) > 1} == {limits.USER_EXPORTS.name}
    assert limits.USER_EXPORTS.name == limits.TENANT_EXPORTS.name


@pytest.mark.parametrize("limit", DECLARED.values(), ids=DECLARED)
def test_every_declared_limit_can_be_taken_from(limit: RateLimit, alice: Person) -> None:
    assert take(limit, alice.caller).policy.window == limit.window
