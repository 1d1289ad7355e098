"""In a large conversation those are told who watch it, whom a message mentions and who follows the thread."""

import pytest

from parley.realtime import audience
from tests.functional.realtime.test_delivery import of_types
from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.people import Person, Workspace


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members are many, in this test."""
    monkeypatch.setattr(audience, "SMALL", 2)


def test_in_a_large_conversation_watchers_and_the_mentioned_are_told_all(
    alice: Person, bob: Person, acme: Workspace, crowded: None, sockets: Sockets, stream: Stream
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    large = alice.open_group(bob, dave, erin)
    stream.deliver()
    watching, mentioned, idle = (sockets.connect(each) for each in (bob, dave, erin))
    watching.act("watch", conversation_id=large)
    alice.send(large, "one", mentions=["dave"])
    alice.send(large, "two")
    stream.deliver()
    assert [e["data"]["text"] for e in watching.events if e["type"] == "message.created"] == ["one", "two"]
    assert [e["data"]["text"] for e in mentioned.events if e["type"] == "message.created"] == ["one"]
    (bump,) = idle.events
    assert (bump["type"], bump["changed"], bump["data"]["last_seq"]) == ("conversation.updated", ["last_seq"], 2)


def test_in_a_large_conversation_who_is_in_a_mentioned_group_is_told_and_no_stranger(
    alice: Person, bob: Person, acme: Workspace, crowded: None, sockets: Sockets, stream: Stream
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    team = acme.server.post("/v1/user-groups", {"handle": "team", "name": "Team"})["id"]
    acme.server.post(f"/v1/user-groups/{team}/members", {"user_ids": ["dave", "erin"]})
    large = alice.open_group(bob, dave)
    stream.deliver()
    mentioned, stranger, other = (sockets.connect(each) for each in (dave, erin, bob))
    sent = alice.send(large, "@team", mentioned_groups=[team])["id"]
    stream.deliver()
    (event,) = mentioned.events
    assert (event["type"], event["data"]["mentioned_groups"]) == ("message.created", [team])
    assert stranger.events == []
    assert other.types() == ["conversation.updated"]
    alice.put(f"/v1/messages/{sent}", {"mentioned_groups": []})
    stream.deliver()
    assert len(mentioned.events) == 1
    alice.put(f"/v1/messages/{sent}", {"mentioned_groups": [team]})
    stream.deliver()
    assert (mentioned.events[-1]["type"], mentioned.events[-1]["changed"]) == (
        "message.updated",
        ["edited_at", "mentioned_groups"],
    )
    assert stranger.events == []


def test_in_a_large_conversation_whom_an_edit_mentions_is_told_of_it(
    alice: Person, bob: Person, acme: Workspace, crowded: None, sockets: Sockets, stream: Stream
) -> None:
    dave = acme.person("dave")
    large = alice.open_group(bob, dave)
    sent = alice.send(large, "hello")["id"]
    stream.deliver()
    mentioned, other = sockets.connect(dave), sockets.connect(bob)
    alice.put(f"/v1/messages/{sent}", {"mentions": ["dave"]})
    stream.deliver()
    (event,) = mentioned.events
    assert (event["type"], event["changed"], event["data"]["mentions"]) == (
        "message.updated",
        ["edited_at", "mentions"],
        ["dave"],
    )
    assert other.events == []


def test_in_a_large_conversation_a_silent_message_raises_it_for_nobody(
    alice: Person, bob: Person, acme: Workspace, crowded: None, sockets: Sockets, stream: Stream
) -> None:
    large = alice.open_group(bob, acme.person("dave"))
    stream.deliver()
    watching, idle = sockets.connect(alice), sockets.connect(bob)
    watching.act("watch", conversation_id=large)
    alice.send(large, "psst", silent=True)
    stream.deliver()
    assert [e["data"]["silent"] for e in watching.events if e["type"] == "message.created"] == [True]
    assert idle.events == []


def test_in_a_large_conversation_who_follows_a_thread_is_told_of_replies(
    alice: Person, bob: Person, acme: Workspace, crowded: None, sockets: Sockets, stream: Stream
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    large = alice.open_group(bob, dave, erin)
    root = str(alice.send(large)["id"])
    dave.put(f"/v1/threads/{root}/follow")
    erin.delete(f"/v1/threads/{root}/follow")
    stream.deliver()
    following, turned_away, idle = (sockets.connect(each) for each in (dave, erin, bob))
    alice.send(large, "reply", parent_id=root)
    stream.deliver()
    assert [e["data"]["text"] for e in following.events if e["type"] == "message.created"] == ["reply"]
    assert of_types([*turned_away.types(), *idle.types()], "message.created") == []
