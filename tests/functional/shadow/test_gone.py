"""What is hidden goes as messages go: with its author's erasure and with truncation; exports have it."""

from collections.abc import Iterator

import pytest

from parley.jobs import export_lines
from parley.jobs.export_lines import Record
from parley.messaging import truncating
from parley.messaging.messages.sending.claims import claim_key
from parley.settings import settings
from parley.tables import dynamodb
from tests.functional.shadow.conftest import shadow_ban
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import items_of, traces_of

ZOE = "zoe-4711"
"""An id that no text holds by accident."""


@pytest.fixture
def jobs(tables: None) -> Iterator[JobQueues]:
    with playing_jobs() as playing:
        yield playing


@pytest.fixture
def zoe(jobs: JobQueues, acme: Workspace, alice: Person, dave: Person) -> Person:
    return acme.person(ZOE)


@pytest.fixture
def room(alice: Person, dave: Person, zoe: Person) -> str:
    """Where zoe has hidden messages and replies, one of them under a hidden message."""
    room = alice.open_group(zoe, dave)
    root = alice.send(room, "root")["id"]
    shadow_ban(alice, room, ZOE)
    hidden = zoe.post("/v1/messages", {"conversation_id": room, "text": "hidden"}, key="k")["id"]
    for parent in (root, hidden):
        assert zoe.send(room, "reply", parent_id=parent, show_in_conversation=True).status == 201
    assert zoe.put(f"/v1/messages/{hidden}", {"text": "edited", "mentions": ["dave"]}).status == 200
    return room


def hidden_in(acme: Workspace) -> list[str]:
    return [
        raw["sk"]["S"] for raw in items_of(settings().chat_table, acme.tenant_id) if raw["sk"]["S"].startswith("S#")
    ]


@pytest.mark.parametrize("messages", ["anonymise", "remove"])
def test_an_erasure_of_its_author_leaves_no_trace(
    jobs: JobQueues, acme: Workspace, zoe: Person, room: str, messages: str
) -> None:
    assert acme.server.put(f"/v1/users/{ZOE}/shadow-ban", {"reason": "spam"}).status == 200
    assert hidden_in(acme)
    assert acme.server.delete(f"/v1/users/{ZOE}", messages=messages).status == 202
    jobs.run_all()
    assert hidden_in(acme) == []
    assert traces_of(acme.tenant_id, ZOE, "hidden", "edited", "spam") == []
    assert acme.server.get(f"/v1/users/{ZOE}/shadow-ban").code == "shadow_ban_not_found"
    assert acme.server.get(f"/v1/users/{ZOE}/shadowed-messages")["data"] == []


def test_who_is_mentioned_is_forgotten_there_too(jobs: JobQueues, acme: Workspace, zoe: Person, room: str) -> None:
    assert acme.server.delete("/v1/users/dave").status == 202
    jobs.run_all()
    assert not [raw for raw in items_of(settings().chat_table, acme.tenant_id) if "mentions" in raw]
    assert [each["text"] for each in zoe.get(f"/v1/conversations/{room}/messages", order="asc")["data"]][1] == "edited"


def test_truncation_removes_it(acme: Workspace, alice: Person, zoe: Person, room: str) -> None:
    truncated = alice.post(f"/v1/conversations/{room}/truncate", {})
    assert truncated.status == 200
    assert zoe.get(f"/v1/conversations/{room}/messages")["data"] == []
    for remove in (truncating.remove_messages, truncating.remove_rest):
        while remove(acme.tenant_id, room, truncated["truncated_seq"]).more:
            pass
    assert hidden_in(acme) == []
    claim = dynamodb.get(settings().control_table, claim_key(acme.tenant_id, ZOE, "k"), consistent=True)
    assert claim is not None
    assert "closed" in claim
    again = zoe.post("/v1/messages", {"conversation_id": room, "text": "hidden"}, key="k")
    assert again.code == "message_deleted"


def test_exports_have_it(acme: Workspace, zoe: Person, room: str) -> None:
    def told(user_id: str | None) -> list[Record]:
        found = []
        for raw in items_of(settings().chat_table, acme.tenant_id):
            records = export_lines.records_of(raw) if user_id is None else export_lines.own_records_of(raw, user_id)
            found += [each for each in records if each["type"] in {"message", "shadowed_message", "ban"}]
        return found

    hidden = [each for each in told(None) if each["type"] == "shadowed_message"]
    assert sorted(each["text"] for each in hidden) == ["edited", "reply", "reply"]
    assert {each["shown_to"] for each in hidden} == {ZOE}
    assert [each["shadow"] for each in told(None) if each["type"] == "ban"] == [True]
    own = told(ZOE)
    assert sorted(each["text"] for each in own) == ["edited", "reply", "reply"]
    assert "shadow" not in str(own)
    assert "shown_to" not in str(own)
    assert not [each for each in told("dave") if each["type"] != "ban"]
