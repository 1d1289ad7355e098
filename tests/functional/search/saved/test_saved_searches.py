"""Saved searches as their owners see them: kept, bounded, theirs alone, and gone with them."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from parley.errors import SavedSearchNotFound
from parley.search.saved import saved_searches, saving
from parley.search.schemas import SaveSearch, UpdateSavedSearch
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number
from parley.tables.keys import Key
from tests.support.faults.interference import crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, Workspace

SAVED = "/v1/search/saved"


def alerts_of(person: Person) -> tuple[int, list[str]]:
    """The tenant's count of alerts, and whose there are."""
    count = dynamodb.get(settings().chat_table, Key(keys.alerts(person.tenant_id), keys.ALERT_COUNT_SK))
    raw, _ = dynamodb.query(settings().chat_table, keys.alerts(person.tenant_id), begins_with=keys.ALERT_PREFIX)
    return number(count or {}, "alerts"), sorted(keys.alert_of(each["sk"]["S"])[0] for each in raw)


def test_a_search_is_kept_listed_changed_and_forgotten(alice: Person) -> None:
    first = alice.post(SAVED, {"q": "  lunch   from:bob "})
    assert (first.status, first["q"], first["name"]) == (201, "lunch from:bob", "lunch from:bob")
    assert (first["notify"], first["matches"], first["last_matched_at"]) == (False, 0, None)
    second = alice.post(SAVED, {"q": "mentions:me", "name": "Me", "notify": True})
    assert [each["id"] for each in alice.get(SAVED)["data"]] == [second["id"], first["id"]]
    path = f"{SAVED}/{first['id']}"
    assert alice.get(path).body == first.body
    changed = alice.put(path, {"name": "Lunch"})
    assert (changed["name"], changed["notify"], changed["version"]) == ("Lunch", False, first["version"] + 1)
    assert alice.put(path, {"notify": True}, headers={"If-Match": f'"{first["version"]}"'}).status == 412
    assert alice.delete(path, headers={"If-Match": f'"{first["version"]}"'}).status == 412
    assert alice.delete(path, headers={"If-Match": f'"{changed["version"]}"'}).status == 204
    assert alice.delete(path).status == 204
    assert alice.get(path).code == "saved_search_not_found"
    assert alice.put(path, {"name": "x"}).status == 404


def test_alerts_follow_what_searches_notify(alice: Person) -> None:
    made = alice.post(SAVED, {"q": "lunch", "notify": True})
    path = f"{SAVED}/{made['id']}"
    assert alerts_of(alice) == (1, ["alice"])
    for notify, expected in ((True, 1), (False, 0), (False, 0), (True, 1)):
        assert alice.put(path, {"notify": notify})["notify"] is notify
        assert alerts_of(alice) == (expected, ["alice"] * expected)
    assert alice.delete(path).status == 204
    assert alerts_of(alice) == (0, [])


def test_the_same_query_is_the_same_saved_search(alice: Person, bob: Person) -> None:
    first = alice.post(SAVED, {"q": "lunch", "notify": True})
    again = alice.post(SAVED, {"q": " lunch", "name": "Other"})
    assert (again.status, again["id"], again["name"]) == (200, first["id"], "lunch")
    assert alerts_of(alice) == (1, ["alice"])
    assert bob.post(SAVED, {"q": "lunch"})["id"] != first["id"]
    assert alice.delete(f"{SAVED}/{first['id']}").status == 204
    anew = alice.post(SAVED, {"q": "lunch"})
    assert (anew.status, anew["id"]) == (201, first["id"])
    assert anew["version"] > first["version"]


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("from:", None),
        ("form:ann", "invalid_query"),
        ("before:never", "invalid_query"),
        ("after:2026-02 before:2026-01", "invalid_query"),
        ("...", "validation_failed"),
        ("   ", "validation_failed"),
        ("", "validation_failed"),
        ("x" * 513, "validation_failed"),
        ("\u0000", "validation_failed"),
    ],
)
def test_what_a_search_refuses_is_not_kept(alice: Person, q: str, code: str | None) -> None:
    answer = alice.post(SAVED, {"q": q})
    if code is None:
        assert answer.status == 201, "whatever is no operator is text"
        return
    assert answer.code == code, answer.text
    assert alice.get(SAVED)["data"] == []


@pytest.mark.parametrize(
    "body", [{}, {"q": 1}, {"q": "x", "notify": "yes"}, {"q": "x", "name": ""}, {"q": "x", "more": 1}]
)
def test_bodies_are_checked(alice: Person, body: dict[str, object]) -> None:
    assert alice.post(SAVED, body).code == "validation_failed"


def test_nobody_sees_those_of_others(alice: Person, bob: Person, mallory: Person) -> None:
    path = f"{SAVED}/{alice.post(SAVED, {'q': 'lunch', 'notify': True})['id']}"
    for other in (bob, mallory):
        assert other.get(path).code == "saved_search_not_found"
        assert other.put(path, {"notify": False}).status == 404
        assert other.delete(path).status == 204
        assert other.get(SAVED)["data"] == []
    assert alice.get(path)["notify"] is True
    for malformed in ("x", "C%23x", "A" * 26):
        assert alice.get(f"{SAVED}/{malformed}").status == 404
        assert alice.delete(f"{SAVED}/{malformed}").status == 204


def test_a_back_end_needs_a_user(acme: Workspace) -> None:
    assert acme.server.get(SAVED).code == "acting_user_required"


def test_a_user_keeps_fifty(alice: Person) -> None:
    for number_ in range(saved_searches.MOST):
        assert alice.post(SAVED, {"q": f"word{number_}"}).status == 201
    refused = alice.post(SAVED, {"q": "one more", "notify": True})
    assert refused.code == "too_many_saved_searches"
    assert alerts_of(alice) == (0, [])
    assert alice.post(SAVED, {"q": "word7"}).status == 200
    alice.delete(f"{SAVED}/{alice.post(SAVED, {'q': 'word7'})['id']}")
    assert alice.post(SAVED, {"q": "one more", "notify": True}).status == 201


def test_a_tenant_has_so_many_alerts(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_searches, "MOST_ALERTS", 2)
    first = alice.post(SAVED, {"q": "one", "notify": True})
    assert bob.post(SAVED, {"q": "one", "notify": True}).status == 201
    assert bob.post(SAVED, {"q": "two", "notify": True}).code == "too_many_alerts"
    quiet = bob.post(SAVED, {"q": "two"})
    assert bob.put(f"{SAVED}/{quiet['id']}", {"notify": True}).code == "too_many_alerts"
    assert bob.get(f"{SAVED}/{quiet['id']}")["notify"] is False
    alice.delete(f"{SAVED}/{first['id']}")
    assert bob.put(f"{SAVED}/{quiet['id']}", {"notify": True})["notify"] is True


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_leaves_all_or_nothing_and_a_repetition_completes_it(alice: Person, calls: int) -> None:
    with crash_after(calls):
        alice.post(SAVED, {"q": "lunch", "notify": True})
    assert alerts_of(alice) in ((1, ["alice"]), (0, []))
    assert alice.post(SAVED, {"q": "lunch", "notify": True}).status in (200, 201)
    assert alerts_of(alice) == (1, ["alice"])
    assert len(alice.get(SAVED)["data"]) == 1


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_while_one_is_changed_or_forgotten_leaves_no_alert_alone(alice: Person, calls: int) -> None:
    path = f"{SAVED}/{alice.post(SAVED, {'q': 'lunch', 'notify': True})['id']}"
    changes: list[Callable[[], object]] = [lambda: alice.put(path, {"notify": False}), lambda: alice.delete(path)]
    for change in changes:
        with crash_after(calls):
            change()
        count, owners = alerts_of(alice)
        stored = alice.get(path)
        assert count == len(owners) == int(stored.status == 200 and stored["notify"])


@pytest.mark.parametrize("seed", range(6))
def test_changes_at_once_keep_alerts_and_searches_together(alice: Person, seed: int) -> None:
    caller, saved_id = alice.caller, alice.post(SAVED, {"q": "lunch", "notify": True})["id"]
    schedule = [(seed >> bit) & 1 for bit in range(3)] * 6

    def quieten() -> None:
        with suppress(SavedSearchNotFound):
            saved_searches.do_update(caller, saved_id, UpdateSavedSearch(notify=False), if_match=None)

    def forget() -> None:
        saved_searches.do_delete(caller, saved_id, if_match=None)

    def save() -> None:
        saving.do_save(caller, SaveSearch(q="a", notify=True))

    interleave([quieten, forget], schedule)
    assert alerts_of(alice) == (0, [])
    interleave([save, save], schedule)
    assert alerts_of(alice) == (1, ["alice"])
