"""Exports as whoever asked for them gets them: fetched, checked against the manifest, and read."""

import gzip
import hashlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from parley.jobs import export, export_store
from parley.media import storage
from parley.settings import job_settings

PREFIX = "parley-test-exports-"


@contextmanager
def export_bucket() -> Iterator[str]:
    """A new bucket of exports in whatever S3 the process is pointed at, gone afterwards with what is in it."""
    name = PREFIX + uuid.uuid4().hex[:12]
    storage.client.cache_clear()
    with patch.dict(os.environ, {"EXPORT_BUCKET": name}):
        job_settings.cache_clear()
        storage.client().create_bucket(Bucket=name)
        yield name
        remove_bucket(name)
    job_settings.cache_clear()


def remove_bucket(name: str) -> None:
    for page in storage.client().get_paginator("list_objects_v2").paginate(Bucket=name):
        for each in page.get("Contents", ()):
            storage.client().delete_object(Bucket=name, Key=each["Key"])
    storage.client().delete_bucket(Bucket=name)


def objects() -> dict[str, bytes]:
    """Every object of the bucket."""
    found = storage.client().list_objects_v2(Bucket=job_settings().export_bucket).get("Contents", [])
    return {each["Key"]: export_store.get(each["Key"]) for each in found}


def fetch(answer: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The manifest and the records of an export, from the objects that its answer names; checked on the way."""
    prefix = f"parley-{answer['id']}-"
    stored = {key.rpartition("/")[2]: body for key, body in objects().items() if f"/{answer['id']}/" in key}
    listed = [each["name"] for each in answer["files"]]
    assert listed[0] == export.MANIFEST
    assert all(prefix + each["name"] in each["url"] or each["name"] in each["url"] for each in answer["files"])
    manifest = json.loads(stored[export.MANIFEST])
    records: list[dict[str, Any]] = []
    for known in manifest["files"]:
        body = stored[known["name"]]
        assert (len(body), hashlib.sha256(body).hexdigest()) == (known["size"], known["sha256"])
        records += [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert dict(Counter(record["type"] for record in records)) == manifest["records"] == answer["records"]
    assert sorted([*listed]) == sorted([export.MANIFEST, *(each["name"] for each in manifest["files"])])
    return manifest, records


def canonical(records: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(record, sort_keys=True) for record in records)
