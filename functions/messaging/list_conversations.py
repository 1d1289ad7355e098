"""GET /v1/conversations: the caller's conversations, the pinned ones first, then by newest activity.

Each with its unread count, its last message and the caller's role and settings; filtered by type, declared type,
archive, settings, declared keys of its custom data, beginning of the name and moment of the last change. What is
archived, in the caller's own archive or hidden is listed only where it is asked for.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.identity.declared_keys import of_conversations, read_order, read_wanted
from parley.messaging.conversations import listing
from parley.messaging.conversations.filters import Filters
from parley.messaging.conversations.schemas import ConversationSummary
from parley.messaging.vocabulary import ConversationType
from parley.permissions.schemas import DeclaredType
from parley.wire import Moment, Page, TrueOrFalse

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/conversations")
def list_conversations(
    caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    type: Annotated[ConversationType | None, Query()] = None,  # noqa: A002 - the parameter's name is the contract
    declared_type: Annotated[
        DeclaredType | None, Query(description="Only those of a type that the tenant has declared")
    ] = None,
    archived: Annotated[bool, TrueOrFalse, Query(description="Archived conversations instead of the others")] = False,  # noqa: FBT002
    archived_for_me: Annotated[  # noqa: FBT002
        bool, TrueOrFalse, Query(description="The caller's own archive instead of the rest")
    ] = False,
    hidden: Annotated[bool, TrueOrFalse, Query(description="Hidden conversations instead of the others")] = False,  # noqa: FBT002
    pinned: Annotated[
        bool | None, TrueOrFalse, Query(description="Only those that are pinned, or that are not")
    ] = None,
    label: Annotated[str | None, Query(min_length=1, max_length=40, description="Only those with this label")] = None,
    custom: Annotated[
        str | None,
        Query(
            max_length=500,
            description="Only those that say so for keys that the tenant has declared, as JSON: "
            '`{"stage":"open","priority":{"gte":2,"lte":5}}`',
        ),
    ] = None,
    sort: Annotated[
        str | None,
        Query(
            max_length=21,
            description="By a key that the tenant has declared, `-key` for the greatest first; what has none comes "
            "last. Without it the newest activity is first",
        ),
    ] = None,
    q: Annotated[str | None, Query(min_length=1, max_length=100, description="The beginning of a name")] = None,
    updated_since: Annotated[Moment | None, Query(description="Only those with something new since")] = None,
) -> Page[ConversationSummary]:
    declared = of_conversations(caller)
    filters = Filters(
        type=type,
        declared_type=declared_type,
        archived=archived,
        archived_for_me=archived_for_me,
        hidden=hidden,
        pinned=pinned,
        label=label,
        q=q,
        updated_since=updated_since,
        custom=None if custom is None else read_wanted(custom, declared),
        order=None if sort is None else read_order(sort, declared),
    )
    return listing.do_list(caller, filters, limit=limit, cursor=cursor)


handler = api.resolve
