"""CloudFront's access logs: what was really sent, added to the downloads that asked for it and to the day's usage.

A log file may be delivered, and told of, more than once. So each download notes the files that it has been counted
from, in the transaction that adds the bytes: a file counts once for it, whatever is repeated or crashes.
"""

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from parley.media import storage
from parley.media.delivery.signed_urls import DOWNLOAD_PARAMETER
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions, usage
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, contains, exists
from parley.tables.keys import Key

_PATH_PARTS = 5
_FIELDS = "#Fields:"


@dataclass(frozen=True, slots=True)
class Sent:
    """One line: `bytes` of one file, for one download, on one day."""

    tenant_id: str
    media_id: str
    download_id: str
    day: str
    bytes: int


@dataclass(slots=True)
class _Total:
    requests: int = 0
    by_day: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def reconcile(bucket: str, key: str) -> int:
    """Count one log file; how many downloads it was about. 4 WRU for each."""
    body = storage.client().get_object(Bucket=bucket, Key=key)["Body"]
    name = hashlib.sha256(key.encode()).hexdigest()[:12]
    totals: dict[tuple[str, str, str], _Total] = defaultdict(_Total)
    with gzip.open(body, "rt", encoding="utf-8", errors="replace") as lines:
        for sent in parse(lines):
            total = totals[sent.tenant_id, sent.media_id, sent.download_id]
            total.requests += 1
            total.by_day[sent.day] += sent.bytes
    for (tenant_id, media_id, download_id), total in totals.items():
        _count(Key(keys.media(tenant_id, media_id), keys.download_sk(download_id)), tenant_id, total, name)
    return len(totals)


def parse(lines: Iterable[str]) -> Iterator[Sent]:
    """The lines that are about downloads. Columns are found by the file's own `#Fields`."""
    columns: list[str] = []
    for line in lines:
        if line.startswith(_FIELDS):
            columns = line.removeprefix(_FIELDS).split()
        if line.startswith("#") or not columns:
            continue
        row = dict(zip(columns, line.rstrip("\n").split("\t"), strict=False))
        path = unquote(row.get("cs-uri-stem", "")).strip("/").split("/")
        download = parse_qs(unquote(row.get("cs-uri-query", ""))).get(DOWNLOAD_PARAMETER)
        size = row.get("sc-bytes", "")
        if len(path) == _PATH_PARTS and path[0] + "/" == storage.CHECKED and download and size.isdecimal():
            yield Sent(path[1], path[2], download[0], row.get("date", ""), int(size))


def _count(at: Key, tenant_id: str, total: _Total, name: str) -> None:
    """Add to a download that is still kept, unless this file has been added to it."""
    counted = transactions.update(
        settings().control_table,
        at,
        Update().add(bytes_sent=sum(total.by_day.values()), requests=total.requests, log_files={name}),
        condition=exists() & ~contains("log_files", name),
    )
    added = [usage.add_action(tenant_id, "egress_bytes", day, amount) for day, amount in total.by_day.items()]
    try:
        dynamodb.transact([counted, *added])
    except TransactionRefused:
        return
