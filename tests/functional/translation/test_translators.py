"""Who translates: a tenant's server that may say anything, and Amazon Translate, within what a tenant allows."""

from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import jsonschema
import pytest

from infrastructure.contract.webhooks import TranslateCall
from parley.messaging.messages.translations.kept import MOST_BYTES
from parley.outbound.circuit import FAILURES_TO_OPEN
from parley.outbound.hooks import endpoint_key
from parley.outbound.items import EndpointItem
from parley.tables import keys
from tests.functional.translation.conftest import Amazon, by_amazon, by_hook, saying, translate
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server, closed_port, flood

Behave = Callable[[BaseHTTPRequestHandler], None]


def test_the_question_is_as_documented(anna: Person, general: str, translator: Server) -> None:
    translate(anna, anna.send(general, "Grüße")["id"])
    schema = {**TranslateCall.model_json_schema(mode="serialization"), "additionalProperties": False}
    jsonschema.validate(translator.received[0].event, schema)


@pytest.mark.parametrize(
    "behave",
    [
        saying("Hallo", 500),
        saying("Hallo", 302),
        saying("Hallo", 401),
        saying("Hallo", 404),
        saying("Hallo", 429),
        saying(b"Hallo"),
        saying(b"{}"),
        saying(""),
        saying("\u200b"),
        saying("a\0b"),
        saying(["Hallo"]),
        saying("x" * (MOST_BYTES + 1)),
        flood,
    ],
)
def test_what_is_no_translation_is_none(anna: Person, general: str, translator: Server, behave: Behave) -> None:
    translator.behave = behave
    message_id = anna.send(general, "Hello")["id"]
    refused = translate(anna, message_id)
    assert (refused.status, refused.code, refused["retryable"]) == (503, "translation_unavailable", True)
    assert anna.get(f"/v1/messages/{message_id}")["translations"] == {}
    translator.behave = saying("Hallo")
    assert translate(anna, message_id)["text"] == "Hallo"


def test_a_server_may_say_that_it_does_not_translate_this(anna: Person, general: str, translator: Server) -> None:
    translator.behave = saying("no", 422)
    refused = translate(anna, anna.send(general, "Hello")["id"])
    assert (refused.status, refused.code) == (422, "not_translatable")
    assert EndpointItem.at(endpoint_key(anna.tenant_id, keys.TRANSLATOR_SK)) is None


def test_one_that_is_down_is_left_alone_and_sends_go_on(
    alice: Person, general: str, secret: str, local_stage: None, moved_clock: Clock, translator: Server
) -> None:
    asked = by_hook(alice, f"http://127.0.0.1:{closed_port()}/translate")
    message_id = asked.send(general, "Hello")["id"]
    for _ in range(FAILURES_TO_OPEN):
        assert translate(asked, message_id).code == "translation_unavailable"
    up = by_hook(alice, translator.url)
    assert translate(up, message_id).code == "translation_unavailable"
    assert translator.received == []
    assert asked.send(general, "still").status == 201
    moved_clock.pass_seconds(12)
    assert translate(up, message_id)["text"] == "Hallo"


def test_without_a_secret_nobody_is_asked(alice: Person, general: str, translator: Server) -> None:
    asked = by_hook(alice, translator.url)
    assert translate(asked, asked.send(general, "Hello")["id"]).code == "translation_unavailable"
    assert translator.received == []


def test_a_server_is_at_a_checked_address_and_has_a_secret(acme: Workspace) -> None:
    path, server = f"/v1/tenants/{acme.tenant_id}", acme.server
    from tests.functional.moderation.conftest import stored  # noqa: PLC0415 - the tenant as the operator has made it

    stored(acme)

    def refusal(**said: object) -> str:
        refused = server.put(path, {"settings": said})
        assert refused.status == 422, refused.text
        return str(refused["errors"][0]["code"])

    assert refusal(translation="hook") == "no_url"
    assert refusal(translation="hook", translation_url="https://acme.example/t") == "no_secret"
    assert server.post("/v1/moderation/pre-send/rotate-secret", {}).status == 200
    for url in ("http://acme.example/t", "https://127.0.0.1/t", "https://localhost/t", "ftp://acme.example"):
        assert refusal(translation="hook", translation_url=url) == "invalid_webhook_url"
    chosen = {"translation": "hook", "translation_url": "https://acme.example/t"}
    assert server.put(path, {"settings": chosen})["settings"]["translation"] == "hook"
    assert refusal(translation_url=None) == "no_url"
    assert server.put(path, {"settings": {"translation": "off", "translation_url": None}}).status == 200


def test_amazon_translates(alice: Person, bob: Person, general: str, amazon: Amazon) -> None:
    message_id = alice.send(general, "Hello")["id"]
    assert translate(by_amazon(bob), message_id)["text"] == "[de] Hello"
    assert translate(by_amazon(alice), message_id)["text"] == "[de] Hello"
    assert amazon.asked == [{"Text": "Hello", "SourceLanguageCode": "auto", "TargetLanguageCode": "de"}]


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        ("UnsupportedLanguagePairException", (422, "not_translatable")),
        ("DetectedLanguageLowConfidenceException", (422, "not_translatable")),
        ("TooManyRequestsException", (503, "translation_unavailable")),
        ("AccessDeniedException", (503, "translation_unavailable")),
    ],
)
def test_what_amazon_refuses(
    alice: Person, general: str, amazon: Amazon, refusal: str, expected: tuple[int, str]
) -> None:
    message_id = alice.send(general, "Hello")["id"]
    amazon.refusal = refusal
    refused = translate(by_amazon(alice), message_id)
    assert (refused.status, refused.code) == expected
    assert refusal not in refused.text
    assert alice.get(f"/v1/messages/{message_id}")["translations"] == {}


def test_amazon_is_given_so_many_characters_a_day(alice: Person, bob: Person, general: str, amazon: Amazon) -> None:
    sent = [str(alice.send(general, "x" * 60)["id"]) for _ in range(2)]
    limited = by_amazon(alice, translated_characters_per_day=1000)
    assert translate(limited, sent[0]).status == 200
    refused = translate(limited, sent[1])
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert len(amazon.asked) == 1
    assert translate(limited, sent[0]).status == 200, "what is kept costs nothing"
    assert translate(by_amazon(bob, translated_characters_per_day=1000), sent[1]).status == 200


def test_what_was_translated_stays_where_translation_is_switched_off(anna: Person, alice: Person, general: str) -> None:
    message_id = anna.send(general, "Hello")["id"]
    assert translate(anna, message_id).status == 200
    assert translate(replace(alice, tenant_settings={}), message_id)["text"] == "Hallo"
