"""POST /v1/messages/{id}/flag."""

from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.people.people import Person


def reports(tenant_id: str) -> list[tuple[str, str]]:
    """What a moderator's list would find: whose report, of what, in order of time within each partition."""
    found = []
    for shard in "0123456789abcdef":
        items, _ = dynamodb.query(settings().chat_table, keys.flags(tenant_id, shard), index="collection")
        found += [(item["sk"]["S"].rsplit("#", 1)[1], item["gsk"]["S"].split("#")[1]) for item in items]
    return sorted(found)


def test_a_member_reports_once(alice: Person, bob: Person, dave: Person, hello: str) -> None:
    first = bob.post(f"/v1/messages/{hello}/flag", {"reason": "spam"})
    assert (first.status, first["message_id"], first["reason"]) == (201, hello, "spam")
    again = bob.post(f"/v1/messages/{hello}/flag", {"reason": "abuse"})
    assert (again.status, again.body) == (200, first.body)
    assert dave.post(f"/v1/messages/{hello}/flag", {}).status == 201
    assert reports(alice.tenant_id) == [("bob", hello), ("dave", hello)]


def test_a_reply_is_reported_too(alice: Person, bob: Person, team: str, hello: str) -> None:
    reply = alice.send(team, "rude", parent_id=hello)["id"]
    assert bob.post(f"/v1/messages/{reply}/flag", {"reason": "rude"}).status == 201
    assert reports(alice.tenant_id) == [("bob", reply)]


def test_a_report_changes_nothing_about_the_message(alice: Person, bob: Person, hello: str) -> None:
    before = alice.get(f"/v1/messages/{hello}").body
    bob.post(f"/v1/messages/{hello}/flag", {"reason": "spam"})
    assert alice.get(f"/v1/messages/{hello}").body == before


def test_a_key_replays_the_first_report(bob: Person, hello: str) -> None:
    first = bob.post(f"/v1/messages/{hello}/flag", {"reason": "spam"}, key="k")
    again = bob.post(f"/v1/messages/{hello}/flag", {"reason": "spam"}, key="k")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_a_reason_has_1_to_500_characters(bob: Person, hello: str) -> None:
    for reason in ("", " ", "x" * 501):
        assert bob.post(f"/v1/messages/{hello}/flag", {"reason": reason}).code == "validation_failed"
    assert reports(bob.tenant_id) == []
