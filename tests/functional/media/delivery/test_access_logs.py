"""CloudFront's access logs are added to downloads and usage, once whatever is repeated."""

import gzip

from functions.media import reconcile_access_logs
from parley.media import lifecycle, storage
from parley.tables import usage
from tests.support.aws.gateway import Context
from tests.support.aws.ministack import BUCKET
from tests.support.clients.uploading import checked
from tests.support.people.people import Person

COLUMNS = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs-uri-query"


def _log(name: str, *lines: tuple[str, int, str, str]) -> dict[str, object]:
    """Write a log file of `(date, bytes, path, query)` and give the event that tells of it."""
    rows = [
        f"{date}\t09:00:00\tLHR\t{size}\t192.0.2.1\tGET\td.cloudfront.net\t/{path}\t206\t{query}"
        for date, size, path, query in lines
    ]
    text = "\n".join(["#Version: 1.0", f"#Fields: {COLUMNS}", *rows, ""])
    storage.client().put_object(Bucket=BUCKET, Key=f"logs/{name}", Body=gzip.compress(text.encode()))
    return {"detail": {"bucket": {"name": BUCKET}, "object": {"key": f"logs/{name}"}}}


def test_a_log_file_is_counted_once(alice: Person) -> None:
    media_id = str(checked(alice, b"hello", "text/plain")["id"])
    alice.get(f"/v1/download/{media_id}")
    issued = alice.get(f"/v1/media/{media_id}/downloads")["data"][0]
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None
    path = f"{item.folder}original"
    query = f"response-content-disposition=attachment&d={issued['id']}&Expires=1&Signature=x"
    event = _log(
        f"{media_id}-1.gz",
        ("2026-11-23", 100, path, query),
        ("2026-11-23", 50, path, query),
        ("2026-11-24", 7, path, query),
        ("2026-11-24", 999, path, "d=unknown"),
        ("2026-11-24", 999, "favicon.ico", "-"),
    )
    for _ in range(2):
        assert reconcile_access_logs.handler(event, Context()) == {"downloads": 2}
    reconcile_access_logs.handler(_log(f"{media_id}-2.gz", ("2026-11-24", 1, path, query)), Context())
    seen = alice.get(f"/v1/media/{media_id}/downloads")["data"][0]
    assert (seen["bytes_sent"], seen["requests"]) == (158, 4)
    days = [usage.total(alice.tenant_id, "egress_bytes", day) for day in ("2026-11-23", "2026-11-24")]
    assert days == [150, 8]
