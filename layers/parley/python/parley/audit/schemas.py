"""What crosses the wire about administrative acts."""

from typing import Any

from pydantic import Field

from parley.audit.vocabulary import AuditAction, AuditActor, AuditTarget
from parley.wire import Answer, Page, Timestamp


class AuditLine(Answer):
    """An administrative act: who did what to what, when and from where. It is never changed."""

    id: str
    action: AuditAction
    actor: AuditActor = Field(description="An operator, the tenant's back end, or a user by a right of their own")
    actor_id: str | None = Field(
        None,
        description="The user; of a server the key or login that its token was verified by; of an operator the "
        "beginning of the key's SHA-256",
    )
    acting_for: str | None = Field(None, description="The user that a server token acted for")
    target: AuditTarget
    target_id: str
    conversation_id: str | None = Field(None, description="Where it was, of what is in a conversation")
    details: dict[str, Any] = Field(
        default_factory=dict, description="Names of what was changed, roles, choices: never what somebody wrote"
    )
    address: str | None = Field(None, description="The IP address that the request came from; null for users")
    user_agent: str | None = Field(None, description="What the client said that it is; null for users")
    request_id: str | None = Field(None, description="The X-Request-Id of the answer")
    acted_at: Timestamp


class AuditPage(Page[AuditLine]):
    """Acts, the newest first. A page may be shorter than its limit where filters leave out much of what was read."""
