"""A tenant whose messages are translated: by a server on loopback, or by one that speaks as Amazon Translate does."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from parley.messaging.messages.translations import translators
from tests.support.aws.gateway import Answer
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server, answer, serving

ROTATE = "/v1/moderation/pre-send/rotate-secret"
Translate = Callable[..., Answer]


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """A process that has met no translator."""
    translators._amazon.cache_clear()
    yield
    translators.endpoints.forget()
    translators._amazon.cache_clear()


def by_hook(who: Person, url: str) -> Person:
    """The person, once their tenant has named this server."""
    return replace(who, tenant_settings={**who.tenant_settings, "translation": "hook", "translation_url": url})


def by_amazon(who: Person, **said: Any) -> Person:
    return replace(who, tenant_settings={**who.tenant_settings, "translation": "amazon", **said})


def saying(text: object, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    return answer(text if isinstance(text, bytes) else json.dumps({"text": text}).encode(), status)


@pytest.fixture
def translator(local_stage: None) -> Iterator[Server]:
    """A tenant's server that translates everything into "Hallo"."""
    with serving() as listening:
        listening.behave = saying("Hallo")
        yield listening


@pytest.fixture
def secret(acme: Workspace) -> str:
    return str(acme.server.post(ROTATE, {})["secret"])


@pytest.fixture
def anna(alice: Person, translator: Server, secret: str) -> Person:
    """Alice, for whom the server translates."""
    return by_hook(alice, translator.url)


@pytest.fixture
def bert(bob: Person, translator: Server, secret: str) -> Person:
    """Bob, for whom the server translates."""
    return by_hook(bob, translator.url)


def translate(who: Person, message_id: str, language: str = "de", **options: Any) -> Answer:
    return who.post(f"/v1/messages/{message_id}/translations", {"language": language}, **options)


@dataclass
class Amazon:
    """What Amazon Translate was asked, and what it answers."""

    server: Server
    asked: list[dict[str, Any]] = field(default_factory=list)
    refusal: str | None = None

    def behave(self, handler: BaseHTTPRequestHandler) -> None:
        received = self.server.received[-1]
        assert received.headers["x-amz-target"].endswith(".TranslateText")
        assert received.headers["authorization"].startswith("AWS4-HMAC-SHA256")
        self.asked.append(received.event)
        if self.refusal is not None:
            answer(json.dumps({"__type": self.refusal}).encode(), 400)(handler)
            return
        said = {"TranslatedText": f"[{received.event['TargetLanguageCode']}] {received.event['Text']}"}
        languages = {"SourceLanguageCode": "en", "TargetLanguageCode": received.event["TargetLanguageCode"]}
        answer(json.dumps(said | languages).encode())(handler)


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch, local_stage: None) -> Iterator[Amazon]:
    with serving() as listening:
        played = Amazon(listening)
        listening.behave = played.behave
        monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", f"http://127.0.0.1:{listening.port}")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield played
