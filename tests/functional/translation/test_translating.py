"""Translations of messages: made once, kept with what the message says, and gone with it."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import Place
from parley.messaging.messages.translations.kept import MOST_BYTES, MOST_LANGUAGES, with_translation
from parley.messaging.messages.translations.languages import LANGUAGES
from parley.streams.events import events_of
from tests.functional.translation.conftest import by_hook, saying, translate
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server


def stored(who: Person, message_id: str) -> MessageItem:
    address = MessageAddress.parse(message_id)
    assert address is not None
    item = MessageItem.at(Place(who.tenant_id, address).message, consistent=True)
    assert item is not None
    return item


@pytest.fixture
def hello(anna: Person, general: str) -> str:
    return str(anna.send(general, "Hello")["id"])


def test_a_message_is_translated_once_for_all_who_read_it(
    anna: Person, bert: Person, general: str, hello: str, translator: Server, secret: str
) -> None:
    stream = ChangeStream()
    asked = translate(bert, hello)
    assert (asked.status, asked.body) == (200, {"message_id": hello, "language": "de", "text": "Hallo"})
    (received,) = translator.received
    assert received.is_signed_with(secret)
    question = received.event
    assert question.pop("asked_at").endswith("Z")
    assert question.pop("id") == received.headers["webhook-id"]
    assert question == {
        "type": "message.translate",
        "tenant_id": anna.tenant_id,
        "conversation_id": general,
        "message_id": hello,
        "text": "Hello",
        "language": "de",
    }
    with metered() as cost:
        assert translate(anna, hello).body == asked.body
    assert len(translator.received) == 1, "the second reader costs no call"
    assert (cost.reads, cost.writes) == (1.5, 0)
    seen = anna.get(f"/v1/messages/{hello}")
    assert (seen["translations"], seen["edited_at"], seen["version"]) == ({"de": "Hallo"}, None, 2)
    told = [event for change in changes(stream.take(anna.tenant_id)) for event in events_of(change)]
    (event,) = [event for event in told if event.type.startswith("message.")]
    assert (event.type, event.changed) == ("message.updated", ["translations"])
    assert event.data["translations"] == {"de": "Hallo"}


def test_a_reply_is_translated_too(anna: Person, bert: Person, general: str, hello: str) -> None:
    reply = anna.send(general, "Good morning", parent_id=hello)["id"]
    assert translate(bert, reply)["text"] == "Hallo"
    assert anna.get(f"/v1/messages/{reply}")["translations"] == {"de": "Hallo"}


def test_who_may_not_read_may_not_ask(
    anna: Person, carol: Person, mallory: Person, hello: str, translator: Server
) -> None:
    for stranger in (by_hook(carol, translator.url), by_hook(mallory, translator.url)):
        assert translate(stranger, hello).code == "message_not_found"
    assert translate(anna, "nothing").code == "message_not_found"
    assert translator.received == []


def test_what_a_member_has_cleared_is_not_translated(anna: Person, bert: Person, general: str, hello: str) -> None:
    translate(anna, hello)
    assert bert.post(f"/v1/conversations/{general}/clear", {}).status == 200
    assert translate(bert, hello).code == "message_not_found"


def test_an_archive_is_read_in_other_languages(anna: Person, bert: Person, general: str, hello: str) -> None:
    assert anna.delete(f"/v1/conversations/{general}").status in {200, 204}
    assert translate(bert, hello)["text"] == "Hallo"


def test_nobody_translates_unless_the_tenant_says_who(alice: Person, general: str) -> None:
    assert translate(alice, alice.send(general, "Hello")["id"]).code == "translation_off"


@pytest.mark.parametrize("language", ["", "d", "deu", "DE", "de-DE", "xx", "zz", 1, None])
def test_a_language_is_named_by_its_code(anna: Person, hello: str, translator: Server, language: Any) -> None:
    refused = translate(anna, hello, language)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert translator.received == []


def test_what_says_nothing_in_words_is_refused(anna: Person, general: str, hello: str, translator: Server) -> None:
    place = anna.post("/v1/messages", {"conversation_id": general, "location": {"latitude": 1.0, "longitude": 2.0}})
    assert translate(anna, place["id"]).code == "nothing_to_translate"
    long = anna.send(general, "ä" * 5001)
    refused = translate(anna, long["id"])
    assert (refused.status, refused.code) == (422, "not_translatable")
    anna.delete(f"/v1/messages/{hello}")
    assert translate(anna, hello).code == "message_deleted"
    assert translator.received == []


@pytest.mark.parametrize("hard", ["", "true"])
def test_a_deletion_takes_translations(anna: Person, acme: Workspace, hello: str, hard: str) -> None:
    translate(anna, hello)
    assert acme.server.delete(f"/v1/messages/{hello}", **({"hard": hard} if hard else {})).status in {200, 204}
    assert stored(anna, hello).translations is None


def test_an_edit_takes_translations_unless_the_text_stays(anna: Person, hello: str, translator: Server) -> None:
    translate(anna, hello)
    assert anna.put(f"/v1/messages/{hello}", {"custom": {"a": 1}})["translations"] == {"de": "Hallo"}
    assert anna.put(f"/v1/messages/{hello}", {"text": "Bye"})["translations"] == {}
    translator.behave = saying("Tschüss")
    assert translate(anna, hello)["text"] == "Tschüss"


def test_a_forwarded_message_is_translated_anew(anna: Person, general: str, hello: str, translator: Server) -> None:
    translate(anna, hello)
    sent = anna.post(f"/v1/messages/{hello}/forward", {"conversation_ids": [general]})
    (result,) = sent["data"]
    assert result["message"]["translations"] == {}


@pytest.mark.parametrize("what", ["edit", "delete", "erase", "custom", "other"])
def test_what_happens_while_a_text_is_translated_holds(
    anna: Person, acme: Workspace, hello: str, translator: Server, what: str
) -> None:
    path = f"/v1/messages/{hello}"
    happen: dict[str, Callable[[], Any]] = {
        "edit": lambda: anna.put(path, {"text": "Bye"}),
        "custom": lambda: anna.put(path, {"custom": {"a": 1}}),
        "delete": lambda: anna.delete(path),
        "erase": lambda: acme.server.delete(path, hard="true"),
        "other": lambda: translate(anna, hello, "fr"),
    }

    def meanwhile(handler: Any) -> None:
        translator.behave = saying("Salut")
        assert happen[what]().status in {200, 204}
        saying("Hallo")(handler)

    translator.behave = meanwhile
    asked = translate(anna, hello)
    expected = {
        "edit": (503, "unavailable"),
        "delete": (409, "message_deleted"),
        "erase": (409, "message_deleted"),
    }
    assert (asked.status, asked.body.get("code")) == expected.get(what, (200, None))
    kept = stored(anna, hello).translations
    assert kept == {"custom": {"de": "Hallo"}, "other": {"fr": "Salut", "de": "Hallo"}}.get(what)


def test_who_asks_first_at_the_same_moment_has_what_is_kept(
    anna: Person, bert: Person, hello: str, translator: Server
) -> None:
    def meanwhile(handler: Any) -> None:
        translator.behave = saying("Servus")
        assert translate(bert, hello)["text"] == "Servus"
        saying("Hallo")(handler)

    translator.behave = meanwhile
    assert translate(anna, hello)["text"] == "Servus"
    seen = anna.get(f"/v1/messages/{hello}")
    assert (seen["translations"], seen["version"]) == ({"de": "Servus"}, 2)


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_at_any_call_is_made_up_for(anna: Person, hello: str, calls: int) -> None:
    with crash_after(calls), suppress(Exception):  # the crash
        translate(anna, hello, key="k")
    assert translate(anna, hello)["text"] == "Hallo"
    assert anna.get(f"/v1/messages/{hello}")["translations"] == {"de": "Hallo"}


def test_a_replay_is_answered_alike(anna: Person, hello: str, translator: Server) -> None:
    first = translate(anna, hello, key="k")
    again = translate(anna, hello, key="k")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, first.body, "true")
    assert translate(anna, hello, "fr", key="k").code == "idempotency_key_reused"


def test_who_changes_the_message_at_the_same_moment_loses_nothing(anna: Person, hello: str) -> None:
    with before_call("UpdateItem", lambda: anna.put(f"/v1/messages/{hello}/pin")):
        assert translate(anna, hello).status == 200
    seen = anna.get(f"/v1/messages/{hello}")
    assert seen["pinned_by"] == "alice"
    assert seen["translations"] == {"de": "Hallo"}


def test_a_message_keeps_few_languages(anna: Person, hello: str, translator: Server) -> None:
    chosen = sorted(LANGUAGES)[: MOST_LANGUAGES + 1]
    for language in chosen:
        translator.behave = saying(f"in {language}")
        assert translate(anna, hello, language)["text"] == f"in {language}"
    assert list(anna.get(f"/v1/messages/{hello}")["translations"]) == chosen[1:]


TEXTS = st.builds(str.__mul__, st.sampled_from("aä語😀"), st.integers(1, MOST_BYTES // 4))


@given(st.lists(st.tuples(st.sampled_from(sorted(LANGUAGES)), TEXTS)))
def test_what_is_kept_is_bounded_and_has_what_was_asked_for_last(asked: list[tuple[str, str]]) -> None:
    kept: dict[str, str] = {}
    for language, text in asked:
        kept = with_translation(kept, language, text)
        assert list(kept.items())[-1] == (language, text)
        assert len(kept) <= MOST_LANGUAGES
        assert sum(len(each.encode()) for each in kept.values()) <= MOST_BYTES
    assert set(kept.items()) <= set(asked)


def test_an_export_has_them_and_no_secret(anna: Person, hello: str) -> None:
    from parley.jobs.export_lines import records_of  # noqa: PLC0415 - beside what it tests

    translate(anna, hello)
    (record,) = records_of(stored(anna, hello).serialize())
    assert record["translations"] == {"de": "Hallo"}
    anna.delete(f"/v1/messages/{hello}")
    assert b"Hallo" not in json.dumps(list(records_of(stored(anna, hello).serialize()))).encode()
