"""Emptying a bucket that goes with its stack: S3 deletes none that holds anything."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from parley import aws


class NotEmptied(RuntimeError):
    """Time ran out, or S3 kept an object: the next try goes on."""


def empty(bucket: str, *, may_go_on: Callable[[], bool]) -> None:
    """Delete all objects with all their versions, a page after the other; a bucket that is gone is empty."""
    client = aws.client("s3")
    try:
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            named = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
            if not named:
                continue
            if not may_go_on():
                raise NotEmptied(f"{bucket}: there is more")
            left = client.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True}).get("Errors", [])
            if left:
                raise NotEmptied(f"{bucket}: {left[0]['Code']} for {len(left)} objects")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
