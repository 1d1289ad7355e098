"""Uploads to Parley that survive: parallel parts, retries, resumption by another process. Standard library alone."""

from parley_uploads.api import HttpApi, Refused
from parley_uploads.source import FileChanged
from parley_uploads.uploader import NotCheckedYet, Started, UploadEnded, Uploader, UploadFailed, UploadRejected

__all__ = [
    "FileChanged",
    "HttpApi",
    "NotCheckedYet",
    "Refused",
    "Started",
    "UploadEnded",
    "UploadFailed",
    "UploadRejected",
    "Uploader",
]
