"""The settings of a tenant that travel with every caller: the authorizer puts them into its context."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints

from parley.wire import Name

TEXT_CEILING = 20_000
MESSAGES_PER_MINUTE_CEILING = 600
SEARCHES_PER_MINUTE_CEILING = 600
TENANT_MESSAGES_PER_MINUTE_CEILING = 600_000
DELIVERY_RECEIPTS_CEILING = 100
"""In larger conversations nobody is told of receipts."""
TRANSLATION_CEILING = 100_000_000
GIB = 1024**3
UPLOAD_CEILING = 5 * GIB
"""The largest object that S3 copies in one call, as the promotion of a checked file does."""
STORAGE_CEILING = 1024 * 1024 * GIB
LONGEST_RETENTION_DAYS = 3650
EGRESS_CEILING = 1024 * 1024 * GIB


Language = Literal[
    "ar", "cs", "da", "de", "en", "es", "fi", "fr", "he", "hi", "it", "nl", "no", "pl", "pt", "ru", "sv", "tr", "uk"
]


Element = TypeVar("Element")
Listed = Annotated[tuple[Element, ...], Strict(False)]
"""JSON has lists, which a strict body would not take for a tuple."""


DeclaredKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}:(text|number|boolean)$")]


def _check_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len({each.partition(":")[0] for each in keys}) < len(keys):
        raise ValueError("each key is declared once")
    return keys


RetentionDays = Annotated[
    int | None,
    Field(
        ge=0,
        le=LONGEST_RETENTION_DAYS,
        description="The same for conversations of this type; 0 is never, null as for all",
    ),
]


class TenantSettings(BaseModel):
    """What a tenant may set for itself, within the operator's ceilings; no route reads the tenant again for it.

    A setting that this code does not know is passed over: during a deploy the authorizer may be newer than a function.
    Only what differs from the defaults is stored, so the context stays small and a better default reaches everybody.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)

    text_limit: int = Field(TEXT_CEILING, ge=1, le=TEXT_CEILING, description="Longest message text, in characters")
    edit_window_seconds: int | None = Field(None, ge=0, description="How long a message may be edited; null is always")
    messages_per_minute: int = Field(60, ge=1, le=MESSAGES_PER_MINUTE_CEILING, description="Sends per user")
    searches_per_minute: int = Field(60, ge=1, le=SEARCHES_PER_MINUTE_CEILING, description="Searches per user")
    tenant_messages_per_minute: int = Field(
        6_000, ge=1, le=TENANT_MESSAGES_PER_MINUTE_CEILING, description="Sends of the whole tenant"
    )
    hide_receipts: bool = Field(default=False, description="Nobody sees how far others have read")
    delivery_receipts_members: int = Field(
        20,
        ge=0,
        le=DELIVERY_RECEIPTS_CEILING,
        description="Conversations of up to so many members keep how far messages have reached each; 0 is none",
    )
    media_types: Listed[str] | None = Field(None, description="Types of files accepted; null is all of Parley's")
    max_upload_bytes: int = Field(GIB, ge=1, le=UPLOAD_CEILING, description="Largest file")
    storage_bytes: int = Field(100 * GIB, ge=0, le=STORAGE_CEILING, description="All files of the tenant together")
    user_storage_bytes: int = Field(10 * GIB, ge=0, le=STORAGE_CEILING, description="All files of one user together")
    egress_bytes_per_day: int = Field(1024 * GIB, ge=1, le=EGRESS_CEILING, description="Downloads of the whole tenant")
    user_egress_bytes_per_day: int = Field(50 * GIB, ge=1, le=EGRESS_CEILING, description="Downloads of one user")
    keep_metadata: bool = Field(
        default=False,
        description="Photos, films, recordings and documents keep what they say of place, time, camera and author, "
        "from now on",
    )
    unreadable_metadata: Literal["keep", "reject"] = Field(
        "keep",
        description="What becomes of a file whose metadata cannot be removed: one that is signed, encrypted, of older "
        "Office or not built as it should be",
    )
    pre_send_url: str | None = Field(
        None, max_length=512, description="A server that is asked of each message, for a second at most; null is none"
    )
    pre_send_on_failure: Literal["allow", "refuse"] = Field(
        "allow", description="What becomes of a message where that server does not answer"
    )
    attach_before_ready: bool = Field(default=False, description="A file may be sent while it is still being checked")
    link_previews: bool = Field(
        default=False,
        description="Messages show what the pages say of themselves that their links lead to: Parley fetches them",
    )
    translation: Literal["off", "hook", "amazon"] = Field(
        "off",
        description="Who translates messages for those who ask: nobody, the server at `translation_url`, or Amazon "
        "Translate",
    )
    translation_url: str | None = Field(
        None, max_length=512, description="A server that translates a text within five seconds; null is none"
    )
    translated_characters_per_day: int = Field(
        1_000_000,
        ge=1,
        le=TRANSLATION_CEILING,
        description="Characters that Amazon Translate is given; a user, a tenth of them",
    )
    push_content: Literal["full", "sender", "none"] = Field(
        "full", description="What push notifications show: the text, only who wrote and where, or neither"
    )
    conversation_keys: Annotated[Listed[DeclaredKey], AfterValidator(_check_keys)] | None = Field(
        None,
        min_length=1,
        max_length=5,
        description="Keys of conversations' custom data by which lists are filtered and sorted, with their types, as "
        "`priority:number`: from then on their values have these types, and are 200 bytes together at most",
    )
    user_keys: Annotated[Listed[DeclaredKey], AfterValidator(_check_keys)] | None = Field(
        None,
        min_length=1,
        max_length=5,
        description="Keys of users' custom data by which a back end finds users, as `conversation_keys`",
    )
    teams: bool = Field(
        default=False,
        description="Users see only users of their own teams, and conversations of these or of none",
    )
    shared_by_users: bool = Field(
        default=False, description="Where teams are on: users too open groups and channels that are of no team"
    )
    retention_days: int | None = Field(
        None, ge=1, le=LONGEST_RETENTION_DAYS, description="After how many days messages go; null is never"
    )
    direct_retention_days: RetentionDays = None
    group_retention_days: RetentionDays = None
    channel_retention_days: RetentionDays = None
    moderation_reasons: Listed[Name] | None = Field(
        None, min_length=1, max_length=20, description="Reasons that moderators choose from; null, they write their own"
    )
    languages: Listed[Language] | None = Field(
        None,
        min_length=1,
        max_length=19,
        description="Languages whose inflections a search for messages knows, and that a message is likelier to be in; "
        "null is all of Parley's",
    )

    def days_kept(self, conversation_type: str) -> int | None:
        """After how many days the messages of conversations of a type go; None, never."""
        own: dict[str, int | None] = {
            "direct": self.direct_retention_days,
            "group": self.group_retention_days,
            "channel": self.channel_retention_days,
        }
        days = own.get(conversation_type)
        return self.retention_days if days is None else days or None

    @property
    def lets_messages_go(self) -> bool:
        """Whether messages of any type go by their age."""
        return any(self.days_kept(each) is not None for each in ("direct", "group", "channel"))
