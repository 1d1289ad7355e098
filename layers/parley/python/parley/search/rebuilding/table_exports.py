"""The table as DynamoDB exports it to S3: one snapshot in many compressed files, read at no cost to the table.

An export is asked for by name, so that whoever dies between asking and noting the answer asks for the same one again.
It takes minutes. Then `manifest-files.json` lists the data files; each line of a file is an item in DynamoDB's JSON.
Whoever reads notes the file and the line after each piece: a worker that goes on in the same process keeps the file
open, another opens it again and passes over what has been read.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from parley import aws, clock
from parley.settings import search_settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem

PREFIX = "exports/"
READ_SECONDS = 20
_DAMAGE = (EOFError, OSError, zlib.error, ValueError, KeyError)


class ExportFailed(Exception):
    """There will be no such export, or it is not what its manifest says: asking again would not help."""


class ExportUnavailable(Exception):
    """DynamoDB or S3 did not answer; the same may succeed later."""


@dataclass(frozen=True)
class ExportProgress:
    """How far an export is read: `file` of `files` (None until it is complete), and `lines` of that file."""

    arn: str
    prefix: str
    requested_at: int
    files: int | None = None
    file: int = 0
    lines: int = 0

    @property
    def is_read(self) -> bool:
        return self.files is not None and self.file >= self.files

    @property
    def place(self) -> str:
        """Where the export's manifests and data are, as DynamoDB documents it."""
        return f"{self.prefix}/AWSDynamoDB/{self.arn.rpartition('/')[2]}"


@cache
def client() -> Any:
    """The process's S3 client for exports."""
    retries = {"mode": "standard", "total_max_attempts": 3}
    return aws.client("s3", {"connect_timeout": 1, "read_timeout": READ_SECONDS, "retries": retries})


def request(name: str) -> ExportProgress:
    """Ask for an export of the table as it is now. Asking again by the same name gives the same one."""
    wanted = search_settings()
    prefix = f"{PREFIX}{name}"
    now = clock.now_ms()
    try:
        arn = dynamodb.export_table(
            wanted.export_table, bucket=wanted.export_bucket, prefix=prefix, token=name, key_id=wanted.export_key
        )
    except (BotoCoreError, ClientError) as error:
        raise _export_error(error) from error
    return ExportProgress(arn, prefix, now)


def look(progress: ExportProgress) -> ExportProgress:
    """The progress with the number of files, once the export is complete. Raises `ExportFailed`."""
    try:
        described = dynamodb.describe_export(progress.arn)
    except (BotoCoreError, ClientError) as error:
        raise _export_error(error) from error
    if described["ExportStatus"] == "FAILED":
        raise ExportFailed(described.get("FailureCode") or "the export failed")
    if described["ExportStatus"] != "COMPLETED":
        return progress
    return replace(progress, files=len(_reader().manifest(progress)))


def read(progress: ExportProgress, *, limit: int) -> tuple[list[RawItem], ExportProgress]:
    """The next items, at most so many and of one file, and the progress after them.

    Raises `ExportFailed` where a file is not what the manifest says, `ExportUnavailable`.
    """
    try:
        return _reader().take(progress, limit)
    except (BotoCoreError, ClientError) as error:
        _reader().close()
        raise _export_error(error) from error
    except _DAMAGE as error:
        _reader().close()
        raise ExportFailed(f"file {progress.file} of the export cannot be read") from error


def _export_error(error: Exception) -> Exception:
    if dynamodb.is_transient(error):
        return ExportUnavailable(type(error).__name__)
    return ExportFailed(error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__)


@dataclass(frozen=True, slots=True)
class _File:
    """A data file as the manifest names it."""

    key: str
    etag: str
    items: int


class _Reader:
    """The open file of this process, and where in it the next line is."""

    def __init__(self) -> None:
        self._files: tuple[str, list[_File]] = ("", [])
        self._at: ExportProgress | None = None
        self._lines: Iterator[bytes] = iter(())

    def close(self) -> None:
        self._at, self._lines = None, iter(())

    def manifest(self, progress: ExportProgress) -> list[_File]:
        """The data files. Their keys may or may not begin with the prefix that was asked for."""
        if self._files[0] != progress.arn:
            body = _body(f"{progress.place}/manifest-files.json").read()
            entries = [json.loads(line) for line in body.splitlines() if line.strip()]
            files = [
                _File(
                    f"{progress.place}/data/{entry['dataFileS3Key'].rpartition('/')[2]}",
                    entry["etag"],
                    int(entry["itemCount"]),
                )
                for entry in entries
            ]
            self._files = (progress.arn, files)
        return self._files[1]

    def take(self, progress: ExportProgress, limit: int) -> tuple[list[RawItem], ExportProgress]:
        file = self.manifest(progress)[progress.file]
        if self._at != progress:
            self._open(file, progress)
        items = [json.loads(line)["Item"] for line in islice(self._lines, min(limit, file.items - progress.lines))]
        read = progress.lines + len(items)
        if read == file.items:
            self.close()
            return items, replace(progress, file=progress.file + 1, lines=0)
        if len(items) < limit:
            raise EOFError
        self._at = replace(progress, lines=read)
        return items, self._at

    def _open(self, file: _File, progress: ExportProgress) -> None:
        self.close()
        if file.items:
            compressed = _body(file.key, IfMatch=f'"{file.etag}"')
            self._lines = iter(io.BufferedReader(cast("Any", gzip.GzipFile(fileobj=compressed))))
            for _ in islice(self._lines, progress.lines):
                pass


def _body(key: str, **conditions: str) -> Any:
    return client().get_object(Bucket=search_settings().export_bucket, Key=key, **conditions)["Body"]


@cache
def _reader() -> _Reader:
    return _Reader()


def forget() -> None:
    """Let go of the open file and the client, as a process does that ends."""
    _reader.cache_clear()
    client.cache_clear()
