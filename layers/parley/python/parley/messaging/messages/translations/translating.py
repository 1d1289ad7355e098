"""Reading a message in another language: translated once for all who may read it."""

from parley.errors import MessageNotFound, NothingToTranslate, TranslationOff, Unavailable
from parley.identity.caller import Caller
from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import access_message, check_alive
from parley.messaging.messages.translations import kept, translators
from parley.messaging.messages.translations.schemas import Translation
from parley.tables.dynamodb import ConditionFailed
from parley.texts import says_something

ATTEMPTS = 8


def do_translate(caller: Caller, message_id: str, language: str) -> Translation:
    """The text of a message in a language: 1.5 RRU where somebody has asked before.

    Otherwise a call of the tenant's translator and 1 WRU for each KiB of the message; with Amazon Translate 2 more. Of
    those who ask first at the same moment, each may cost a call, and all have what is kept first. Whoever may read the
    message may ask; that it is archived or frozen around it is no hindrance. Nothing is kept of a text that was edited
    meanwhile.

    Raises `TranslationOff`, `NothingToTranslate`, `MessageDeleted`, `Unavailable`, and what `access_message` and
    `translators.translate` raise.
    """
    found = access_message(caller, message_id)
    item, text = found.item, _text_of(found.item)
    known = (item.translations or {}).get(language)
    if known is not None:
        return Translation(message_id=message_id, language=language, text=known)
    if caller.tenant.settings.translation == "off":
        raise TranslationOff
    translated = translators.translate(caller, item, text, language)
    for _ in range(ATTEMPTS):
        try:
            kept.keep(item, language, translated)
        except ConditionFailed as failed:
            if failed.item is None:
                raise MessageNotFound from None
            item = MessageItem.from_raw_data(failed.item)
            if _text_of(item) != text:
                raise Unavailable("The message was edited meanwhile") from None
            known = (item.translations or {}).get(language)
            if known is not None:
                return Translation(message_id=message_id, language=language, text=known)
        else:
            return Translation(message_id=message_id, language=language, text=translated)
    raise Unavailable("The message is being changed by others")


def _text_of(item: MessageItem) -> str:
    check_alive(item)
    if not item.text or not says_something(item.text):
        raise NothingToTranslate
    return str(item.text)
