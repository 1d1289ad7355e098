"""The functions that work on jobs.

Each kind of job has a queue and a role of its own: what erases may write, what exports may only read.
"""

from infrastructure.access import chat, control, media_bucket
from infrastructure.triggered.realtime import CHECK_TOKENS, FORGET, TELL_PRESENCE
from infrastructure.triggered.triggered import Every, JobMessages, Trigger, Triggered
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Exports, Jobs
from infrastructure.uses.push import Push
from infrastructure.uses.queues import Consumed
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.use import Use

RUN_SECONDS = 300
"""A run; a job whose run died goes on when its lease ends, a minute after that."""
KEEP: tuple[Use, ...] = (control("GetItem PutItem", "jobs"), control("DeleteItem", "active_jobs"))
"""Load a job, save its steps, end it."""
ERASING: tuple[Use, ...] = (
    control("UpdateItem", "unlisted"),
    *KEEP,
    chat("GetItem PutItem UpdateItem DeleteItem", "user"),
    chat("GetItem BatchGetItem UpdateItem DeleteItem Query", "conversation"),
    chat("Query", "conversation", index="collection"),
    chat("ConditionCheckItem", "user"),
    chat("UpdateItem DeleteItem", "alerts"),
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
    control("DeleteItem UpdateItem", "idempotency"),
    media_bucket("DeleteObject AbortMultipartUpload", "quarantine/", "media/"),
    Sockets(),
    Push("forget"),
    Jobs(("erasures",)),
    Exports("remove"),
    Consumed("erasures"),
)
EXPORTING: tuple[Use, ...] = (
    *KEEP,
    chat("GetItem", "tenant"),
    chat("Query", "user", "conversation"),
    chat("Query", "directory", "conversations", "conversation", "files", index="collection"),
    chat("BatchGetItem", "user", "media"),
    control("Query", "user"),
    AuditLog("read"),
    Jobs(("exports",)),
    Exports("write"),
    Consumed("exports"),
)
"""What an export reads: it writes nothing but its own job, and the bucket."""
SWEEPING: tuple[Use, ...] = (
    control("GetItem PutItem", "jobs"),
    control("Query", "active_jobs"),
    Jobs(("erasures", "exports")),
)
RUN_ERASURE = Triggered(
    "jobs/run_erasure", "erases users", JobMessages("erasures"), ERASING, memory=512, timeout=RUN_SECONDS
)
RUN_EXPORT = Triggered(
    "jobs/run_export", "exports tenants and users", JobMessages("exports"), EXPORTING, memory=1024, timeout=RUN_SECONDS
)
SWEEP = Triggered("jobs/sweep", "queues jobs that nobody works on", Every(minutes=5), SWEEPING, timeout=60)
WORKERS = (RUN_ERASURE, RUN_EXPORT)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (*WORKERS, SWEEP)
