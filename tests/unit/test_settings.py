"""Settings: read at first use, refused by name where a function cannot work without them."""

from collections.abc import Callable

import pytest

from parley import settings as module
from parley.settings import (
    JobSettings,
    KafkaSettings,
    MediaSettings,
    MissingVariable,
    PreviewSettings,
    PushSettings,
    RealtimeSettings,
    SearchSettings,
    Settings,
    StreamSettings,
    Variable,
    WebhookSettings,
)
from tests.support.clients.modules import run

GROUPS: list[Callable[[], object]] = [
    Settings,
    MediaSettings,
    SearchSettings,
    RealtimeSettings,
    KafkaSettings,
    StreamSettings,
    JobSettings,
    WebhookSettings,
    PreviewSettings,
    PushSettings,
]


def variables(group: object, *, required: bool) -> list[tuple[str, str]]:
    """The members of a settings class and their variables."""
    members = vars(group).items()
    return [(member, each.name) for member, each in members if isinstance(each, Variable) and each.required is required]


REQUIRED = [(group, *pair) for group in GROUPS for pair in variables(group, required=True)]
OPTIONAL = [(group, *pair) for group in GROUPS for pair in variables(group, required=False)]


@pytest.mark.parametrize(("group", "member", "name"), REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_required_variable_that_is_missing_or_empty_is_refused_by_its_name(
    group: Callable[[], object], member: str, name: str, value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)
    made = group()
    with pytest.raises(MissingVariable, match=f"^The environment variable {name} is not set$") as refused:
        getattr(made, member)
    assert refused.value.name == name


@pytest.mark.parametrize(("group", "member", "name"), OPTIONAL)
def test_an_optional_variable_may_be_missing(
    group: Callable[[], object], member: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    assert getattr(group(), member) in {"", (), "INFO", "1s", "parley", "127.0.0.1:2000"}


def test_what_cannot_be_done_without_is_required() -> None:
    """A default of any of these would lead a deployed function to the wrong place, or past a check."""
    names = {name for _, _, name in REQUIRED}
    assert names >= {"PARLEY_STAGE", "CHAT_TABLE", "CONTROL_TABLE", "MEDIA_BUCKET", "MEDIA_SCANNER", "SEARCH_ENDPOINT"}
    assert names >= {"EXPORT_BUCKET", "FAILURE_BUCKET", "WEBHOOK_QUEUE_URL", "SOCKET_MANAGEMENT_URL", "AWS_REGION"}


def test_each_variable_has_one_member() -> None:
    names = [name for _, _, name in REQUIRED + OPTIONAL]
    assert len(names) == len(set(names))


def test_a_variable_that_another_member_needs_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_TABLE", "chat-7")
    monkeypatch.delenv("CONTROL_TABLE")
    assert Settings().chat_table == "chat-7"


def test_a_variable_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_TABLE", "chat-1")
    made = Settings()
    assert made.chat_table == "chat-1"
    monkeypatch.setenv("CHAT_TABLE", "chat-2")
    assert (made.chat_table, Settings().chat_table) == ("chat-1", "chat-2")


def test_numbers_and_lists_are_read_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH_SHARDS", "3")
    monkeypatch.setenv("SEARCH_READER_ROLES", "arn:a,,arn:b")
    assert (SearchSettings().shards, SearchSettings().readers) == (3, ("arn:a", "arn:b"))


def test_an_emulator_names_the_socket_api_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCKET_MANAGEMENT_URL", "https://sockets.example.com/v1")
    assert RealtimeSettings().management_url == "https://sockets.example.com/v1"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    monkeypatch.setenv("SOCKET_API_ID", "abc")
    monkeypatch.setenv("SOCKET_STAGE", "v1")
    assert RealtimeSettings().management_url == "http://localhost:4566/_aws/execute-api/abc/v1"


def test_only_the_platforms_that_have_an_application_are_pushed_through(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in module.PUSH_PLATFORMS:
        monkeypatch.delenv(f"PUSH_{platform.upper()}_APPLICATION", raising=False)
    monkeypatch.setenv("PUSH_FCM_APPLICATION", "arn:fcm")
    assert PushSettings().applications == {"fcm": "arn:fcm"}


def test_nothing_is_read_when_the_module_is_imported() -> None:
    assert run("import os; os.environ = None; import parley.settings; print('imported')") == "imported"
