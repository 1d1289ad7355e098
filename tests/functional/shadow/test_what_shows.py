"""What of a shadow ban could show after all: to its user by what is answered, to others by what is left or moves."""

from parley.messaging import truncating
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.functional.shadow.conftest import shadow_ban
from tests.functional.shadow.test_shadow_bans import texts
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

POLL = {"question": "Tea?", "options": [{"text": "Yes"}, {"text": "No"}]}


def test_a_hidden_reply_is_no_activity_of_its_thread(
    alice: Person, bob: Person, dave: Person, team: str, moved_clock: Clock
) -> None:
    quiet, busy = (alice.send(team, text)["id"] for text in ("quiet", "busy"))
    for root in (quiet, busy):
        dave.send(team, "first", parent_id=root)
        moved_clock.pass_seconds(10)
    paths = ("/v1/threads", f"/v1/threads/{quiet}", f"/v1/messages/{quiet}", f"/v1/conversations/{team}")
    shadow_ban(alice, team)
    before = [dave.get(path).text for path in paths]
    bob.send(team, "hidden", parent_id=quiet, show_in_conversation=True)
    assert [dave.get(path).text for path in paths] == before
    moved_clock.pass_seconds(10)
    dave.send(team, "second", parent_id=quiet)
    assert [each["id"] for each in dave.get("/v1/threads")["data"]] == [quiet, busy]


def test_a_hidden_reply_that_is_sent_again_is_no_activity_either(
    alice: Person, banned: Person, dave: Person, team: str, moved_clock: Clock
) -> None:
    root = alice.send(team, "root")["id"]
    dave.send(team, "first", parent_id=root)
    moved_clock.pass_seconds(10)
    before = dave.get(f"/v1/messages/{root}").text
    body = {"conversation_id": team, "text": "hidden", "parent_id": root}
    for lifted in (False, True, True):
        if lifted:
            alice.delete(f"/v1/conversations/{team}/bans/bob")
        assert banned.post("/v1/messages", body, key="one").status == 201
        assert dave.get(f"/v1/messages/{root}").text == before


def test_truncating_leaves_nothing_of_a_thread_that_one_alone_is_shown(
    acme: Workspace, alice: Person, banned: Person, team: str
) -> None:
    root = banned.send(team, "hidden root")
    reply = banned.send(team, "hidden reply", parent_id=root["id"])["id"]
    assert banned.put(f"/v1/messages/{reply}", {"text": "edited"}).status == 200
    for remove in (truncating.remove_messages, truncating.remove_rest):
        while remove(acme.tenant_id, team, root["seq"]).more:
            continue
    pk = keys.conversation(acme.tenant_id, team)
    left, _ = dynamodb.query(settings().chat_table, keys.thread_under(pk, root["seq"]))
    assert left == []
    rest, _ = dynamodb.query(settings().chat_table, pk)
    assert "hidden" not in str(rest)


def test_ones_own_hidden_message_takes_what_any_other_takes(alice: Person, banned: Person, team: str) -> None:
    own = banned.send(team, "look at https://example.com")["id"]
    assert banned.get(f"/v1/messages/{own}/reactions")["data"] == []
    assert banned.delete(f"/v1/messages/{own}/link_previews", url="https://example.com").status == 204
    other = banned.open_group(name="other")
    copy = banned.post(f"/v1/messages/{own}/forward", {"conversation_ids": [team, other]})
    assert [each["status"] for each in copy["data"]] == [201, 201], copy.text
    assert texts(alice, team) == []
    poll = banned.send(team, "", poll=POLL)["id"]
    assert banned.get(f"/v1/messages/{poll}/votes")["data"] == []
    assert banned.put(f"/v1/messages/{poll}/votes", {"options": []}).status == 200
    assert banned.post(f"/v1/messages/{poll}/poll/close")["results"]["closed_at"] is not None


def test_votes_are_answered_as_if_they_counted(alice: Person, bob: Person, dave: Person, team: str) -> None:
    polls = [alice.send(team, "", poll=POLL)["id"] for _ in range(2)]
    bob.put(f"/v1/messages/{polls[0]}/votes", {"options": ["2"]})
    shadow_ban(alice, team)
    for poll in polls:
        shown = dave.get(f"/v1/messages/{poll}")["poll"]
        results = bob.put(f"/v1/messages/{poll}/votes", {"options": ["1"]})["results"]
        assert (results["counts"], results["voters"], results["mine"]) == ({"1": 1, "2": 0}, 1, ["1"])
        assert dave.get(f"/v1/messages/{poll}")["poll"] == shown
    assert alice.post(f"/v1/messages/{polls[1]}/poll/close").status == 200
    assert bob.put(f"/v1/messages/{polls[1]}/votes", {"options": ["1"]}).code == "poll_closed"


def test_closing_ones_poll_of_before_reaches_nobody(alice: Person, bob: Person, dave: Person, team: str) -> None:
    poll = bob.send(team, "", poll=POLL)["id"]
    shadow_ban(alice, team)
    assert bob.post(f"/v1/messages/{poll}/poll/close")["results"]["closed_at"] is not None
    assert dave.get(f"/v1/messages/{poll}")["poll"]["results"]["closed_at"] is None
    assert dave.put(f"/v1/messages/{poll}/votes", {"options": ["1"]}).status == 200
