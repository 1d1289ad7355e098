"""What was found at a link, kept for a day a tenant, so that a link that many share is fetched once.

Who finds nothing puts a claim there for a minute and fetches; others who come meanwhile wait. A tenant's cache is its
own: what one has fetched tells another nothing.
"""

import hashlib
import json
from typing import Any

from parley import clock
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.attributes import RawItem, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.keys import Key

KEPT_SECONDS = 24 * 3600
FAILURE_SECONDS = 15 * 60
"""What led nowhere is asked for again after that."""
CLAIM_SECONDS = 60
"""Longer than a page and its picture take; the picture's check goes on without the claim."""
Kept = dict[str, Any]
"""A preview as messages keep it, with `media_id` of its picture; empty where the link leads to none."""


class BeingFetched(Exception):
    """Another is fetching the link at this moment."""


def _at(tenant_id: str, url: str) -> Key:
    return keys.link_preview(tenant_id, hashlib.sha256(url.encode()).hexdigest()[:32])


def find_or_claim(tenant_id: str, url: str) -> Kept | None:
    """What is kept of a link; None where nothing is, and the caller is to fetch it. Raises `BeingFetched`.

    1 RRU, and 1 WRU to claim.
    """
    at = _at(tenant_id, url)
    found = dynamodb.get(settings().control_table, at, consistent=True)
    if found is None:
        try:
            dynamodb.put_if_absent(settings().control_table, _item(at, CLAIM_SECONDS))
        except ConditionFailed as failed:
            found = failed.item or {}
        else:
            return None
    said = text(found, "found")
    if said is None:
        raise BeingFetched
    kept: Kept = json.loads(said)
    return kept


def keep(tenant_id: str, url: str, found: Kept) -> None:
    """Keep what was found, in the place of the claim. 1 or 2 WRU."""
    seconds = KEPT_SECONDS if found else FAILURE_SECONDS
    dynamodb.put(settings().control_table, _item(_at(tenant_id, url), seconds, found=json.dumps(found)))


def forget(tenant_id: str, url: str) -> None:
    """Fetch a link anew next time: its picture is gone. 1 WRU."""
    dynamodb.delete(settings().control_table, _at(tenant_id, url))


def _item(at: Key, seconds: int, **said: str) -> RawItem:
    expires_at = clock.now_ms() // 1000 + seconds
    return attributes.item({**at._asdict(), "entity": "link_preview", "expires_at": expires_at, "version": 1, **said})
