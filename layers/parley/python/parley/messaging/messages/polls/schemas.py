"""What crosses the wire about polls: the poll that a message carries, votes, and what they come to."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.texts import check_name
from parley.wire import Answer, Body, Moment, Timestamp

MAX_OPTIONS = 20
Question = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(check_name)
]
OptionText = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(check_name)
]
OptionId = Annotated[str, StringConstraints(min_length=1, max_length=2)]


class NewPollOption(Body):
    """Something to vote for."""

    text: OptionText


class NewPoll(Body):
    """A poll to send with a message. It stays as it is: an edit of the message changes nothing of it."""

    question: Question
    options: list[NewPollOption] = Field(min_length=2, max_length=MAX_OPTIONS)
    max_votes: int = Field(1, ge=1, le=MAX_OPTIONS, description="For how many options a user may vote")
    anonymous: bool = Field(default=False, description="Nobody is shown who voted for what")
    closes_at: Moment | None = Field(None, description="From then on nobody votes: within a year")

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if len({option.text for option in self.options}) < len(self.options):
            raise ValueError("no two options say the same")
        if self.max_votes > len(self.options):
            raise ValueError("there are fewer options than votes")
        return self


class PollOption(Answer):
    """Something to vote for; its id never changes."""

    id: str
    text: str


class PollResults(Answer):
    """What the votes have come to."""

    counts: dict[str, int] = Field(description="Votes by option; one that is not named has none")
    voters: int = Field(description="How many users have voted")
    closed_at: Timestamp | None = Field(description="Since when nobody votes any more")


class OwnPollResults(PollResults):
    """What the votes have come to, and the caller's own."""

    mine: list[str] = Field(description="The options that the caller has voted for")


class Poll(Answer):
    """A question with its options."""

    question: str
    options: list[PollOption]
    max_votes: int
    anonymous: bool
    closes_at: Timestamp | None
    results: OwnPollResults | None = Field(None, description="Null in events, where `poll.updated` has them")


class SetVotes(Body):
    """All that the caller votes for from now on; none takes their votes back."""

    options: list[OptionId] = Field(max_length=MAX_OPTIONS, description="Ids of options")


class VotesCast(Answer):
    """The poll's results with the caller's votes."""

    message_id: str
    results: OwnPollResults


class Vote(Answer):
    """What a user has voted for, and when they did so last."""

    user_id: str
    options: list[str]
    voted_at: Timestamp
