"""An issuer's keys as they are kept: in the process for a minute, in `control` for a day without a further fetch.

A fetch is begun at most every 30 s for a registration, whatever tokens name and however many processes there are: who
begins one says so in the table first. Keys are fetched anew once they are an hour old, or when a token names one that
is not among them; where that fails they are kept. Each registration has its own keys, so no tenant's address for an
issuer decides about another tenant's tokens.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from parley import clock
from parley.errors import TokenKeyUnknown
from parley.identity import forgeries
from parley.identity.tokens import VerificationKey
from parley.issuers.fetching import FetchFailed, fetch_keys
from parley.issuers.items import IssuerItem, keys_at
from parley.issuers.published import KeySet
from parley.observability import logger
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem, number, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_most

PACE_MS = 30_000
FRESH_MS = 3_600_000
KEPT_MS = 24 * 3_600_000
LOOKED_MS = 5_000
"""A process that found nothing new in the table, and may not fetch, looks again after this."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Keys, and when they were fetched."""

    keys: KeySet
    fetched_at: int

    @property
    def age(self) -> int:
        return clock.now_ms() - self.fetched_at


_kept: Remembered[str, Kept] = Remembered(most=500, kept_ms=60_000)
_looked: Remembered[str, bool] = Remembered(most=500, kept_ms=LOOKED_MS)


def forget() -> None:
    """Begin as a new process does."""
    _kept.clear()
    _looked.clear()


def find(issuer: IssuerItem, kid: str) -> VerificationKey:
    """The key of this registration with this id. Raises `TokenKeyUnknown`, also for keys that were kept too long."""
    kept = _kept.get(issuer.issuer_id) or _load(issuer)
    if kept.age >= FRESH_MS:
        kept = _renewed(issuer, kept)
    if kid not in kept.keys:
        kept = _renewed(issuer, kept)
    key = kept.keys.get(kid)
    if key is None or kept.age >= KEPT_MS:
        forgeries.remember_key(f"{issuer.issuer_id} {kid}")
        raise TokenKeyUnknown
    return key


def _renewed(issuer: IssuerItem, kept: Kept) -> Kept:
    """What is newer than `kept`: another process's fetch, or one of our own where it is time for it."""
    if _looked.get(issuer.issuer_id):
        return kept
    _looked.set(issuer.issuer_id, True)
    stored = _load(issuer)
    if stored.fetched_at > kept.fetched_at and stored.age < FRESH_MS:
        return stored
    if not _may_fetch(issuer):
        return stored
    try:
        found = fetch_keys(issuer.issuer, issuer.jwks_url)
    except FetchFailed as failed:
        logger().warning("issuer keys not fetched", extra={"tenant_id": issuer.tenant_id, "reason": str(failed)})
        _note(issuer, Update().set(failure=str(failed)))
        return stored
    _note(issuer, fetched(found))
    return _remembered(issuer, Kept(found, clock.now_ms()))


def _may_fetch(issuer: IssuerItem) -> bool:
    """Whether the last fetch was begun long enough ago; this one is begun with that."""
    now = clock.now_ms()
    begun = Update().set(entity="issuer_keys", tried_at=now).add(version=1)
    return _note(issuer, begun, condition_at=now - PACE_MS)


def _note(issuer: IssuerItem, change: Update, *, condition_at: int | None = None) -> bool:
    condition = None if condition_at is None else absent("tried_at") | at_most("tried_at", condition_at)
    try:
        dynamodb.update(settings().control_table, keys_at(issuer), change, condition=condition)
    except ConditionFailed:
        return False
    return True


def fetched(found: KeySet) -> Update:
    """How keys that were fetched now are written."""
    return (
        Update()
        .set(keys=json.dumps({kid: _stored(key) for kid, key in found.items()}), fetched_at=clock.now_ms())
        .remove("failure")
    )


def _stored(key: VerificationKey) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(key).items() if name in ("algorithm", "material")}


def _load(issuer: IssuerItem) -> Kept:
    return _remembered(issuer, _read(dynamodb.get(settings().control_table, keys_at(issuer), consistent=True) or {}))


def _read(raw: RawItem) -> Kept:
    said: dict[str, dict[str, str]] = json.loads(text(raw, "keys") or "{}")
    return Kept({kid: VerificationKey(**key) for kid, key in said.items()}, number(raw, "fetched_at"))


def _remembered(issuer: IssuerItem, kept: Kept) -> Kept:
    _kept.set(issuer.issuer_id, kept)
    return kept
