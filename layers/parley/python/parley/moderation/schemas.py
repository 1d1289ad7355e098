"""What crosses the wire about moderation."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from parley.moderation.block_list_matching import Action
from parley.moderation.verdicts import REASON_LIMIT
from parley.texts import check_name, check_text, readable
from parley.wire import Answer, Body, Timestamp

MAX_ENTRIES = 2_000
LONGEST_OVERLAP_SECONDS = 7 * 24 * 3600


class BlockListEntry(Body):
    """A word or phrase, found as whole words however it is written, or a pattern in RE2's syntax."""

    word: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(check_name)] | None = None
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(check_text)] | None = Field(
        None, description="Matched against the text in NFKC and case-folded, anywhere in it"
    )
    action: Action | None = Field(None, description="null is the list's")

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.word is None) == (self.pattern is None):
            raise ValueError("an entry is a word or a pattern")
        return self


class PutBlockList(Body):
    """The whole list: what is not in it any more is not looked for any more."""

    action: Action = Field("mask", description="What is done where an entry is found that names nothing else")
    entries: list[BlockListEntry] = Field(max_length=MAX_ENTRIES, description="At most 100 of them patterns, 64 KiB")


class ListedEntry(Answer):
    """An entry of the list as it is kept: `word` or `pattern` is null, and `action` where it is the list's."""

    word: str | None = None
    pattern: str | None = None
    action: Action | None = None


class BlockList(Answer):
    """A tenant's block list."""

    action: Action
    entries: list[ListedEntry]
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class RotatePreSendSecret(Body):
    """Make the secret that signs calls of the pre-send webhook; the one before signs beside it for a while."""

    overlap_seconds: int = Field(24 * 3600, ge=0, le=LONGEST_OVERLAP_SECONDS)


class PreSendSecret(Answer):
    """The secret, shown once."""

    secret: str


class Decision(BaseModel):
    """What a tenant's server answers about a message. What it says beyond that is passed over."""

    model_config = ConfigDict(defer_build=True, extra="ignore", frozen=True, strict=True)

    action: Annotated[str, StringConstraints(pattern="^(allow|flag|mask|refuse)$")]
    reason: Annotated[str, AfterValidator(readable)] | None = Field(None, max_length=REASON_LIMIT)
    words: list[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = Field(
        default_factory=list, max_length=100
    )
