"""The functions of media: the check of uploads, the sweeper, the count of what was sent, and the maker of the key."""

from infrastructure.access import chat, control, media_bucket
from infrastructure.triggered.triggered import AccessLogs, Deploy, Every, Trigger, Triggered, Uploads
from infrastructure.uses.media import Checking, CheckQueue
from infrastructure.uses.queues import ConsumedUploads
from infrastructure.uses.use import Libraries, Use

QUARANTINE, CHECKED = "quarantine/", "media/"
CHECK_SECONDS = 600
"""Hashing and copying 5 GiB takes two minutes; decoding is bounded to 90 s."""

ENDED: tuple[Use, ...] = (
    chat("GetItem UpdateItem", "media"),
    control("UpdateItem", "quota"),
    control("PutItem", "due"),
)
PROCESS_UPLOAD = Triggered(
    "media/process_upload",
    "checks uploaded files",
    Uploads(),
    (
        *ENDED,
        chat("Query DeleteItem", "media"),
        chat("BatchGetItem UpdateItem", "conversation"),
        media_bucket("GetObject GetObjectTagging DeleteObject AbortMultipartUpload", QUARANTINE),
        media_bucket("PutObject DeleteObject AbortMultipartUpload", CHECKED),
        media_bucket("ListBucket"),
        Checking(),
        ConsumedUploads(),
    ),
    memory=1024,
    timeout=CHECK_SECONDS,
)
SWEEP = Triggered(
    "media/sweep",
    "brings to an end what nobody else will",
    Every(minutes=5),
    (
        *ENDED,
        chat("Query DeleteItem", "media"),
        chat("BatchGetItem UpdateItem", "conversation"),
        chat("GetItem", "user"),
        control("Query DeleteItem", "due"),
        media_bucket("DeleteObject AbortMultipartUpload", QUARANTINE, CHECKED),
        CheckQueue(),
    ),
    memory=512,
    timeout=240,
)
RECONCILE_ACCESS_LOGS = Triggered(
    "media/reconcile_access_logs",
    "adds what was sent to downloads and usage",
    AccessLogs(),
    (control("UpdateItem", "media", "quota"),),
    memory=512,
    timeout=300,
)
MAKE_SIGNING_KEY = Triggered(
    "media/make_signing_key",
    "makes the key pair that signs media URLs",
    Deploy(),
    (Libraries(("identity",)),),
    timeout=60,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (PROCESS_UPLOAD, SWEEP, RECONCILE_ACCESS_LOGS, MAKE_SIGNING_KEY)
