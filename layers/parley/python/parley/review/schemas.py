"""What crosses the wire about cases, the decisions of moderators, and a user's record."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.messaging.cases import Source
from parley.messaging.messages.schemas import Message
from parley.texts import check_note
from parley.wire import Answer, Body, Moment, Page, Timestamp

Action = Literal["delete_message", "warn", "ban", "deactivate"]
Priority = Literal["urgent", "high", "normal"]
Status = Literal["open", "deciding", "decided"]
ClaimFilter = Literal["unclaimed", "mine", "others"]
Note = Annotated[
    str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), AfterValidator(check_note)
]


class ClaimCase(Body):
    """For how long, and whether from whoever has it."""

    minutes: int = Field(15, ge=1, le=240, description="After which the claim lapses")
    take_over: bool = Field(default=False, description="Whether to take it from another moderator")


class DecideCase(Body):
    """What is to be done; nothing, to dismiss the reports."""

    actions: list[Action] = Field(
        default_factory=list,
        max_length=4,
        description="Each once. `ban` is from the message's conversation; an empty list dismisses the reports",
    )
    reason: Note | None = Field(
        None, description="Told to the author; one of the tenant's `moderation_reasons` where it has declared any"
    )
    note: Note | None = Field(None, description="For moderators alone")
    banned_until: Moment | None = Field(None, description="When the ban ends; null, never")


class Claim(Answer):
    """Who has a case to themselves, and up to when."""

    moderator_id: str
    expires_at: Timestamp


class CaseDecision(Answer):
    """What was decided of a case, and by whom."""

    id: str
    actions: list[Action]
    pending: list[Action] = Field(description="What remains to be carried out: deciding the same again goes on with it")
    not_done: list[Action] = Field(
        description="What could not be done, as a ban of a conversation's last owner or of who has been erased"
    )
    reason: str | None
    note: str | None
    banned_until: Timestamp | None
    decided_by: str
    decided_at: Timestamp


class CaseState(Answer):
    """A reported message, however many have reported it."""

    message_id: str
    conversation_id: str
    author_id: str
    status: Status
    priority: Priority = Field(
        description="`urgent` from 10 reporters on, `high` from 3 on or where the tenant's own rules found something"
    )
    sources: list[Source]
    reporters: int = Field(description="How many users have reported it: 100 at most are kept")
    opened_at: Timestamp
    claim: Claim | None
    decision: CaseDecision | None


class Case(CaseState):
    """A reported message, however many have reported it, with the message as it is now."""

    message: Message | None = Field(description="null where it has been deleted for good")
    version: int


class CasePage(Page[Case]):
    """Cases, the most urgent first, then the oldest."""


class Report(Answer):
    """One report of a message."""

    id: str
    reported_by: str = Field(description="A user, or `_block_list` or `_pre_send`, which no user's id can be")
    source: Source
    reason: str | None
    created_at: Timestamp
    resolved_at: Timestamp | None


class CaseDetails(Case):
    """A case with all reports that are kept."""

    reports: list[Report]


class Decision(Answer):
    """What moderators decided about a message, as its author is told."""

    id: str
    conversation_id: str
    message_id: str
    actions: list[Action]
    not_done: list[Action]
    reason: str | None
    banned_until: Timestamp | None
    text: str | None = Field(description="The beginning of what the message said then")
    decided_at: Timestamp


class RecordedDecision(Decision):
    """A decision as moderators see it."""

    note: str | None
    decided_by: str


Outcome = Literal["upheld", "overturned"]


class FileAppeal(Body):
    """Why a decision is wrong."""

    text: Annotated[
        str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True), AfterValidator(check_note)
    ]


class AnswerAppeal(Body):
    """Whether the decision stands, and what the user is told."""

    outcome: Outcome
    answer: Note | None = None


class AppealState(Answer):
    """What a user says of a decision, and what came of it."""

    text: str
    filed_at: Timestamp
    outcome: Outcome | None = Field(description="null until a moderator has answered")
    answer: str | None
    restored: list[Action] = Field(description="What overturning has undone; a deleted message stays deleted")
    answered_at: Timestamp | None


class OwnDecision(Decision):
    """A decision, with the appeal against it."""

    appeal: AppealState | None


class AppealedDecision(RecordedDecision):
    """An appeal as moderators see it, with the decision that it is against."""

    user_id: str
    appeal: AppealState
    answered_by: str | None


class AppealPage(Page[AppealedDecision]):
    """Appeals that nobody has answered, oldest first."""


class RecordCounts(Answer):
    """How often, exactly."""

    flags_received: int
    flags_made: int
    dismissed: int
    delete_message: int
    warn: int
    ban: int
    deactivate: int
    appeals: int
    overturned: int


class DecisionOfRecord(RecordedDecision):
    """A decision as moderators see it, with the appeal against it."""

    appeal: AppealState | None


class ModerationRecord(Page[DecisionOfRecord]):
    """A user's decisions, the newest first, and counts of all."""

    user_id: str
    counts: RecordCounts
