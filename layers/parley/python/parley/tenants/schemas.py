"""What crosses the wire about tenants, and the settings that travel with every caller."""

from pydantic import BaseModel, ConfigDict, Field

TEXT_CEILING = 20_000
MESSAGES_PER_MINUTE_CEILING = 600


class TenantSettings(BaseModel):
    """What a tenant may set for itself, within the operator's ceilings. The authorizer puts it beside every caller,
    so that no route reads the tenant again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_limit: int = Field(TEXT_CEILING, ge=1, le=TEXT_CEILING, description="Longest message text, in characters")
    edit_window_seconds: int | None = Field(None, ge=0, description="How long a message may be edited; null is always")
    messages_per_minute: int = Field(60, ge=1, le=MESSAGES_PER_MINUTE_CEILING, description="Sends per user")
    searches_per_minute: int = Field(60, ge=1, le=600, description="Searches per user")
    tenant_messages_per_minute: int = Field(6_000, ge=1, le=600_000, description="Sends of the whole tenant")
    hide_receipts: bool = Field(default=False, description="Nobody sees how far others have read")
