"""What crosses the wire about translations of messages."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from parley.messaging.messages.translations.languages import check_language
from parley.texts import check_visible
from parley.wire import Answer, Body

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), AfterValidator(check_language)]


class TranslateMessage(Body):
    """A message to read in another language."""

    language: LanguageCode = Field(description="A code of ISO 639-1, such as `de`")


class Translation(Answer):
    """What a message says, in another language."""

    message_id: str
    language: str
    text: str


class TranslatedText(BaseModel):
    """What a tenant's server answers when it translates. What it says beyond that is passed over."""

    model_config = ConfigDict(defer_build=True, extra="ignore", frozen=True, strict=True)

    text: Annotated[str, AfterValidator(check_visible)]
