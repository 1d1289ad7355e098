"""GET /v1/search/messages: search the messages of the caller's conversations.

`q` is words, `"phrases"`, `-negation`, `OR` and the operators `from:`, `in:`, `mentions:`, `has:`, `before:`,
`after:` and `on:`; whatever else is written is text. Hits carry highlighted fragments as escaped HTML, of
conversations that the caller belongs to now alone.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.ids import ConversationId, UserOrMe
from parley.messaging.messages.kinds import MessageType
from parley.search.querying import message_search
from parley.search.querying.message_search import Asked
from parley.search.querying.query_language import MAX_LENGTH, Carried
from parley.search.schemas import MessageHits, Sort
from parley.user_groups.schemas import GroupId
from parley.wire import Moment, TrueOrFalse

from aws_lambda_powertools.event_handler.openapi.params import Query

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
    mentioned_group: Annotated[GroupId | None, Query()] = None,
    message_type: Annotated[MessageType | None, Query()] = None,
    in_thread: Annotated[str | None, Query(max_length=80)] = None,
    sort: Annotated[Sort, Query()] = "relevance",
    total: Annotated[bool, TrueOrFalse, Query(description="Say how many there are, up to 1,000")] = False,  # noqa: FBT002 - passed by name
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> MessageHits:
    asked = Asked(
        q, conversation_id, author_id, since, until, has, mentions, mentioned_group, message_type, in_thread, sort
    )
    return message_search.do_search(caller, asked, limit=limit, cursor=cursor, total=total)


handler = api.resolve
