"""What crosses the wire about tenants and their signing keys."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parley.identity.algorithms import SYMMETRIC, Algorithm
from parley.identity.tenant_settings import (
    EGRESS_CEILING,
    MESSAGES_PER_MINUTE_CEILING,
    SEARCHES_PER_MINUTE_CEILING,
    STORAGE_CEILING,
    TENANT_MESSAGES_PER_MINUTE_CEILING,
    TEXT_CEILING,
    TRANSLATION_CEILING,
    UPLOAD_CEILING,
    TenantSettings,
)
from parley.ids import TenantId
from parley.wire import Answer, Body, Change, Name, Timestamp

TokenName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
"""An audience or an issuer: a URI, most often."""
Pem = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Ceilings(BaseModel):
    """How high the operator lets a tenant set its own limits."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)

    text_limit: int = Field(TEXT_CEILING, ge=1, le=TEXT_CEILING)
    messages_per_minute: int = Field(MESSAGES_PER_MINUTE_CEILING, ge=1, le=MESSAGES_PER_MINUTE_CEILING)
    searches_per_minute: int = Field(SEARCHES_PER_MINUTE_CEILING, ge=1, le=SEARCHES_PER_MINUTE_CEILING)
    tenant_messages_per_minute: int = Field(
        TENANT_MESSAGES_PER_MINUTE_CEILING, ge=1, le=TENANT_MESSAGES_PER_MINUTE_CEILING
    )
    max_upload_bytes: int = Field(UPLOAD_CEILING, ge=1, le=UPLOAD_CEILING)
    storage_bytes: int = Field(STORAGE_CEILING, ge=0, le=STORAGE_CEILING)
    user_storage_bytes: int = Field(STORAGE_CEILING, ge=0, le=STORAGE_CEILING)
    egress_bytes_per_day: int = Field(EGRESS_CEILING, ge=1, le=EGRESS_CEILING)
    user_egress_bytes_per_day: int = Field(EGRESS_CEILING, ge=1, le=EGRESS_CEILING)
    translated_characters_per_day: int = Field(TRANSLATION_CEILING, ge=1, le=TRANSLATION_CEILING)


class SettingsChange(TenantSettings):
    """Settings to change; one that is absent stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CeilingsChange(Ceilings):
    """Ceilings to change; one that is absent stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)


PlatformApplication = Annotated[
    str,
    StringConstraints(max_length=512, pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:app/[A-Z_]+/[A-Za-z0-9_.-]+$"),
]
"""The ARN of one of SNS's platform applications."""


class PushApplications(BaseModel):
    """The tenant's own platform applications in SNS. A platform that is null is served by the stage's, if any."""

    model_config = ConfigDict(extra="forbid", strict=True)

    apns: PlatformApplication | None = None
    apns_sandbox: PlatformApplication | None = None
    fcm: PlatformApplication | None = None


class CreateTenant(Body):
    """A tenant to create; without `id` it gets one."""

    id: TenantId | None = Field(None, description="2 to 40 of a-z, 0-9 and -; it stays for good")
    name: Name
    settings: SettingsChange = Field(default_factory=SettingsChange)
    ceilings: CeilingsChange = Field(default_factory=CeilingsChange)


class UpdateTenant(Change):
    """What to change; what is not named stays. `ceilings`, `suspended` and `push_applications` are the operator's.

    A lowered ceiling lowers the settings above it.
    """

    name: Name | None = None
    settings: SettingsChange | None = None
    ceilings: CeilingsChange | None = None
    suspended: bool | None = Field(None, description="All tokens of a suspended tenant are refused, within 60 s")
    push_applications: PushApplications | None = Field(None, description="All of them; those not named are taken away")


class Tenant(Answer):
    """A tenant: a company with an app."""

    id: str
    name: str
    settings: TenantSettings
    ceilings: Ceilings
    suspended_at: Timestamp | None = None
    push_platforms: list[str] = Field(
        default_factory=list, description="Platforms for which the tenant has a platform application of its own"
    )
    tokens_valid_from: Timestamp | None = Field(None, description="Tokens issued before this moment are refused")
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class CreateSigningKey(Body):
    """A key to sign tokens with. Parley makes the secret of an HS256 key; of the others it takes the public key."""

    algorithm: Algorithm = SYMMETRIC
    public_key: Pem | None = Field(None, description="PEM: RSA of 2048 to 4096 bits for RS256, P-256 for ES256")
    audience: TokenName | None = Field(
        None, description="What `aud` of its tokens must name; a token with `aud` is refused where this is null"
    )
    issuer: TokenName | None = Field(None, description="What `iss` of its tokens must be")


class SigningKey(Answer):
    """A key whose tokens are accepted until `expires_at`; null is for good."""

    kid: str = Field(description="Goes into the header of every token that the key signs")
    algorithm: Algorithm
    public_key: str | None = None
    audience: str | None = None
    issuer: str | None = None
    created_at: Timestamp
    expires_at: Timestamp | None = None


class NewSigningKey(SigningKey):
    """A signing key as its creation shows it, once."""

    secret: str | None = Field(None, description="The secret of an HS256 key; it is never shown again")


class SigningKeys(Answer):
    """All keys of a tenant, newest first."""

    data: list[SigningKey]
