"""`If-Match` and `If-None-Match`: what is refused, in which order, and what a client need not fetch again."""

from typing import Any

import pytest

from tests.support.people.people import Person, Workspace

STALE = pytest.mark.parametrize("tag", ['"zz"', "3", '""', '"9"', '"-1"', "x", '"1', '"99999999999999999999"'])


@STALE
def test_a_tag_that_is_not_the_resources_is_refused_last(
    acme: Workspace, alice: Person, bob: Person, carol: Person, general: str, tag: str
) -> None:
    sent, headers = alice.send(general)["id"], {"If-Match": tag}
    message, group = f"/v1/messages/{sent}", f"/v1/conversations/{general}"
    missing = "0" * 26
    for who, path, body, expected in (
        (carol, message, {"text": "x"}, 404),
        (alice, f"/v1/messages/{missing}-1", {"text": "x"}, 404),
        (bob, message, {"text": "x"}, 403),
        (alice, message, {"text": 5}, 422),
        (alice, message, {"text": "\u200b"}, 422),
        (alice, message, {"text": "x" * 20_001}, 422),
        (alice, message, {"text": "x"}, 412),
        (carol, group, {"name": "x"}, 404),
        (bob, group, {"name": "x"}, 403),
        (alice, group, {"colour": "x"}, 422),
        (alice, group, {"name": "x"}, 412),
        (bob, "/v1/users/alice", {"name": "x"}, 403),
        (alice, "/v1/users/me", {"name": ""}, 422),
        (alice, "/v1/users/me", {"name": "x"}, 412),
        (alice, "/v1/moderation/block-list", {"entries": []}, 403),
        (acme.server, "/v1/moderation/block-list", {"entries": [{"pattern": "("}]}, 422),
        (acme.server, "/v1/moderation/block-list", {"entries": []}, 412),
        (alice, f"/v1/webhooks/{missing}", {"enabled": True}, 403),
        (acme.server, f"/v1/webhooks/{missing}", {"enabled": True}, 404),
    ):
        answer = who.put(path, body, headers=headers)
        assert answer.status == expected, (who.user_id, path, body, answer.text)
    assert alice.get(message)["text"] == "hello"


def test_what_was_read_names_the_version_to_write_to(alice: Person, general: str) -> None:
    for path, change in ((f"/v1/conversations/{general}", {"name": "x"}), ("/v1/users/me", {"name": "y"})):
        tag = alice.get(path).headers["ETag"]
        assert alice.put(path, change, headers={"If-Match": tag}).status == 200
        assert alice.put(path, change, headers={"If-Match": tag}).status == 412
        version = alice.get(path)["version"]
        assert alice.put(path, change, headers={"If-Match": f'"{version}"'}).status == 200


def unchanged(who: Person, path: str, tag: str) -> bool:
    answer = who.get(path, headers={"If-None-Match": tag})
    if answer.status == 304:
        assert (answer.text, answer.headers["ETag"]) == ("", who.get(path).headers["ETag"])
        assert "Content-Type" not in answer.headers
        return True
    assert answer.status == 200
    return False


def test_what_a_client_has_is_not_sent_again(acme: Workspace, alice: Person, bob: Person, general: str) -> None:
    message = f"/v1/messages/{alice.send(general)['id']}"
    for who, path in ((alice, f"/v1/conversations/{general}"), (alice, "/v1/users/bob"), (bob, message)):
        tag = who.get(path).headers["ETag"]
        for same in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            assert unchanged(who, path, same)
        for other in ('"x"', '""', tag.strip('"'), '"1"'):
            assert not unchanged(who, path, other)


def test_what_hangs_on_a_resource_changes_its_tag(alice: Person, bob: Person, general: str) -> None:
    sent = alice.send(general)["id"]
    message, group = f"/v1/messages/{sent}", f"/v1/conversations/{general}"

    def changes(path: str, act: Any) -> bool:
        tag = bob.get(path).headers["ETag"]
        assert unchanged(bob, path, tag)
        assert act().status < 300
        return not unchanged(bob, path, tag)

    assert changes(message, lambda: bob.post(f"{message}/reactions", {"reaction": "👍"}))
    assert changes(message, lambda: alice.send(general, "reply", parent_id=sent))
    assert changes(message, lambda: alice.put(message, {"text": "edited"}))
    assert changes(group, lambda: alice.send(general, "newer"))
    assert changes(group, lambda: bob.put(f"{group}/mute"))
    assert changes(group, lambda: alice.put(group, {"name": "other"}))


def test_who_may_not_read_is_told_nothing(alice: Person, carol: Person, general: str) -> None:
    tag = alice.get(f"/v1/conversations/{general}").headers["ETag"]
    for given in (tag, "*"):
        assert carol.get(f"/v1/conversations/{general}", headers={"If-None-Match": given}).status == 404


def test_every_answer_is_kept_to_its_type_and_to_https(alice: Person, general: str) -> None:
    for answer in (
        alice.get(f"/v1/conversations/{general}"),
        alice.get("/v1/conversations/x"),
        alice.send(general),
        alice.send(general, ""),
        alice.put(f"/v1/conversations/{general}/mute"),
        alice.post("/v1/messages", "{}", headers={"content-type": "text/plain"}),
        alice.get("/v1/users/me", headers={"If-None-Match": "*"}),
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
