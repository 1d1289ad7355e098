"""Who translates for a tenant: a server of its own, asked as `outbound.hooks` says, or Amazon Translate."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from parley import aws
from parley.errors import NotTranslatable, TranslationUnavailable
from parley.identity.caller import Caller
from parley.limits import TRANSLATED_CHARACTERS, take
from parley.messaging.items import MessageItem
from parley.messaging.messages.translations.kept import MOST_BYTES
from parley.messaging.messages.translations.schemas import TranslatedText
from parley.messaging.messages.views import message_address
from parley.observability import logger, metrics
from parley.outbound.hooks import Endpoints
from parley.outbound.transport import Limits
from parley.tables import keys

MOST_TEXT_BYTES = 10_000
"""What Amazon Translate takes at once."""
SECONDS = 5.0
LIMITS = Limits.of(SECONDS, answer_bytes=6 * MOST_BYTES)
"""JSON may write a character in six."""
UNTRANSLATABLE = frozenset(
    {"DetectedLanguageLowConfidenceException", "InvalidRequestException", "UnsupportedLanguagePairException"}
)
NOT_TRANSLATED = 422
"""What a tenant's server answers for what it does not translate."""


endpoints = Endpoints(keys.TRANSLATOR_SK)


def translate(caller: Caller, item: MessageItem, text: str, language: str) -> str:
    """A text in another language, by whom the tenant has chosen.

    Raises `NotTranslatable`, `TranslationUnavailable`, and `RateLimited` where Amazon has translated enough today.
    """
    if len(text.encode()) > MOST_TEXT_BYTES:
        raise NotTranslatable(f"Texts of up to {MOST_TEXT_BYTES:,} bytes of UTF-8 are translated")
    if caller.tenant.settings.translation == "amazon":
        translated = _by_amazon(caller, text, language)
    else:
        translated = _by_hook(caller, item, text, language)
    if len(translated.encode()) > MOST_BYTES:
        raise _unavailable(caller, "too_large")
    return translated


def _by_hook(caller: Caller, item: MessageItem, text: str, language: str) -> str:
    """What the tenant's server answers."""
    question = {
        "conversation_id": item.conversation_id,
        "message_id": str(message_address(item)),
        "text": text,
        "language": language,
    }
    url = caller.tenant.settings.translation_url or ""
    outcome, _ = endpoints.ask(caller.tenant_id, url, "message.translate", question, LIMITS)
    if outcome.status == NOT_TRANSLATED:
        raise NotTranslatable
    if not outcome.succeeded:
        raise _unavailable(caller, outcome.failure or f"status_{outcome.status}")
    try:
        return TranslatedText.model_validate_json(outcome.body).text
    except ValidationError:
        raise _unavailable(caller, "malformed_answer") from None


@cache
def _amazon() -> Any:
    return aws.client(
        "translate", {"connect_timeout": 1, "read_timeout": SECONDS, "retries": {"total_max_attempts": 2}}
    )


def _by_amazon(caller: Caller, text: str, language: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to load

    take(TRANSLATED_CHARACTERS, caller, cost=len(text))
    try:
        answered = _amazon().translate_text(Text=text, SourceLanguageCode="auto", TargetLanguageCode=language)
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
        if code in UNTRANSLATABLE:
            raise NotTranslatable from None
        raise _unavailable(caller, code) from None
    except BotoCoreError as failed:
        raise _unavailable(caller, type(failed).__name__) from None
    return str(answered["TranslatedText"])


def _unavailable(caller: Caller, failure: str) -> TranslationUnavailable:
    metrics().add_metric("TranslationFailures", MetricUnit.Count, 1)
    logger().warning("translation", extra={"tenant_id": caller.tenant_id, "failure": failure})
    return TranslationUnavailable()
