"""POST /v1/messages/{message_id}/translations: read a message in another language.

By the tenant's own server or Amazon Translate, as its setting `translation` says. What was translated once is kept on
the message, until an edit; `message.updated` tells of it.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.messages.translations import translating
from parley.messaging.messages.translations.schemas import TranslateMessage, Translation

api = create_api()


@api.post("/v1/messages/<message_id>/translations")
def translate_message(caller: CurrentCaller, message_id: str, body: TranslateMessage) -> Translation:
    return translating.do_translate(caller, message_id, body.language)


handler = api.resolve
