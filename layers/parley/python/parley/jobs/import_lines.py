"""The lines of a file of another chat: users, conversations with their members, messages, reactions and votes.

A conversation's memberships, messages, reactions and votes stand between its line and the next conversation's, messages
in the order in which they were sent. All users come first. See docs/import-file.md.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from parley.errors import InvalidReaction
from parley.identity.teams import Team
from parley.ids import SYSTEM_USER, UserId
from parley.media.schemas import ContentType, Filename
from parley.messaging.messages.kinds import REGULAR, SYSTEM, MessageType, NewLocation
from parley.messaging.messages.polls.schemas import MAX_OPTIONS, NewPoll, OptionId
from parley.messaging.messages.reactions.emoji import check_reaction
from parley.messaging.messages.schemas import MAX_ATTACHMENTS
from parley.messaging.vocabulary import ConversationType
from parley.permissions.roles import Role
from parley.permissions.schemas import DeclaredType
from parley.texts import check_text, says_something
from parley.users.schemas import PutUser
from parley.wire import Body, Custom, Moment, Name, Url

LONGEST_LINE = 256 * 1024
MOST_CUSTOM = 4_500
"""Bytes of a message's custom data: what it was called before is kept beside."""
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(check_text)]


def _check_reaction(given: str) -> str:
    try:
        return check_reaction(given)
    except InvalidReaction as refused:
        raise ValueError(refused.title) from None


class UserLine(PutUser):
    """A user, who keeps their id."""

    type: Literal["user"]
    user_id: UserId


class ConversationLine(Body):
    """A conversation; whoever created it owns it, unless a membership says who does."""

    type: Literal["conversation"]
    conversation_id: ExternalId
    conversation_type: ConversationType
    declared_type: DeclaredType | None = None
    created_by: UserId
    created_at: Moment | None = None
    name: Name | None = None
    avatar_url: Url | None = None
    members: list[UserId] = Field(default_factory=list, max_length=5_000)
    history: Literal["full", "joined"] = "full"
    team: Team | None = None
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_as_its_type(self) -> Self:
        if self.conversation_type == "direct" and (self.name or len({self.created_by, *self.members}) != 2):  # noqa: PLR2004
            raise ValueError("a direct conversation has no name, and one other member")
        if self.conversation_type == "direct" and self.declared_type is not None:
            raise ValueError("a direct conversation is of no declared type")
        if self.conversation_type == "direct" and self.team is not None:
            raise ValueError("a direct conversation has no team")
        if self.conversation_type != "direct" and self.name is None:
            raise ValueError("a group or channel has a name")
        return self


class MembershipLine(Body):
    """A member; `read_at` is up to when they have read, which is everything where it is not said."""

    type: Literal["membership"]
    conversation_id: ExternalId
    user_id: UserId
    role: Role | None = None
    joined_at: Moment | None = None
    read_at: Moment | None = None


class FileOfLine(Body):
    """A file that is fetched from its address; its name and type are as it says or, where it does not, as is found."""

    url: Annotated[str, StringConstraints(max_length=2_048, pattern=r"^https?://[!-~]+$")]
    name: Filename | None = None
    content_type: ContentType | None = None


class PollOfLine(NewPoll):
    """A poll as it was sent, which may have closed long ago, by itself or at `closed_at`."""

    closed_at: Moment | None = None


class MessageLine(Body):
    """A message, a reply in the thread of one, or what is left of either: `deleted_at` keeps its place alone.

    A `system` message may be of nobody. `quoted_id` is a message of the conversation that comes before it.
    """

    type: Literal["message"]
    message_id: ExternalId
    conversation_id: ExternalId
    author_id: UserId | None = None
    message_type: MessageType = REGULAR
    text: Annotated[str, StringConstraints(max_length=20_000), AfterValidator(check_text)] = ""
    attachments: list[FileOfLine] = Field(default_factory=list, max_length=MAX_ATTACHMENTS)
    created_at: Moment
    edited_at: Moment | None = None
    deleted_at: Moment | None = None
    parent_id: ExternalId | None = None
    show_in_conversation: bool = False
    quoted_id: ExternalId | None = None
    mentions: list[UserId] = Field(default_factory=list, max_length=100)
    silent: bool = False
    pinned: bool = False
    location: NewLocation | None = None
    poll: PollOfLine | None = None
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.deleted_at is None and not (
            says_something(self.text) or self.attachments or self.location or self.poll
        ):
            raise ValueError("a message has a text that can be seen, a file, a location or a poll, or is deleted")
        if self.author_id is None and (self.message_type != SYSTEM or self.attachments):
            raise ValueError("a message has an author, unless the system says it and it has no files")
        if self.show_in_conversation and self.parent_id is None:
            raise ValueError("only a thread reply is shown in the conversation as well")
        if self.silent and self.parent_id is not None:
            raise ValueError("a thread reply is not silent")
        if len(json.dumps(self.custom, ensure_ascii=False).encode(errors="replace")) > MOST_CUSTOM:
            raise ValueError("custom data of a message is at most 4.5 KB of JSON")
        return self

    @property
    def author(self) -> str:
        """Whose it is; what the system says is nobody's."""
        return self.author_id or SYSTEM_USER

    @property
    def is_gap(self) -> bool:
        """Whether its number counts for nobody as unread."""
        return self.silent or self.deleted_at is not None


class ReactionLine(Body):
    type: Literal["reaction"]
    message_id: ExternalId
    user_id: UserId
    reaction: Annotated[str, AfterValidator(_check_reaction)]


class VoteLine(Body):
    """What a user has voted for in the poll of a message: `1` is its first option. In an anonymous one nobody sees who.

    Of two lines of a user the last one holds.
    """

    type: Literal["vote"]
    message_id: ExternalId
    user_id: UserId
    options: list[OptionId] = Field(min_length=1, max_length=MAX_OPTIONS)
    voted_at: Moment | None = None


Line = UserLine | ConversationLine | MembershipLine | MessageLine | ReactionLine | VoteLine


@cache
def _lines() -> TypeAdapter[Line]:
    return TypeAdapter(Annotated[Line, Field(discriminator="type")])


class BadLine(ValueError):
    """A line that is none; its text says why, and holds nothing of what somebody wrote."""


def read_line(raw: bytes) -> Line:
    """Raises `BadLine`."""
    if len(raw) > LONGEST_LINE:
        raise BadLine(f"a line is at most {LONGEST_LINE} bytes")
    try:
        return _lines().validate_python(json.loads(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise BadLine(f"{place}: {first['msg']}" if place else first["msg"]) from None
    except (ValueError, RecursionError):
        raise BadLine("the line is no JSON object in UTF-8") from None


def ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def split(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, int]]:
    """Lines of what comes in pieces: each with its number, from 1, and the number of bytes up to its end.

    Empty lines are passed over. Of one that is too long for a line there is the beginning, and nothing after it.
    """
    rest, passed, number = b"", 0, 0
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            number, passed = number + 1, passed + len(raw) + 1
            if raw.strip():
                yield number, raw, passed
        if len(rest) > LONGEST_LINE:
            break
    if rest.strip():
        yield number + 1, rest, passed + len(rest)
