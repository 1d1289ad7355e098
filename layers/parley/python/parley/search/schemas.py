"""What crosses the wire about search."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.identity.teams import Team
from parley.ids import TenantId, UserId
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.vocabulary import ConversationType
from parley.texts import check_note
from parley.users.schemas import MOST_USERS, User, UserRole
from parley.wire import Answer, Body, Custom, Moment, Name, Page, Timestamp

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
    declared_type: str | None
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


class QueryUsers(Body):
    """Which users to find: all that is named holds. `ids` are asked for without order and cursor."""

    ids: list[UserId] | None = Field(None, min_length=1, max_length=MOST_USERS)
    q: Name | None = Field(None, description="How the name begins")
    role: UserRole | None = None
    team: Team | None = None
    active_since: Moment | None = Field(None, description="Only who was seen at that moment or later")
    active_before: Moment | None = Field(None, description="Only who has not been seen since that moment")
    deactivated: bool | None = Field(
        None, description="Those who are deactivated, or the others; left out it is the others, and of `ids` both"
    )
    custom: Custom | None = Field(
        None,
        description="What they say for keys that the tenant has declared: a value each or, of a number, "
        '`{"gte": 2, "lte": 5}`',
    )
    sort: Literal["created_at", "-created_at", "name", "-name"] | None = Field(
        None, description="`-` for the greatest first; without it the newest user is first"
    )
    limit: int = Field(25, ge=1, le=MOST_USERS)
    cursor: str | None = Field(None, max_length=1024)

    @model_validator(mode="after")
    def _ids_stand_alone(self) -> Self:
        if self.ids is not None and (self.sort is not None or self.cursor is not None):
            raise ValueError("ids have no order and no cursor")
        return self


class QueriedUser(User):
    """A user with when they were seen last, which their app's settings do not hide from the tenant's back end."""

    last_active_at: Timestamp | None = None


class QueriedUsers(Page[QueriedUser]):
    """A page of users. It may be shorter than its limit, or empty, and go on: only its cursor says where it ends."""

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
