"""Appeals: …/users/{id}/moderation-decisions, their appeals, GET /v1/moderation/appeals and …/answer."""

from itertools import count
from typing import Any

import pytest

from tests.functional.review.test_cases import path
from tests.functional.review.test_deciding import counts, record
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

OWN = "/v1/users/me/moderation-decisions"


def decided(maria: Person, who: Person, message_id: str, *actions: str) -> str:
    """The id of a decision, as whom it concerns finds it."""
    answer = maria.post(f"{path(message_id)}/decide", {"actions": list(actions), "reason": "Rude", "note": "hidden"})
    assert answer.status == 200, answer.text
    return str(answer["decision"]["id"])


def appeal(who: Person, decision: str, text: str = "It was a joke", whose: str = "me") -> Any:
    return who.post(f"/v1/users/{whose}/moderation-decisions/{decision}/appeal", {"text": text})


def answer(who: Person, decision: str, outcome: str, whose: str = "bob", **more: Any) -> Any:
    return who.post(f"/v1/moderation/appeals/{whose}/{decision}/answer", {"outcome": outcome, **more})


def waiting(who: Person) -> list[dict[str, Any]]:
    return list(who.get("/v1/moderation/appeals")["data"])


def test_a_decision_is_told_to_its_author_without_the_moderators_note(
    maria: Person, bob: Person, alice: Person, spam: str
) -> None:
    decision = decided(maria, bob, spam, "delete_message")
    (told,) = bob.get(OWN)["data"]
    assert (told["id"], told["actions"], told["reason"]) == (decision, ["delete_message"], "Rude")
    assert (told["text"], told["appeal"]) == ("Cheap watches!", None)
    assert not {"note", "decided_by"} & told.keys()
    assert alice.get(OWN)["data"] == []


def test_an_appeal_is_filed_once_and_answered_once(
    acme: Workspace, maria: Person, nora: Person, bob: Person, spam: str
) -> None:
    decision = decided(maria, bob, spam, "warn")
    filed = appeal(bob, decision)
    assert (filed.status, filed["appeal"]["text"], filed["appeal"]["outcome"]) == (200, "It was a joke", None)
    assert appeal(bob, decision).body == filed.body
    assert appeal(bob, decision, "And another thing").code == "appeal_closed"
    (shown,) = waiting(maria)
    assert (shown["id"], shown["user_id"], shown["note"], shown["decided_by"]) == (decision, "bob", "hidden", "maria")
    upheld = answer(nora, decision, "upheld", answer="It was not")
    assert (upheld.status, upheld["appeal"]["outcome"], upheld["answered_by"]) == (200, "upheld", "nora")
    assert answer(nora, decision, "upheld", answer="It was not").body == upheld.body
    refused = answer(maria, decision, "overturned")
    assert (refused.status, refused.code, refused["outcome"]) == (409, "appeal_answered", "upheld")
    assert waiting(maria) == []
    (told,) = bob.get(OWN)["data"]
    assert (told["appeal"]["answer"], told["appeal"]["restored"]) == ("It was not", [])
    assert "answered_by" not in told
    assert counts(acme, "bob") == {"flags_received": 1, "warn": 1, "appeals": 1}


def test_overturning_restores_what_can_be_restored(
    acme: Workspace, maria: Person, nora: Person, bob: Person, alice: Person, room: str, spam: str
) -> None:
    decision = decided(maria, bob, spam, "ban", "deactivate", "delete_message", "warn")
    assert appeal(acme.server, decision, whose="bob").status == 200, "the back end files it for who cannot sign in"
    done = answer(nora, decision, "overturned")
    assert done["appeal"]["restored"] == ["ban", "deactivate"]
    assert alice.get(f"/v1/conversations/{room}/bans")["data"] == []
    assert acme.server.get("/v1/users/bob")["deactivated_at"] is None
    assert alice.get(f"/v1/messages/{spam}")["deleted_at"] is not None, "what it said is gone"
    assert counts(acme, "bob")["overturned"] == 1
    assert record(acme, "bob")["data"][0]["appeal"]["outcome"] == "overturned"


def test_a_ban_by_an_admin_is_not_lifted_with_the_moderators_decision(
    maria: Person, bob: Person, alice: Person, room: str, spam: str
) -> None:
    alice.put(f"/v1/conversations/{room}/bans/bob", {"reason": "mine"})
    decision = decided(maria, bob, spam, "ban")
    appeal(bob, decision)
    answer(maria, decision, "overturned")
    assert [each["reason"] for each in alice.get(f"/v1/conversations/{room}/bans")["data"]] == ["mine"]


def test_what_cannot_be_appealed_is_refused(
    maria: Person, bob: Person, alice: Person, mallory: Person, spam: str, moving_clock: MovingClock
) -> None:
    dismissed = decided(maria, bob, spam)
    assert appeal(bob, dismissed).code == "appeal_closed"
    assert appeal(alice, dismissed).code == "decision_not_found"
    assert appeal(alice, dismissed, whose="bob").status == 403
    assert alice.get("/v1/users/bob/moderation-decisions").status == 403
    assert appeal(mallory, dismissed).code == "decision_not_found"
    assert appeal(bob, "~").code == "decision_not_found"
    for text in ("", "x" * 1_001, 5, "\u202e"):
        assert bob.post(f"{OWN}/{dismissed}/appeal", {"text": text}).status == 422
    maria.post(f"{path(spam)}/reopen")
    late = decided(maria, bob, spam, "warn")
    moving_clock.pass_seconds(31 * 86_400)
    assert appeal(bob, late).code == "appeal_closed"
    assert answer(maria, late, "upheld").code == "appeal_closed", "nobody has appealed"


def test_only_a_moderator_answers(
    acme: Workspace, globex: Workspace, maria: Person, bob: Person, alice: Person, spam: str
) -> None:
    decision = decided(maria, bob, spam, "warn")
    appeal(bob, decision)
    assert answer(alice, decision, "upheld").code == "server_token_required"
    assert answer(acme.server, decision, "upheld").code == "acting_user_required"
    assert alice.get("/v1/moderation/appeals").code == "server_token_required"
    elsewhere = Person(globex.tenant_id, "", scope="server", headers=maria.headers)
    assert answer(elsewhere, decision, "upheld").code == "decision_not_found"
    assert waiting(globex.server) == []
    assert answer(maria, decision, "forgiven").status == 422


def test_of_two_who_answer_at_once_one_answers(maria: Person, nora: Person, bob: Person, spam: str) -> None:
    decision = decided(maria, bob, spam, "warn")
    appeal(bob, decision)
    with before_call("TransactWriteItems", lambda: answer(nora, decision, "overturned")):
        lost = answer(maria, decision, "upheld")
    assert (lost.code, lost["outcome"]) == ("appeal_answered", "overturned")


@pytest.mark.parametrize("act", ["file", "answer"])
def test_an_appeal_survives_a_crash_at_every_call(
    acme: Workspace, maria: Person, bob: Person, alice: Person, room: str, act: str
) -> None:
    for calls in count(0):
        sent = str(bob.send(room, f"message {calls}")["id"])
        alice.post(f"/v1/messages/{sent}/flag", {})
        decision = decided(maria, bob, sent, "ban")
        before = counts(acme, "bob")
        if act == "answer":
            appeal(bob, decision)
        with crash_after(calls) as tried:
            appeal(bob, decision) if act == "file" else answer(maria, decision, "overturned")
        assert appeal(bob, decision).status == 200
        assert answer(maria, decision, "overturned")["appeal"]["restored"] == ["ban"]
        after = counts(acme, "bob")
        changed = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name)}
        assert changed == {"appeals": 1, "overturned": 1}
        assert waiting(maria) == []
        assert alice.get(f"/v1/conversations/{room}/bans")["data"] == []
        alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["bob"]})
        if len(tried) <= calls:
            break
