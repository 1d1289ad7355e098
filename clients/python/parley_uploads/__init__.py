"""Uploads to Parley that survive: parallel parts, retries, resumption by another process. Standard library alone."""

from parley_uploads.api import HttpApi, Refused
from parley_uploads.uploader import Uploader, UploadFailed

__all__ = ["HttpApi", "Refused", "UploadFailed", "Uploader"]
