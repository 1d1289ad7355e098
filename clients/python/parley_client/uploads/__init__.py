"""Uploads to Parley that survive: parallel parts, retries, resumption by another process."""

from parley_client.uploads.source import FileChanged
from parley_client.uploads.uploader import NotCheckedYet, Started, UploadEnded, Uploader, UploadFailed, UploadRejected

__all__ = [
    "FileChanged",
    "NotCheckedYet",
    "Started",
    "UploadEnded",
    "UploadFailed",
    "UploadRejected",
    "Uploader",
]
