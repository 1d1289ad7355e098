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
        "declared_type": None,
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


def test_a_hit_shows_what_it_quotes_to_whoever_sees_that(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    said = alice.send(general, "first thing")["id"]
    bob.send(general, "a needle", quoted_message_id=said)
    index()
    assert alice.post(f"/v1/conversations/{general}/clear", {"message_id": said}).status == 200
    for path in (PATH, "/v1/search/global"):
        his, hers = (who.get(path, q="needle") for who in (bob, alice))
        (his_hit,), (her_hit,) = ((each["data"] if path == PATH else each["messages"]["data"]) for each in (his, hers))
        assert his_hit["message"]["quoted_message"]["text"] == "first thing"
        assert her_hit["message"]["quoted_message_id"] == said
        assert her_hit["message"]["quoted_message"] is None


def test_a_poll_is_found_by_its_question_and_options(alice: Person, bob: Person, general: str, index: Index) -> None:
    poll = {"question": "Where shall we meet?", "options": [{"text": "The harbour"}, {"text": "The museum"}]}
    sent = alice.send(general, "", poll=poll)
    alice.send(general, "Hello", poll=poll | {"question": "Who brings a lantern?"})
    index()
    for q in ("meet", '"shall we meet"', "harbour -lantern"):
        assert [hit["message"]["id"] for hit in bob.get(PATH, q=q)["data"]] == [sent["id"]], q
    assert texts(bob, "lantern") == ["Hello"]
    (hit, _) = bob.get(PATH, q="museum", sort="recent")["data"][::-1]
    assert hit["message"]["poll"]["question"] == "Where shall we meet?"
    assert "<em>museum</em>" in hit["highlights"][0]
    assert bob.get(PATH, q="lanterm")["did_you_mean"] == "lantern"
