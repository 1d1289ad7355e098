"""The list of a tenant's imports: an entry is written with each, and goes some weeks after it."""

from parley import clock, ids
from parley.errors import InvalidCursor
from parley.identity.caller import Caller
from parley.jobs import store
from parley.jobs.import_views import summary
from parley.jobs.schemas import ImportSummary
from parley.jobs.store import StoredJob
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, pages, transactions
from parley.tables.attributes import required_text
from parley.tables.keys import Key
from parley.tables.pages import Position
from parley.tables.transactions import Action
from parley.wire import Page

LISTED_SECONDS = 60 * 24 * 3600
"""Longer than an import and its job are there."""
_LISTING = ("imports",)


def entry_action(job: StoredJob) -> Action:
    """The write that lists an import, for the transaction that begins it."""
    entry = {"entity": "import_entry", "expires_at": clock.now_ms() // 1000 + LISTED_SECONDS}
    return transactions.put(
        settings().control_table, attributes.item({**_place(job.tenant_id, job.id)._asdict(), **entry})
    )


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[ImportSummary]:
    """The tenant's imports, the newest first. 0.5 RRU, and 0.5 for each 4 KiB of each. Raises `InvalidCursor`."""
    position = None if cursor is None else Position.decode(cursor, _LISTING)
    if position is not None and not ids.is_well_formed(position.text):
        raise InvalidCursor
    found, _ = dynamodb.query(
        settings().control_table,
        keys.imports(caller.tenant_id),
        limit=limit + 1,
        forward=position is not None and not position.forward,
        after=None if position is None else attributes.item(_place(caller.tenant_id, position.text)._asdict()),
    )
    page = pages.cut(
        [required_text(raw, "sk") for raw in found], position, limit, lambda import_id: import_id, _LISTING
    )
    return Page(
        data=[summary(job) for job in store.load_all(caller.tenant_id, page.entries)],
        next_cursor=page.next_cursor,
        prev_cursor=page.prev_cursor,
    )


def _place(tenant_id: str, import_id: str) -> Key:
    return Key(keys.imports(tenant_id), import_id)
