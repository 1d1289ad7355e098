"""Votes in what erases a user, and in what an export says."""

import json
from typing import Any

import pytest

from parley.messaging.messages.reading import locate
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
from tests.functional.jobs.test_erasure import ZOE, erase, ok
from tests.functional.jobs.test_export import bucket, run, zoe
from tests.support.clients.exports import fetch
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import traces_of

__all__ = ["bucket", "zoe"]

LUNCH = {"question": "Lunch with Zoe?", "options": [{"text": "Yes"}, {"text": "No"}]}


def vote(who: Person, message_id: str, *options: str) -> None:
    ok(who.put(f"/v1/messages/{message_id}/votes", {"options": list(options)}))


def results(who: Person, message_id: str) -> dict[str, Any]:
    return dict(ok(who.get(f"/v1/messages/{message_id}"))["poll"]["results"])


@pytest.fixture
def polls(zoe: Person, alice: Person, bob: Person) -> dict[str, str]:
    """Polls of alice's in which zoe and bob have voted: a plain, an anonymous, a closed one, one in a thread.

    In another zoe has taken her vote back.
    """
    group = alice.open_group(zoe, bob)
    root = str(alice.send(group)["id"])
    made = {
        "plain": alice.send(group, "", poll=LUNCH),
        "anonymous": alice.send(group, "", poll=LUNCH | {"anonymous": True}),
        "closed": alice.send(group, "", poll=LUNCH),
        "reply": alice.send(group, "", parent_id=root, poll=LUNCH | {"anonymous": True}),
    }
    polls = {name: str(ok(sent)["id"]) for name, sent in made.items()}
    for message_id in polls.values():
        vote(zoe, message_id, "1")
        vote(bob, message_id, "1")
    vote(zoe, root_poll := str(ok(alice.send(group, "", poll=LUNCH))["id"]), "2")
    vote(zoe, root_poll)
    ok(alice.post(f"/v1/messages/{polls['closed']}/poll/close"))
    return polls


def test_the_votes_of_who_is_erased_go_and_are_not_counted(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person, polls: dict[str, str]
) -> None:
    before = {name: results(bob, message_id) for name, message_id in polls.items()}
    job = erase(jobs, acme)
    assert job["done"]["votes"] == 5
    assert traces_of(acme.tenant_id, ZOE) == []
    for name, message_id in polls.items():
        assert results(bob, message_id) == before[name] | {"counts": {"1": 1, "2": 0}, "voters": 1}, name
    assert ok(alice.get(f"/v1/messages/{polls['plain']}/votes"))["data"][0]["user_id"] == "bob"


def test_a_vote_that_an_erased_message_left_behind_goes_too(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, polls: dict[str, str]
) -> None:
    """Whoever erased the message died after it closed its annotations."""
    place = locate(alice.caller, polls["plain"])
    dynamodb.update(settings().chat_table, place.annotations, Update().set(closed=True).add(version=1))
    erase(jobs, acme)
    assert traces_of(acme.tenant_id, ZOE) == []


def test_a_poll_of_who_is_erased_stays_without_its_author(
    jobs: JobQueues, acme: Workspace, zoe: Person, bob: Person
) -> None:
    message_id = str(zoe.send(zoe.open_group(bob), "", poll=LUNCH)["id"])
    vote(bob, message_id, "2")
    erase(jobs, acme)
    assert results(bob, message_id)["counts"] == {"1": 0, "2": 1}


def test_an_export_of_the_tenant_names_who_voted_except_where_nobody_is_named(
    jobs: JobQueues, acme: Workspace, polls: dict[str, str]
) -> None:
    _, records = fetch(run(jobs, acme.server, {}))
    votes = [record for record in records if record["type"] == "vote"]
    assert {(vote["message_id"], vote["user_id"]) for vote in votes} == {
        (polls[name], user_id) for name in ("plain", "closed") for user_id in (ZOE, "bob")
    }
    assert all(vote["options"] == ["1"] for vote in votes)
    counted = {each["message_id"]: each for each in records if each["type"] == "poll_results"}
    assert counted.keys() >= set(polls.values())
    assert all((counted[each]["counts"], counted[each]["voters"]) == ({"1": 2}, 2) for each in polls.values())
    assert ["closed_at" in counted[polls[name]] for name in ("plain", "closed")] == [False, True]
    asked = next(each for each in records if each.get("message_id") == polls["plain"] and each["type"] == "message")
    assert asked["poll"]["options"] == ["Yes", "No"]


def test_an_export_of_a_user_has_their_votes_and_nobody_elses(
    jobs: JobQueues, zoe: Person, polls: dict[str, str]
) -> None:
    _, records = fetch(run(jobs, zoe, {}))
    votes = [record for record in records if record["type"] == "vote"]
    assert {vote["message_id"] for vote in votes} == set(polls.values())
    assert {vote["user_id"] for vote in votes} == {ZOE}
    assert "poll_results" not in {record["type"] for record in records}
    assert "bob" not in json.dumps(votes)
