"""The secrets that sign calls to tenants' servers: one, and those before it, each until the end of its own overlap."""

import secrets

from parley import clock
from parley.audit import audit_log
from parley.errors import TooManySecrets, Unavailable
from parley.outbound import signing
from parley.outbound.items import WebhookSecretItem
from parley.settings import settings
from parley.tables import transactions
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import absent, equals
from parley.tables.keys import Key
from parley.tables.transactions import Action

ATTEMPTS = 3
MOST_EARLIER = 5
"""Each adds a signature to every call."""


def new_secret() -> str:
    return signing.secret_of(secrets.token_bytes(signing.KEY_BYTES))


def new_item(at: Key, secret: str, made_with: str | None) -> WebhookSecretItem:
    return WebhookSecretItem(pk=at.pk, sk=at.sk, current=secret, made_with=made_with)


def active(item: WebhookSecretItem) -> list[str]:
    """The secrets that sign now, the newest first."""
    return [item.current, *(secret for secret, _ in _overlapping(item))]


def _overlapping(item: WebhookSecretItem) -> list[tuple[str, int]]:
    """The secrets before the current one that sign still, with the moments at which they end."""
    now = clock.now_ms()
    held = item.earlier or ([(item.previous, item.previous_until)] if item.previous is not None else [])
    return [(secret, int(until)) for secret, until in held if int(until) > now]


def rotate(at: Key, *, overlap_seconds: int, made_with: str | None, line: Action) -> str:
    """Make a new secret and let the one before sign beside it until the overlap ends; the secret that is current now.

    The `line` tells the audit log. Those before keep their own ends: a rotation in haste takes none from a receiver who
    was promised an overlap.

    A repetition of the request that made the current one gives it again, so a crash costs no rotation. Raises
    `TooManySecrets` where as many overlap as may, and `Unavailable` where others rotate at the same time.
    """
    for _ in range(ATTEMPTS):
        before = WebhookSecretItem.at(at, consistent=True)
        if before is not None and made_with is not None and before.made_with == made_with:
            return str(before.current)
        item = new_item(at, new_secret(), made_with)
        unchanged = absent()
        if before is not None:
            ending = [(before.current, clock.now_ms() + overlap_seconds * 1000)] if overlap_seconds else []
            item.earlier = ending + _overlapping(before)
            if len(item.earlier) > MOST_EARLIER:
                raise TooManySecrets(f"At most {MOST_EARLIER} earlier secrets sign at once")
            item.version = int(before.version) + 1
            unchanged = equals("version", int(before.version))
        try:
            audit_log.write(
                transactions.put(settings().control_table, item.serialize(), condition=unchanged, tell=True),
                lines=[line],
            )
        except ConditionFailed:
            continue
        return str(item.current)
    raise Unavailable("The secret is being rotated by others")
