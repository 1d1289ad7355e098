"""Texts that say nothing, names that cannot be seen or read as others, in every domain that takes them."""

from collections.abc import Callable

import pytest

from parley.texts import check_name, says_something
from tests.support.aws.gateway import Answer
from tests.support.people.people import Person, Workspace

BLANK = ["\u200b", "\u2800", " \u00a0\u3000", "\u2060\ufeff", "\u3164\uffa0", "\u115f\u1160", "\ufe0f", "\n"]
BLANK += ["\U000e0041", "\u034f\u17b4", "\u00ad", "\u180e", "\U0001d173", "\u202e\u2066", "\u0007"]
VISIBLE = ["a", "\u200ba\u200b", "👍", "❤️", "👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "שלום", "½"]
VISIBLE += ["\u0645\u06cc\u200c\u062e\u0648\u0627"]
VISIBLE += ["\u0e01\u0e33", "\uff41", "\u0601", "\U0001f9ff", "\U0001f3f4\U000e0067\U000e0062\U000e007f"]
TURNED = ["invoice\u202efdp.exe", "\u2066admin", "a\u202ab\u202c", "ad\u2069min", "two\u2028lines", "a\u0085b"]
TURNED += ["a\tb", "a\0"]
names = pytest.mark.parametrize("name", [*BLANK, *TURNED], ids=ascii)


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_a_text_without_a_form_says_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", VISIBLE, ids=ascii)
def test_a_text_that_can_be_seen_says_something_and_is_a_name(text: str) -> None:
    assert says_something(text)
    assert check_name(text) == text


@pytest.mark.parametrize("text", [*BLANK, "\0", "a\0b"], ids=ascii)
def test_a_message_that_says_nothing_is_refused(alice: Person, general: str, text: str) -> None:
    sent = alice.send(general, "said")["id"]
    for refused in (
        alice.send(general, text),
        alice.send(general, text, parent_id=sent),
        alice.put(f"/v1/messages/{sent}", {"text": text}),
    ):
        assert refused.status == 422, refused.text
    assert [one["text"] for one in alice.get(f"/v1/conversations/{general}/messages")["data"]] == ["said"]


@pytest.mark.parametrize("text", [*VISIBLE, "one\n\ttwo", "turned \u202e"], ids=ascii)
def test_a_message_that_says_something_comes_back_as_it_was(alice: Person, general: str, text: str) -> None:
    sent = alice.send(general, text)
    assert (sent.status, sent["text"]) == (201, text)


Naming = Callable[[Person, str], Answer]
NAMINGS: dict[str, Naming] = {
    "a user": lambda alice, name: alice.put("/v1/users/me", {"name": name}),
    "a group": lambda alice, name: alice.post("/v1/conversations", {"type": "group", "name": name}),
    "a channel": lambda alice, name: alice.post("/v1/conversations", {"type": "channel", "name": name}),
    "a group anew": lambda alice, name: alice.put(f"/v1/conversations/{alice.open_group()}", {"name": name}),
    "a status": lambda alice, name: alice.put("/v1/users/me/status", {"status_text": name}),
    "a file": lambda alice, name: alice.post("/v1/upload", {"filename": name, "content_type": "text/plain", "size": 1}),
}


@pytest.mark.parametrize("naming", NAMINGS.values(), ids=NAMINGS.keys())
@names
def test_a_name_that_cannot_be_read_as_it_is_written_is_refused(alice: Person, naming: Naming, name: str) -> None:
    refused = naming(alice, name)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text


@pytest.mark.parametrize("naming", [NAMINGS[name] for name in ("a user", "a group", "a status")])
@pytest.mark.parametrize("name", VISIBLE, ids=ascii)
def test_a_name_in_any_script_is_taken(alice: Person, naming: Naming, name: str) -> None:
    assert naming(alice, name).status in (200, 201)


@pytest.mark.parametrize("text", ["\u200b", "a\0b", "spam\u202emaps", "\u2066", "a\x1b[31mb"], ids=ascii)
def test_notes_are_texts_too(acme: Workspace, alice: Person, bob: Person, general: str, text: str) -> None:
    sent = bob.send(general)["id"]
    assert alice.post(f"/v1/messages/{sent}/flag", {"reason": text}).status == 422
    assert alice.post(f"/v1/messages/{sent}/flag", {"reason": "spam"}).status in (200, 201, 202, 204)
    assert acme.server.put("/v1/moderation/block-list", {"entries": [{"word": text}]}).status == 422
    assert alice.put(f"/v1/conversations/{general}/bans/bob", {"reason": text}).status == 422
    hook = {"url": "https://example.com/", "description": text}
    assert acme.server.post("/v1/webhooks", hook).status == 422
    [flag] = acme.server.get("/v1/moderation/flags")["data"]
    resolve = {"resolution": "dismissed", "note": text}
    assert acme.server.post(f"/v1/moderation/flags/{flag['id']}/resolve", resolve).status == 422


@pytest.mark.parametrize("text", ["", "spam", "two\nlines\tand a tab", "שלום"], ids=ascii)
def test_a_note_has_lines_and_may_be_empty(
    acme: Workspace, alice: Person, bob: Person, general: str, text: str
) -> None:
    banned = alice.put(f"/v1/conversations/{general}/bans/bob", {"reason": text})
    assert (banned.status, banned["reason"]) == (200, text)


@pytest.mark.parametrize("end", ["\u202egpj.exe", "\u200f", "\u2066x"], ids=ascii)
def test_an_address_does_not_turn_its_direction(acme: Workspace, alice: Person, end: str) -> None:
    url = f"https://example.com/{end}"
    assert alice.put("/v1/users/me", {"avatar_url": url}).status == 422
    assert alice.post("/v1/conversations", {"type": "group", "name": "g", "avatar_url": url}).status == 422
    if end != "\u200f":
        assert acme.server.post("/v1/webhooks", {"url": url}).status == 422
    upload = {"filename": "a.txt", "content_type": f"text/plain; name={end}", "size": 1}
    assert alice.post("/v1/upload", upload).status == 422


def test_an_address_does_not_hold_controls(alice: Person) -> None:
    changed = alice.put("/v1/users/alice", {"avatar_url": "https://a.example/\0"})
    assert (changed.status, changed.code) == (422, "validation_failed")
