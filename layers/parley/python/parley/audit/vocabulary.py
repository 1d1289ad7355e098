"""What is written down: the acts, who acts, and on what."""

from typing import Literal, get_args

AuditAction = Literal[
    "tenant.created",
    "tenant.updated",
    "tenant.tokens_revoked",
    "key.created",
    "key.retired",
    "key.removed",
    "issuer.created",
    "issuer.removed",
    "webhook.created",
    "webhook.updated",
    "webhook.secret_rotated",
    "webhook.removed",
    "block_list.put",
    "block_list.removed",
    "pre_send.secret_rotated",
    "flag.resolved",
    "user.erased",
    "user.tokens_revoked",
    "user.banned",
    "user.unbanned",
    "member.role_changed",
    "message.deleted",
    "message.erased",
    "export.started",
]
AuditActor = Literal["operator", "server", "user"]
AuditTarget = Literal[
    "tenant", "key", "issuer", "webhook", "block_list", "pre_send", "flag", "user", "message", "export"
]
ACTIONS: tuple[AuditAction, ...] = get_args(AuditAction)
