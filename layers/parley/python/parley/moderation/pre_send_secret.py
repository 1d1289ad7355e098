"""The secret that signs calls of the pre-send webhook: made and rotated by the tenant's back end, shown once."""

from parley import ids
from parley.audit import audit_log
from parley.errors import Unavailable
from parley.identity.caller import Caller
from parley.moderation.schemas import PreSendSecret, RotatePreSendSecret
from parley.outbound import secrets
from parley.outbound.hooks import secret_key
from parley.outbound.items import WebhookSecretItem
from parley.tables import idempotency, keys

SCOPE = "pre-send"


def do_rotate(caller: Caller, body: RotatePreSendSecret, *, idempotency_key: str | None) -> tuple[PreSendSecret, bool]:
    """Make a secret, and whether the request is a repetition, which shows the one that is current now.

    Neither the record of the request nor an answer that is kept holds it. Calls are signed with it within 10 s.
    """
    if idempotency_key is None:
        return _rotate(caller, body, None), False
    made_with = ids.derived_id("rotation", caller.tenant_id, caller.user_id, SCOPE, idempotency_key)
    return idempotency.once(
        keys.idempotency(caller.tenant_id, SCOPE, caller.user_id, idempotency_key),
        body.model_dump(mode="json"),
        make=lambda: _rotate(caller, body, made_with),
        again=lambda: _current(caller),
    )


def _current(caller: Caller) -> PreSendSecret:
    kept = WebhookSecretItem.at(secret_key(caller.tenant_id), consistent=True)
    if kept is None:
        raise Unavailable
    return PreSendSecret(secret=kept.current)


def _rotate(caller: Caller, body: RotatePreSendSecret, made_with: str | None) -> PreSendSecret:
    at = secret_key(caller.tenant_id)
    line = audit_log.line(
        caller,
        "pre_send.secret_rotated",
        ("pre_send", caller.tenant_id),
        details={"overlap_seconds": body.overlap_seconds},
    )
    secret = secrets.rotate(at, overlap_seconds=body.overlap_seconds, made_with=made_with, line=line)
    return PreSendSecret(secret=secret)
