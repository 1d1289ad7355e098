"""`parley search`: what it asks, and how it prints what is found."""

from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ((), {"q": "soup", "sort": "relevance", "message_type": None, "limit": 10}),
        (
            ("--message-type", "alert", "--sort", "recent", "--limit", "3"),
            {"q": "soup", "sort": "recent", "message_type": "alert", "limit": 3},
        ),
    ],
)
def test_messages_are_searched_as_the_options_say(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], asked: dict[str, Any]
) -> None:
    said: list[dict[str, Any]] = []
    message = {"created_at": "2026-11-23T10:00:00.000Z", "author_id": "ada", "text": "Soup & salad"}

    def search(_: Client, **query: Any) -> dict[str, Any]:
        said.append(query)
        return {"data": [{"message": message, "highlights": ["<em>Soup</em> &amp; salad"]}], "did_you_mean": None}

    monkeypatch.setattr(Client, "search_messages", search)
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token"))
    done = CliRunner().invoke(app, ["search", "soup", *words], catch_exceptions=False)
    assert (done.exit_code, said) == (0, [asked])
    assert done.stdout.rstrip().endswith("ada: Soup & salad")
