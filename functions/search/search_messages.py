"""GET /v1/search/messages: search the messages of the caller's conversations.

Words, `"phrases"`, `-negation` and `from:`, `in:`, `before:`, `after:`, `on:`, `has:`, `mentions:`; an operator that
is not known is 400. Hits carry highlighted fragments as escaped HTML. Only conversations that the caller belongs to
now.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.ids import ConversationId, UserOrMe
from parley.search.querying import message_search
from parley.search.querying.message_search import Asked
from parley.search.querying.query_language import MAX_LENGTH, Carried
from parley.search.schemas import MessageHits, Sort
from parley.wire import Moment

api = create_api()


@api.get("/v1/search/messages")
def search_messages(
    caller: CurrentCaller,
    q: Annotated[str, Query(max_length=MAX_LENGTH)] = "",
    conversation_id: Annotated[ConversationId | None, Query()] = None,
    author_id: Annotated[UserOrMe | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    has: Annotated[Carried | None, Query()] = None,
    mentions: Annotated[UserOrMe | None, Query()] = None,
    in_thread: Annotated[str | None, Query(max_length=80)] = None,
    sort: Annotated[Sort, Query()] = "relevance",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> MessageHits:
    asked = Asked(q, conversation_id, author_id, since, until, has, mentions, in_thread, sort)
    return message_search.do_search(caller, asked, limit=limit, cursor=cursor)


handler = api.resolve
