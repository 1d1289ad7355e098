"""Deciding cases: POST /v1/moderation/cases/{message_id}/decide and …/reopen, GET /v1/users/{id}/moderation-record."""

from itertools import count
from typing import Any

import pytest

from parley import clock
from tests.functional.review.test_cases import ids, path, queue
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

ALL = ["ban", "deactivate", "delete_message", "warn"]


def decide(who: Person, message_id: str, *actions: str, **more: Any) -> Any:
    return who.post(f"{path(message_id)}/decide", {"actions": list(actions), **more})


def record(acme: Workspace, user_id: str, **query: Any) -> Any:
    answer = acme.server.get(f"/v1/users/{user_id}/moderation-record", **query)
    assert answer.status == 200, answer.text
    return answer


def counts(acme: Workspace, user_id: str) -> dict[str, int]:
    return {name: number for name, number in record(acme, user_id)["counts"].items() if number}


def text_of(who: Person, message_id: str) -> Any:
    return who.get(f"/v1/messages/{message_id}")["text"]


def test_reports_are_dismissed(acme: Workspace, maria: Person, alice: Person, spam: str) -> None:
    done = decide(maria, spam, reason="Harmless", note="known to us")
    assert (done.status, done["status"], done["decision"]["actions"]) == (200, "decided", [])
    assert (done["decision"]["decided_by"], done["decision"]["note"]) == ("maria", "known to us")
    assert (queue(maria), acme.server.get("/v1/moderation/flags")["data"]) == ([], [])
    assert text_of(alice, spam) == "Cheap watches!"
    assert counts(acme, "bob") == {"flags_received": 1, "dismissed": 1}
    assert counts(acme, "alice") == {"flags_made": 1}
    assert maria.get(path(spam))["reports"][0]["resolved_at"] is not None


def test_everything_at_once_is_carried_out(
    acme: Workspace, maria: Person, alice: Person, bob: Person, room: str, spam: str
) -> None:
    done = decide(maria, spam, *reversed(ALL), reason="Advertising")
    assert done["decision"]["actions"] == ALL
    assert (done["decision"]["not_done"], done["decision"]["pending"]) == ([], [])
    assert alice.get(f"/v1/messages/{spam}")["deleted_at"] is not None
    assert [each["user_id"] for each in alice.get(f"/v1/conversations/{room}/bans")["data"]] == ["bob"]
    assert acme.server.get("/v1/users/bob")["deactivated_at"] is not None
    (told,) = record(acme, "bob")["data"]
    assert (told["text"], told["reason"], told["decided_by"]) == ("Cheap watches!", "Advertising", "maria")
    assert counts(acme, "bob") == dict.fromkeys(ALL, 1) | {"flags_received": 1}


def test_a_decision_is_not_made_twice_and_not_in_two_ways(
    acme: Workspace, maria: Person, nora: Person, spam: str
) -> None:
    first = decide(maria, spam, "warn")
    assert decide(maria, spam, "warn").body == first.body
    for who, actions in ((maria, ["delete_message"]), (nora, ["warn"])):
        refused = decide(who, spam, *actions)
        assert (refused.status, refused.code, refused["decision_id"]) == (409, "case_decided", first["decision"]["id"])
    assert maria.post(f"{path(spam)}/claim").code == "case_decided"
    assert counts(acme, "bob")["warn"] == 1
    once = maria.post(f"{path(spam)}/decide", {"actions": ["warn"]}, key="k")
    assert once.status == 200
    assert maria.post(f"{path(spam)}/decide", {"actions": ["warn"]}, key="k").headers["Idempotent-Replayed"] == "true"


def test_of_two_who_decide_at_once_one_decides(acme: Workspace, maria: Person, nora: Person, spam: str) -> None:
    with before_call("TransactWriteItems", lambda: decide(nora, spam, "delete_message")):
        lost = decide(maria, spam, "warn")
    assert (lost.status, lost.code) == (409, "case_decided")
    assert counts(acme, "bob") == {"flags_received": 1, "delete_message": 1}


@pytest.mark.parametrize("again", ["same", "other"])
def test_a_decision_survives_a_crash_at_every_call(
    acme: Workspace, maria: Person, nora: Person, alice: Person, bob: Person, carol: Person, room: str, again: str
) -> None:
    """Whoever decides next, in the same way or another, finds it done; nothing is done or counted twice."""
    body = {"actions": ["ban", "delete_message", "warn"]}
    for calls in count(0):
        sent = str(carol.send(room, f"message {calls}")["id"])
        before = counts(acme, "carol")
        alice.post(f"/v1/messages/{sent}/flag", {})
        with crash_after(calls) as tried:
            maria.post(f"{path(sent)}/decide", body, key=f"first-{calls}")
        died = len(tried) > calls
        begun = maria.get(path(sent))["decision"] is not None
        assert begun or ids(maria, limit=100).count(sent) == 1
        if again == "same" or not begun:
            finished = decide(maria, sent, *body["actions"])
            assert finished.status == 200, finished.text
        else:
            assert decide(nora, sent).code == "case_decided"
        case = maria.get(path(sent))
        assert (case["status"], case["decision"]["actions"], case["decision"]["pending"]) == (
            "decided", body["actions"], [],
        )  # fmt: skip
        assert sent not in ids(maria, limit=100)
        assert acme.server.get("/v1/moderation/flags")["data"] == []
        assert alice.get(f"/v1/messages/{sent}")["deleted_at"] is not None
        assert [each["user_id"] for each in alice.get(f"/v1/conversations/{room}/bans")["data"]] == ["carol"]
        after = counts(acme, "carol")
        assert {name: after[name] - before.get(name, 0) for name in after} == {
            "flags_received": 1, "ban": 1, "delete_message": 1, "warn": 1,
        }  # fmt: skip
        alice.delete(f"/v1/conversations/{room}/bans/carol")
        alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["carol"]})
        if not died:
            assert calls > len(body["actions"]), "it was carried out, and not refused before"
            break


def test_what_the_author_has_deleted_meanwhile_is_decided_all_the_same(
    acme: Workspace, maria: Person, bob: Person, alice: Person, spam: str
) -> None:
    bob.delete(f"/v1/messages/{spam}")
    done = decide(maria, spam, "delete_message", "warn")
    assert (done["decision"]["not_done"], done["message"]["text"]) == ([], "")
    assert record(acme, "bob")["data"][0]["text"] is None


def test_what_was_erased_for_good_is_decided_all_the_same(acme: Workspace, maria: Person, spam: str) -> None:
    acme.server.delete(f"/v1/messages/{spam}", hard="true")
    assert queue(maria)[0]["message"] is None
    assert decide(maria, spam, "delete_message")["status"] == "decided"


def test_what_cannot_be_done_is_said(acme: Workspace, maria: Person, alice: Person, bob: Person, room: str) -> None:
    """The last owner of a conversation stays in it; nobody is banned from a direct conversation."""
    hers = str(alice.send(room, "rude")["id"])
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    there = str(alice.send(direct, "rude")["id"])
    for message_id in (hers, there):
        bob.post(f"/v1/messages/{message_id}/flag", {})
        assert decide(maria, message_id, "ban", "delete_message")["decision"]["not_done"] == ["ban"]
    assert [each["not_done"] for each in record(acme, "alice")["data"]] == [["ban"], ["ban"]]
    assert bob.get(f"/v1/messages/{hers}")["deleted_at"] is not None


def test_an_author_who_is_erased_meanwhile_has_no_record(
    acme: Workspace, maria: Person, bob: Person, spam: str
) -> None:
    with before_call("TransactWriteItems", lambda: acme.server.delete("/v1/users/bob")):
        done = decide(maria, spam, "warn", "deactivate", "delete_message")
    assert (done.status, done["status"]) == (200, "decided")
    assert done["decision"]["not_done"] == ["deactivate"]
    assert record(acme, "bob")["data"] == []


def test_a_ban_ends_at_its_moment(
    maria: Person, alice: Person, bob: Person, room: str, spam: str, moving_clock: MovingClock
) -> None:
    until = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 3_600_000))
    assert decide(maria, spam, "ban", banned_until=until)["decision"]["banned_until"] == until
    members = f"/v1/conversations/{room}/members"
    (ban,) = alice.get(f"/v1/conversations/{room}/bans")["data"]
    assert (ban["until"], ban["banned_by"]) == (until, "maria")
    assert alice.post(members, {"user_ids": ["bob"]})["data"][0]["status"] == "banned"
    moving_clock.pass_seconds(3_601)
    assert alice.get(f"/v1/conversations/{room}/bans")["data"] == []
    assert alice.post(members, {"user_ids": ["bob"]})["data"][0]["status"] == "added"
    again = alice.put(f"/v1/conversations/{room}/bans/bob", {"reason": "again"})
    assert (again.status, again["reason"], again["until"]) == (200, "again", None)


def test_reasons_are_those_that_the_tenant_has_declared(acme: Workspace, maria: Person, spam: str) -> None:
    maria.tenant_settings["moderation_reasons"] = ["Spam", "Insult"]
    refused = decide(maria, spam, "warn", reason="I do not like it")
    assert (refused.status, refused["errors"][0]["code"]) == (422, "unknown_reason")
    assert decide(maria, spam, "warn", reason="Spam").status == 200


def test_bad_decisions_are_refused(maria: Person, spam: str) -> None:
    for body, code in (
        ({"actions": ["warn", "warn"]}, "not_unique"),
        ({"banned_until": "2099-01-01T00:00:00.000Z"}, "no_ban"),
        ({"actions": ["ban"], "banned_until": "2020-01-01T00:00:00.000Z"}, "in_the_past"),
    ):
        refused = maria.post(f"{path(spam)}/decide", body)
        assert (refused.status, refused["errors"][0]["code"]) == (422, code)
    for wrong in ({"actions": ["shout"]}, {"reason": "x" * 501}, {"reason": ""}, {"unknown": 1}, {"note": "\u202e"}):
        assert maria.post(f"{path(spam)}/decide", wrong).status == 422
    assert len(queue(maria)) == 1


def test_a_decided_case_is_opened_again(acme: Workspace, maria: Person, nora: Person, spam: str) -> None:
    assert nora.post(f"{path(spam)}/reopen")["status"] == "open", "an open one stays so"
    decide(maria, spam, "warn")
    reopened = nora.post(f"{path(spam)}/reopen")
    assert (reopened.status, reopened["status"], reopened["decision"]) == (200, "open", None)
    assert ids(maria) == [spam]
    assert decide(nora, spam, "delete_message").status == 200
    assert [each["actions"] for each in record(acme, "bob")["data"]] == [["delete_message"], ["warn"]]


def test_the_record_is_paged_newest_first(
    acme: Workspace, maria: Person, alice: Person, bob: Person, room: str, moving_clock: MovingClock
) -> None:
    sent = []
    for number in range(5):
        moving_clock.pass_seconds(1)
        sent.append(str(bob.send(room, f"message {number}")["id"]))
        alice.post(f"/v1/messages/{sent[-1]}/flag", {})
        decide(maria, sent[-1], "warn")
    first = record(acme, "bob", limit=2)
    second = record(acme, "bob", limit=2, cursor=first["next_cursor"])
    third = record(acme, "bob", limit=2, cursor=second["next_cursor"])
    told = [each["message_id"] for page in (first, second, third) for each in page["data"]]
    assert (told, third["next_cursor"]) == (sent[::-1], None)
    assert record(acme, "bob", limit=2, cursor=second["prev_cursor"]).body["data"] == first["data"]
    assert first["counts"]["warn"] == 5
    assert record(acme, "nobody")["counts"]["flags_received"] == 0
    assert acme.server.get("/v1/users/bob/moderation-record", cursor="x").code == "invalid_cursor"
