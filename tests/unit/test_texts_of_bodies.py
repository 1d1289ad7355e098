"""Every text that a request's body holds, in every domain: none takes what cannot be read as it is written."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

import parley
from parley.wire import Body

TRICKS = {"NUL": "aaaaaaaa\0aaaaaaaa", "turned": "aaaaaaaa\u202eaaaaaaaa", "unseen": "\u200b" * 16}

LOOKED_UP = "an id that is looked up: what names nothing is not found"
NAMED_ELSEWHERE = "what another chat calls it, which nobody is shown: told apart as it is written"
TAKEN: dict[str, tuple[set[str], str]] = {
    "SendMessage.text": (
        {"turned", "unseen"},
        "texts may turn; the body refuses one that says nothing",
    ),
    "EditMessage.text": ({"turned", "unseen"}, "as SendMessage.text; the edited message is looked at"),
    "BlockListEntry.pattern": ({"turned", "unseen"}, "may look for what cannot be seen"),
    "SendMessage.attachments": (set(TRICKS), LOOKED_UP),
    "PutDraft.text": ({"turned", "unseen"}, "as SendMessage.text; what says nothing yet is a draft too"),
    "PutDraft.attachments": (set(TRICKS), LOOKED_UP),
    "PutDraft.quoted_message_id": (set(TRICKS), LOOKED_UP),
    "EditMessage.attachments": (set(TRICKS), LOOKED_UP),
    "SendMessage.parent_id": (set(TRICKS), LOOKED_UP),
    "SendMessage.quoted_message_id": (set(TRICKS), LOOKED_UP),
    "ClearHistory.message_id": (set(TRICKS), LOOKED_UP),
    "TruncateConversation.message_id": (set(TRICKS), LOOKED_UP),
    "TruncationMessage.text": ({"turned"}, "as SendMessage.text"),
    "AnnouncedMessage.text": ({"turned"}, "as SendMessage.text"),
    "MarkRead.message_id": (set(TRICKS), LOOKED_UP),
    "MarkUnread.message_id": (set(TRICKS), LOOKED_UP),
    "MarkThreadRead.reply_id": (set(TRICKS), LOOKED_UP),
    "ReadAction.message_id": (set(TRICKS), LOOKED_UP),
    "SignParts.upload_id": (set(TRICKS), LOOKED_UP),
    "CompleteUpload.upload_id": (set(TRICKS), LOOKED_UP),
    "WantedUrl.media_id": (set(TRICKS), LOOKED_UP),
    "QueryUsers.cursor": (set(TRICKS), "what Parley has not made is refused"),
    "SignParts.checksums": (set(TRICKS), "the numbers of parts: another names none of those asked for"),
    "React.reaction": (set(TRICKS), "`check_reaction` takes an emoji or a `:name:`"),
    "CreateSigningKey.public_key": (set(TRICKS), "read as PEM"),
    "PutCommand.url": (set(TRICKS), "`addresses.check_url` takes visible ASCII alone"),
    "RunCommand.text": ({"turned", "unseen"}, "what somebody typed, for the tenant's server alone"),
    "RunCommand.parent_id": (set(TRICKS), LOOKED_UP),
    "CreateWebhook.url": (set(TRICKS), "`addresses.check_url` takes visible ASCII alone"),
    "UpdateWebhook.url": (set(TRICKS), "`addresses.check_url` takes visible ASCII alone"),
    "SettingsChange.pre_send_url": (set(TRICKS), "the address is checked when it is stored"),
    "SettingsChange.translation_url": (set(TRICKS), "the address is checked when it is stored"),
    "SettingsChange.media_types": (set(TRICKS), "types of files that Parley knows"),
    "MessageLine.text": ({"turned", "unseen"}, "as SendMessage.text"),
    "MessageLine.message_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "MessageLine.conversation_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "MessageLine.parent_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "MessageLine.quoted_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "VoteLine.message_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "ReactionLine.message_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "MembershipLine.conversation_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "ConversationLine.conversation_id": ({"turned", "unseen"}, NAMED_ELSEWHERE),
    "SendEvent.data": (set(TRICKS), "the app's own, as custom data"),
    "SendEventAction.data": (set(TRICKS), "the app's own, as custom data"),
    "SendEphemeralMessage.text": ({"turned"}, "as SendMessage.text"),
    "ClientAction.action": (set(TRICKS), "one of those that there are"),
    "ClientAction.request_id": (set(TRICKS), "comes back to its sender alone"),
    "Ping.request_id": (set(TRICKS), "comes back to its sender alone"),
    "SendEventAction.request_id": (set(TRICKS), "comes back to its sender alone"),
    "Typing.request_id": (set(TRICKS), "comes back to its sender alone"),
    "ReadAction.request_id": (set(TRICKS), "comes back to its sender alone"),
    "DeliveredAction.request_id": (set(TRICKS), "comes back to its sender alone"),
    "Watch.request_id": (set(TRICKS), "comes back to its sender alone"),
}
TAKEN |= {name.replace("Send", "Batched"): why for name, why in TAKEN.items() if name.startswith("SendMessage")}
"""Which of the tricks a field takes, and why it may. A new field is not here: it takes none."""


def bodies() -> Iterator[type[BaseModel]]:
    """Every request body, and the models within them."""
    for module in pkgutil.walk_packages(parley.__path__, "parley."):
        if module.name.endswith(("schemas", "import_lines")):
            importlib.import_module(module.name)
    waiting: list[type[BaseModel]] = list(Body.__subclasses__())
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        yield model
        waiting += model.__subclasses__()
        for field in model.model_fields.values():
            waiting += [part for part in parts(field.annotation) if is_model(part)]


def is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


def parts(annotation: Any) -> Iterator[Any]:
    """What an annotation is made of, down to its leaves; a text with its constraints is a leaf."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner = get_args(annotation)[0]
        yield from [annotation] if inner is str else parts(inner)
    elif origin in {Union, UnionType, list, tuple, dict}:
        for part in get_args(annotation):
            yield from parts(part)
    elif origin is not Literal:
        yield annotation


def leaf_of(field: FieldInfo) -> Any:
    """The annotation with what the field itself asks of it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def texts() -> dict[str, list[Any]]:
    """Every text of a body by model and field."""
    found: dict[str, list[Any]] = {}
    for model in bodies():
        for name, field in model.model_fields.items():
            if name == "custom":
                continue
            for part in parts(leaf_of(field)):
                if part is str or get_origin(part) is Annotated:
                    found.setdefault(f"{model.__name__}.{name}", []).append(part)
    return found


def takes(part: Any, text: str) -> bool:
    try:
        TypeAdapter(part).validate_python(text)
    except ValidationError:
        return False
    return True


TEXTS = texts()


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_what_cannot_be_read_as_it_is_written(name: str) -> None:
    taken = {trick for trick, text in TRICKS.items() if any(takes(part, text) for part in TEXTS[name])}
    expected, why = TAKEN.get(name, (set(), ""))
    assert taken == expected, why


def test_the_exceptions_are_of_fields_that_there_are() -> None:
    assert set(TAKEN) <= set(TEXTS)
    assert len(TEXTS) > 30
