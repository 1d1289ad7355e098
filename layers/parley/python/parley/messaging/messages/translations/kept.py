"""The translations that a message keeps, so that a second reader costs no call. They go with what it says."""

from collections.abc import Mapping

from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import IS_ALIVE
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import Typed
from parley.tables.expressions import Update, equals

MOST_LANGUAGES = 8
MOST_BYTES = 32 * 1024
"""Whoever reads the message reads these too."""


def with_translation(kept: Mapping[str, str], language: str, text: str) -> dict[str, str]:
    """What is kept with one more: the oldest go for it, where there are more than may be."""
    after = {each: said for each, said in kept.items() if each != language} | {language: text}
    while len(after) > MOST_LANGUAGES or sum(len(said.encode()) for said in after.values()) > MOST_BYTES:
        del after[next(iter(after))]
    return after


def keep(item: MessageItem, language: str, text: str) -> None:
    """Let a message keep a translation, on condition that it is as it was read. Raises `ConditionFailed`."""
    item.translations = with_translation(item.translations or {}, language, text)
    change = Update().set(translations=Typed(item.serialize()["translations"])).add(version=1)
    is_as_read = IS_ALIVE & equals("version", int(item.version))
    dynamodb.update(settings().chat_table, item.key, change, condition=is_as_read)
