"""The canary, in the stages that have one: it chats by the stage's own addresses, in a tenant of its own."""

from infrastructure.access import chat, control
from infrastructure.triggered.triggered import Every, Trigger, Triggered
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.use import Libraries

TENANT = "parley-canary"
"""As `parley.canary.tenant` names it; the role reaches this one alone."""
CANARY = Triggered(
    "canary/run",
    "chats as two users would, and tells how it went",
    Every(minutes=5),
    (
        chat("GetItem Query PutItem UpdateItem", "tenant"),
        control("GetItem PutItem", "secrets"),
        AuditLog(),
        Libraries(("identity", "canary")),
    ),
    memory=512,
    timeout=240,
    only_tenant=TENANT,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (CANARY,)
