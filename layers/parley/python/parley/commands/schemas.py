"""What crosses the wire about commands: how a tenant declares them, what members see and run, what servers answer."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from parley.ids import UserId
from parley.messaging.messages.schemas import Message, MessageText
from parley.permissions.roles import Role
from parley.realtime.schemas import EPHEMERAL_LIMIT, EphemeralMessage
from parley.texts import check_name, says_something
from parley.webhooks.schemas import EndpointUrl
from parley.wire import Answer, Body, Custom, Timestamp

CommandName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,32}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(check_name)]
"""What a list of commands shows beside a name."""


class PutCommand(Body):
    """A command as it is to be, whole: what is left out is as if it had never been said."""

    url: EndpointUrl = Field(description="https, on the public internet; redirects are not followed")
    description: Line = Field(description="What it does")
    usage: Line | None = Field(None, description="What to type after its name: `[dice] [sides]`")
    role: Role = Field("member", description="The lowest role in a conversation that may run it there")
    enabled: bool = True


class Command(Answer):
    """A command that members run by typing `/` and its name."""

    name: str
    url: str
    description: str
    usage: str | None
    role: Role
    enabled: bool
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class NewCommand(Command):
    """The same, with the secret that signs its calls where it is new: shown once."""

    secret: str | None = None


class Commands(Answer):
    """All commands of the tenant, by their names."""

    data: list[Command]


class OfferedCommand(Answer):
    """A command that the caller may run here."""

    name: str
    description: str
    usage: str | None


class OfferedCommands(Answer):
    """The commands that the caller may run in the conversation, by their names."""

    data: list[OfferedCommand]


class RunCommand(Body):
    """A command, with what was typed after its name."""

    name: CommandName = Field(description="Without the `/` that people type before it")
    text: MessageText = Field("", description="What they typed after it")
    parent_id: str | None = Field(None, max_length=80, description="The message in whose thread it is run")


class RanCommand(Answer):
    """What came of a command: at most one of the two."""

    id: str = Field(description="As the tenant's server was told it")
    name: str
    message: Message | None = Field(None, description="What everybody in the conversation sees")
    ephemeral_message: EphemeralMessage | None = Field(None, description="What the caller alone sees")


class CommandReply(BaseModel):
    """What a tenant's server answers to a command. What it says beyond that is passed over."""

    model_config = ConfigDict(defer_build=True, extra="ignore", frozen=True, strict=True)

    type: Literal["none", "ephemeral", "message", "system"] = Field(
        "none",
        description="Nothing is shown, or something to the user alone, or a message of the user's, or of the system's",
    )
    text: MessageText = ""
    mentions: list[UserId] = Field(default_factory=list, max_length=100)
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.type != "none" and not says_something(self.text):
            raise ValueError("a message has a text")
        if self.type == "ephemeral" and len(self.text) > EPHEMERAL_LIMIT:
            raise ValueError(f"an ephemeral message has at most {EPHEMERAL_LIMIT} characters")
        return self


class CommandCall(Answer):
    """A command that a member has run, as the tenant's server is told it."""

    id: str
    type: Literal["command.run"]
    tenant_id: str
    user_id: str
    conversation_id: str
    parent_id: str | None
    name: str
    text: str
    run_at: Timestamp


def stored(reply: CommandReply) -> dict[str, Any]:
    """A reply as it is kept for a repetition of its request."""
    return reply.model_dump(mode="json", exclude_defaults=True)
