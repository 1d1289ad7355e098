"""GET /v1/search/messages: what is found, what it looks like, and what it costs."""

from collections.abc import Callable

from tests.support.people.people import Person

PATH = "/v1/search/messages"
Index = Callable[[], None]


def texts(person: Person, q: str = "", **query: object) -> list[str]:
    found = person.get(PATH, **({"q": q} if q else {}), **query)
    assert found.status == 200, found.text
    return [hit["message"]["text"] for hit in found["data"]]


def test_a_member_finds_what_was_said(alice: Person, bob: Person, general: str, index: Index) -> None:
    sent = alice.send(general, "The <launch> meetings are on Monday")
    bob.send(general, "ok")
    index()
    found = bob.get(PATH, q="meeting")
    assert found.status == 200, found.text
    (hit,) = found["data"]
    assert hit["message"]["id"] == sent["id"]
    assert hit["message"]["text"] == "The <launch> meetings are on Monday"
    assert hit["conversation"] == {
        "id": general,
        "type": "group",
        "name": "general",
        "avatar_url": None,
        "archived": False,
        "is_member": True,
    }
    assert hit["highlights"] == ["The &lt;launch&gt; <em>meetings</em> are on Monday"]
    assert found["next_cursor"] is None
    assert found["total"] is found["did_you_mean"] is None


def test_a_stranger_and_another_tenant_find_nothing(
    alice: Person, carol: Person, mallory: Person, general: str, index: Index
) -> None:
    alice.send(general, "a secret plan")
    mallory.open_group(name="theirs")
    index()
    assert texts(alice, "secret") == ["a secret plan"]
    assert texts(carol, "secret") == []
    assert texts(mallory, "secret") == []
    assert texts(carol, "secret", conversation_id=general) == []
    assert texts(mallory, f"secret in:{general}") == []
