"""The functions that work on jobs, as data: CDK deploys them (`stacks/jobs.py`), tests hold their calls to the grants.

Each kind of job has a queue and a role of its own: what erases may write, what exports may only read.
"""

from infrastructure.access import Grant, chat, control, media_bucket
from infrastructure.sockets import CHECK_TOKENS, FORGET, TELL_PRESENCE

KEEP: tuple[Grant, ...] = (control("GetItem PutItem", "jobs"), control("DeleteItem", "active_jobs"))
"""Load a job, save its steps, end it."""
ERASURE_GRANTS: tuple[Grant, ...] = (
    *KEEP,
    chat("GetItem PutItem UpdateItem DeleteItem", "user"),
    chat("GetItem BatchGetItem UpdateItem DeleteItem Query", "conversation"),
    chat("Query", "conversation", index="collection"),
    chat("ConditionCheckItem", "user"),
    *CHECK_TOKENS,
    *TELL_PRESENCE,
    *FORGET,
    chat("GetItem UpdateItem DeleteItem Query", "media"),
    chat("Query", "files", index="collection"),
    control("GetItem", "connections"),
    control("PutItem", "closing"),
    control("BatchGetItem Query DeleteItem", "user"),
    control("GetItem", "user"),
    control("DeleteItem", "push_tokens"),
    control("UpdateItem DeleteItem", "quota"),
    control("PutItem", "due"),
    control("DeleteItem", "idempotency"),
)
ERASURE_BUCKETS = (media_bucket("DeleteObject AbortMultipartUpload", "quarantine/", "media/"),)
EXPORT_GRANTS: tuple[Grant, ...] = (
    *KEEP,
    chat("GetItem", "tenant"),
    chat("Query", "user", "conversation"),
    chat("Query", "directory", "conversations", "conversation", "files", index="collection"),
    chat("BatchGetItem", "user", "media"),
    control("Query", "user"),
)
"""What an export reads: it writes nothing but its own job, and the bucket."""
SWEEP_GRANTS: tuple[Grant, ...] = (control("GetItem PutItem", "jobs"), control("Query", "active_jobs"))
JOBS = {
    "jobs/run_erasure": "the queue of erasures",
    "jobs/run_export": "the queue of exports",
    "jobs/sweep": "every five minutes",
}
"""The functions, and what wakes them."""
