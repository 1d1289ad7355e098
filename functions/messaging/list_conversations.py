"""GET /v1/conversations: the caller's conversations, newest activity first.

Each with its unread count, its last message and the caller's role; filtered by type, archive, beginning of the name
and moment of the last change.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.conversations import listing
from parley.messaging.conversations.listing import Filters
from parley.messaging.conversations.schemas import ConversationSummary
from parley.messaging.vocabulary import ConversationType
from parley.wire import Moment, Page, TrueOrFalse

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/conversations")
def list_conversations(
    caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    type: Annotated[ConversationType | None, Query()] = None,  # noqa: A002 - the parameter's name is the contract
    archived: Annotated[bool, TrueOrFalse, Query(description="Archived conversations instead of the others")] = False,  # noqa: FBT002
    q: Annotated[str | None, Query(min_length=1, max_length=100, description="The beginning of a name")] = None,
    updated_since: Annotated[Moment | None, Query(description="Only those with something new since")] = None,
) -> Page[ConversationSummary]:
    filters = Filters(type=type, archived=archived, q=q, updated_since=updated_since)
    return listing.do_list(caller, filters, limit=limit, cursor=cursor)


handler = api.resolve
