"""What crosses the wire about search."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import TenantId
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.vocabulary import ConversationType
from parley.texts import check_note
from parley.wire import Answer, Body, Name, Page, Timestamp

Sort = Literal["relevance", "recent"]
IndexedThrough = Annotated[
    Timestamp | None,
    Field(description="The moment up to which the index is known to be complete; null where that is not known"),
]
Highlights = Annotated[
    list[str], Field(description="Fragments of the text, HTML-escaped, with matches between <em> and </em>")
]


class FoundConversation(Answer):
    """A conversation as search shows it. `name` is null for a direct one."""

    id: str
    type: ConversationType
    name: str | None
    avatar_url: str | None
    archived: bool
    is_member: bool


class MessageHit(Answer):
    """A message that was found, as it is now, with where it matches and the conversation that it is in."""

    message: MessageContent
    conversation: FoundConversation
    highlights: Highlights


class FoundUser(Answer):
    """A user as search shows them."""

    id: str
    name: str
    avatar_url: str | None


class ConversationHit(Answer):
    """A conversation that was found: one of the caller's, or a channel of the tenant.

    A direct one is found by the name of the other `member`, and `highlights` are of that name.
    """

    conversation: FoundConversation
    member: FoundUser | None = None
    highlights: Highlights


class UserHit(Answer):
    """A user who was found."""

    user: FoundUser
    highlights: Highlights


class Total(Answer):
    """How many messages were found, each checked: `eq` is the number, `gte` says that there are so many and more."""

    value: int
    relation: Literal["eq", "gte"]


class MessageHits(Page[MessageHit]):
    """A page of messages. `total` is given on a first page that was asked for it.

    `did_you_mean`: nothing was found, and this spelling finds something.
    """

    indexed_through: IndexedThrough = None
    total: Total | None = None
    did_you_mean: str | None = None


class ConversationHits(Page[ConversationHit]):
    """A page of conversations."""

    indexed_through: IndexedThrough = None


class UserHits(Page[UserHit]):
    """A page of users."""

    indexed_through: IndexedThrough = None


class GlobalHits(Answer):
    """The best of each kind; each group goes on with its own cursor at its own route."""

    messages: MessageHits
    conversations: ConversationHits
    users: UserHits
    indexed_through: IndexedThrough = None


class Suggestion(Answer):
    """What the caller may have begun to type: `id` is the conversation's or user's, null for an earlier query."""

    kind: Literal["recent", "conversation", "user"]
    text: str
    id: str | None = None


class Suggestions(Answer):
    """Suggestions, the caller's own recent queries first."""

    data: list[Suggestion]


class RecentSearch(Answer):
    """A query that the caller has made."""

    q: str
    searched_at: Timestamp


class RecentSearches(Answer):
    """The caller's last 20 searches, newest first."""

    data: list[RecentSearch]


class SaveSearch(Body):
    """A query to keep, in the language of `GET /v1/search/messages`; its name is the query unless it has another."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=512), AfterValidator(check_note)]
    name: Name | None = None
    notify: bool = Field(default=False, description="Tell the caller of each message that matches from now on")


class UpdateSavedSearch(Body):
    """What changes; what is left out stays. Another query is another saved search."""

    name: Name | None = None
    notify: bool | None = None


class SavedSearch(Answer):
    """A query that the caller keeps. `matches` counts what its owner was told of, while `notify` was on."""

    id: str
    name: str
    q: str
    notify: bool
    matches: int
    last_matched_at: Timestamp | None
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class SavedSearches(Answer):
    """The caller's saved searches, at most fifty, newest first."""

    data: list[SavedSearch]


class SearchFailure(Answer):
    """A document that could not be indexed: `source` is the key of its item."""

    source: str
    tenant_id: str
    error: str
    reason: str
    attempts: int
    failed_at: Timestamp


class Redriven(Answer):
    """What another try came to."""

    indexed: int
    failed: int


class StartReindex(Body):
    """A rebuild: from the present index where only mappings changed, from the table where the index is lost.

    What an earlier analysis made is always rebuilt from the table. With `tenant_id`, that tenant's messages move to an
    index of their own.
    """

    source: Literal["index", "table"] = "index"
    tenant_id: TenantId | None = None


JobStatus = Literal["running", "switched", "confirmed", "cancelled", "rolled_back", "failed"]
FamilyName = Annotated[str, StringConstraints(max_length=60)]


class ReindexedFamily(Answer):
    """How far one family of indices is; `copied` counts the documents read so far.

    `clean`: a tenant has moved, and the documents that it left in the index of all are removed, `removed` so far.
    """

    family: FamilyName
    old_index: str
    new_index: str
    step: Literal["prepare", "copy", "compare", "ready", "clean"]
    copied: int
    total: int | None = None
    removed: int = 0


class ReindexJob(Answer):
    """A rebuild. `switched`: searches read the new indices, both are still written; confirm it or roll it back."""

    id: str
    status: JobStatus
    source: Literal["index", "table"]
    tenant_id: str | None
    families: list[ReindexedFamily]
    detail: str | None
    started_at: Timestamp
    updated_at: Timestamp
    version: int
