"""Cases: what moderators see and claim. GET /v1/moderation/cases, …/{message_id}, POST and DELETE …/claim."""

from typing import Any

from parley import clock
from parley.messaging import cases
from tests.functional.review.conftest import moderator
from tests.support.faults.interference import before_call
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def queue(who: Person, **query: Any) -> list[dict[str, Any]]:
    answer = who.get("/v1/moderation/cases", **({"limit": 100} | query))
    assert answer.status == 200, answer.text
    return list(answer["data"])


def ids(who: Person, **query: Any) -> list[str]:
    return [each["message_id"] for each in queue(who, **query)]


def path(message_id: str) -> str:
    return f"/v1/moderation/cases/{message_id}"


def test_a_message_that_two_have_reported_is_one_case(maria: Person, bob: Person, carol: Person, spam: str) -> None:
    carol.post(f"/v1/messages/{spam}/flag", {"reason": "rude"})
    carol.post(f"/v1/messages/{spam}/flag", {"reason": "again"})
    (case,) = queue(maria)
    assert (case["message_id"], case["author_id"], case["reporters"]) == (spam, "bob", 2)
    assert (case["status"], case["priority"], case["sources"], case["claim"]) == ("open", "normal", ["user"], None)
    assert case["message"]["text"] == "Cheap watches!"
    bob.put(f"/v1/messages/{spam}", {"text": "Hello"})
    details = maria.get(path(spam))
    assert details["message"]["text"] == "Hello"
    told = [(each["reported_by"], each["reason"]) for each in details["reports"]]
    assert told == [("alice", "spam"), ("carol", "rude")]


def test_the_most_urgent_comes_first_then_the_oldest(
    acme: Workspace, maria: Person, alice: Person, bob: Person, room: str
) -> None:
    many = [acme.person(f"user{number}") for number in range(10)]
    alice.post(f"/v1/conversations/{room}/members", {"user_ids": [each.user_id for each in many]})
    sent = [str(bob.send(room, f"message {number}")["id"]) for number in range(4)]
    for message_id, reporters in zip(sent, (1, 1, 3, 10), strict=True):
        for each in many[:reporters]:
            assert each.post(f"/v1/messages/{message_id}/flag", {}).status == 201
    assert [(each["message_id"], each["priority"]) for each in queue(maria)] == [
        (sent[3], "urgent"), (sent[2], "high"), (sent[0], "normal"), (sent[1], "normal"),
    ]  # fmt: skip
    paged, cursor = [], None
    while True:
        page = maria.get("/v1/moderation/cases", limit=1, **({} if cursor is None else {"cursor": cursor}))
        paged += [each["message_id"] for each in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == [sent[3], sent[2], sent[0], sent[1]]


def test_the_queue_is_filtered(
    acme: Workspace, maria: Person, nora: Person, alice: Person, bob: Person, carol: Person, room: str, spam: str
) -> None:
    other = alice.open_group(bob, name="other")
    rude = str(bob.send(other, "rude")["id"])
    alice.post(f"/v1/messages/{rude}/flag", {})
    carol.post(f"/v1/messages/{spam}/flag", {})
    maria.post(f"{path(rude)}/claim")
    assert ids(maria, conversation_id=other) == [rude]
    assert ids(maria, min_reporters=2) == [spam]
    assert ids(maria, source="block_list") == []
    assert ids(maria, opened_before="2020-01-01T00:00:00.000Z") == []
    assert set(ids(maria, opened_before="2099-01-01T00:00:00.000Z")) == {rude, spam}
    assert (ids(maria, claim="mine"), ids(nora, claim="mine"), ids(nora, claim="others")) == ([rude], [], [rude])
    assert (ids(maria, claim="unclaimed"), ids(maria, claim="others")) == ([spam], [])
    assert ids(acme.server, claim="mine") == [], "nobody in particular has claimed nothing"
    first = maria.get("/v1/moderation/cases", limit=1, source="user")
    wrong = maria.get("/v1/moderation/cases", limit=1, cursor=first["next_cursor"])
    assert wrong.code == "invalid_cursor"
    rest = maria.get("/v1/moderation/cases", limit=1, source="user", cursor=first["next_cursor"])
    assert {first["data"][0]["message_id"], rest["data"][0]["message_id"]} == {rude, spam}
    assert rest["next_cursor"] is None


def test_two_moderators_never_have_one_case(maria: Person, nora: Person, spam: str) -> None:
    claimed = maria.post(f"{path(spam)}/claim", {"minutes": 10})
    assert (claimed.status, claimed["claim"]["moderator_id"]) == (200, "maria")
    refused = nora.post(f"{path(spam)}/claim")
    assert (refused.status, refused.code, refused["moderator_id"]) == (409, "case_claimed", "maria")
    assert nora.post(f"{path(spam)}/decide", {}).code == "case_claimed"
    assert nora.delete(f"{path(spam)}/claim").code == "case_claimed"
    assert maria.post(f"{path(spam)}/claim").status == 200, "a claim may be renewed"
    assert nora.post(f"{path(spam)}/claim", {"take_over": True})["claim"]["moderator_id"] == "nora"
    assert maria.post(f"{path(spam)}/decide", {}).code == "case_claimed"
    assert [nora.delete(f"{path(spam)}/claim").status for _ in range(2)] == [204, 204]
    assert maria.post(f"{path(spam)}/claim").status == 200


def test_of_two_who_claim_at_once_one_has_it(maria: Person, nora: Person, spam: str) -> None:
    won: list[int] = []
    with before_call("UpdateItem", lambda: won.append(nora.post(f"{path(spam)}/claim").status)):
        lost = maria.post(f"{path(spam)}/claim")
    # The first call of maria's request is that of its limit, before which nora came.
    assert (won, lost.status, lost.code) == ([200], 409, "case_claimed")


def test_a_claim_lapses(maria: Person, nora: Person, spam: str, moving_clock: MovingClock) -> None:
    maria.post(f"{path(spam)}/claim", {"minutes": 1})
    moving_clock.pass_seconds(59)
    assert nora.post(f"{path(spam)}/claim").code == "case_claimed"
    moving_clock.pass_seconds(2)
    assert queue(nora)[0]["claim"] is None
    assert nora.post(f"{path(spam)}/claim").status == 200


def test_only_a_back_end_sees_cases_and_only_for_somebody_claims_them(
    acme: Workspace, globex: Workspace, alice: Person, room: str, spam: str
) -> None:
    for method, at, body in (
        ("GET", "/v1/moderation/cases", None),
        ("GET", path(spam), None),
        ("POST", f"{path(spam)}/claim", {}),
        ("DELETE", f"{path(spam)}/claim", None),
        ("POST", f"{path(spam)}/decide", {}),
        ("POST", f"{path(spam)}/reopen", None),
        ("GET", "/v1/users/bob/moderation-record", None),
    ):
        assert alice.request(method, at, body).code == "server_token_required"
        if method != "GET":
            assert acme.server.request(method, at, body).code == "acting_user_required"
            stranger = moderator(globex, "zoe").request(method, at, body)
            assert (stranger.status, stranger.code) == (404, "case_not_found")
    assert globex.server.get(path(spam)).code == "case_not_found"
    assert queue(globex.server) == []
    for nothing in ("nothing", f"{room}-99"):
        assert acme.server.get(path(nothing)).code == "case_not_found"


def test_bad_input_is_refused(maria: Person, spam: str) -> None:
    for body in ({"minutes": 0}, {"minutes": 241}, {"minutes": "5"}, {"unknown": 1}):
        assert maria.post(f"{path(spam)}/claim", body).status == 422
    for query in ({"min_reporters": 0}, {"source": "nobody"}, {"claim": "any"}, {"opened_before": "today"}):
        assert maria.get("/v1/moderation/cases", **query).status == 422
    assert maria.get("/v1/moderation/cases", cursor="x").code == "invalid_cursor"


def test_a_hundred_reports_are_kept(
    acme: Workspace, maria: Person, alice: Person, carol: Person, spam: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(cases, "MOST_REPORTERS", 1)
    late = carol.post(f"/v1/messages/{spam}/flag", {})
    assert late.status == 201, "the reporter is told the same"
    assert alice.post(f"/v1/messages/{spam}/flag", {}).status == 200
    details = maria.get(path(spam))
    assert (details["reporters"], len(details["reports"])) == (1, 1)
    maria.post(f"{path(spam)}/decide", {})
    assert queue(maria) == []
    assert carol.post(f"/v1/messages/{spam}/flag", {}).status == 201
    assert ids(maria) == [spam], "one more report opens the case again all the same"


def test_a_report_of_what_was_decided_opens_the_case_again(
    maria: Person, alice: Person, carol: Person, spam: str, moving_clock: MovingClock
) -> None:
    maria.post(f"{path(spam)}/decide", {})
    moving_clock.pass_seconds(60)
    assert alice.post(f"/v1/messages/{spam}/flag", {}).status == 200
    assert ids(maria) == []
    earlier = clock.to_rfc3339(clock.to_datetime(clock.now_ms()))
    carol.post(f"/v1/messages/{spam}/flag", {})
    (case,) = queue(maria)
    assert (case["reporters"], case["decision"], case["status"]) == (2, None, "open")
    assert case["opened_at"] >= earlier


def test_the_last_report_that_is_resolved_closes_the_case(
    acme: Workspace, maria: Person, carol: Person, spam: str
) -> None:
    carol.post(f"/v1/messages/{spam}/flag", {})
    flags = [each["id"] for each in acme.server.get("/v1/moderation/flags")["data"]]
    resolved = [{"resolution": "dismissed"}]
    acme.server.post(f"/v1/moderation/flags/{flags[0]}/resolve", resolved[0])
    assert ids(maria) == [spam]
    acme.server.post(f"/v1/moderation/flags/{flags[1]}/resolve", resolved[0])
    assert ids(maria) == []
    assert maria.get(path(spam))["status"] == "decided"
    assert maria.post(f"{path(spam)}/decide", {"actions": ["warn"]})["decision"]["actions"] == ["warn"]
