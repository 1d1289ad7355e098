"""The functions of media that no route calls, as data: what wakes them, and what they may call.

CDK deploys them (`stacks/media.py`), and the functional tests hold their calls against these grants.
"""

from infrastructure.access import chat, control, media_bucket

QUARANTINE, CHECKED = "quarantine/", "media/"

ENDED = (
    chat("GetItem UpdateItem", "media"),
    control("UpdateItem", "quota"),
    control("PutItem", "due"),
)
CHECK_GRANTS = ENDED
SWEEP_GRANTS = (
    *ENDED,
    chat("Query DeleteItem", "media"),
    chat("BatchGetItem", "conversation"),
    control("Query DeleteItem", "due"),
)
CHECK_BUCKETS = (
    media_bucket("GetObject GetObjectTagging DeleteObject AbortMultipartUpload", QUARANTINE),
    media_bucket("PutObject DeleteObject AbortMultipartUpload", CHECKED),
    media_bucket("ListBucket"),
)
SWEEP_BUCKETS = (media_bucket("DeleteObject AbortMultipartUpload", QUARANTINE, CHECKED),)
COUNT_GRANTS = (control("UpdateItem", "media", "quota"),)
JOBS = {
    "media/process_upload": "the queue of uploads",
    "media/sweep": "every five minutes",
    "media/reconcile_access_logs": "each file of CloudFront's access log",
    "media/make_signing_key": "the first deploy",
}
"""The functions, and what wakes them."""
