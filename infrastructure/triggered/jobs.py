"""The functions that work on jobs.

Each kind of job has a queue and a role of its own: what erases may write, what exports may only read.
"""

from infrastructure.access import JOB_QUEUES, chat, control, media_bucket
from infrastructure.routes.messaging import MODERATING, UNLISTED
from infrastructure.routes.people import LEAVING_TEAMS
from infrastructure.routes.sending import SENDING
from infrastructure.triggered.media import CHECKED, QUARANTINE
from infrastructure.triggered.realtime import CHECK_TOKENS, FORGET, TELL_PRESENCE
from infrastructure.triggered.triggered import Every, JobMessages, Trigger, Triggered
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Exports, Jobs
from infrastructure.uses.media import Checking
from infrastructure.uses.permissions import PERMISSIONS, USING_TYPES
from infrastructure.uses.push import Push
from infrastructure.uses.queues import Consumed
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.use import Use

RUN_SECONDS = 300
"""A run; a job whose run died goes on when its lease ends, a minute after that."""
ANNOUNCING_SECONDS = 120
"""A run of an announcement: shorter, so that other tenants' have their turn."""
KEEP: tuple[Use, ...] = (control("GetItem PutItem", "jobs"), control("DeleteItem", "active_jobs"))
"""Load a job, save its steps, end it."""
ERASING: tuple[Use, ...] = (
    control("UpdateItem", "unlisted"),
    *KEEP,
    chat("GetItem PutItem UpdateItem DeleteItem ConditionCheckItem", "user"),
    chat("GetItem BatchGetItem UpdateItem DeleteItem Query", "conversation"),
    chat("Query", "conversation", index="collection"),
    chat("Query UpdateItem", "holds"),
    chat("UpdateItem", "user_groups"),
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
    control("DeleteItem", "timers"),
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
    control("Query", "announcements"),
    control("BatchGetItem", "jobs"),
    chat("GetItem", "tenant", "conversation_types"),
    chat("Query", "user", "conversation", "user_groups", "holds"),
    chat("Query", "directory", "conversations", "conversation", "files", index="collection"),
    chat("BatchGetItem", "user", "media"),
    control("Query", "user"),
    AuditLog("read"),
    Jobs(("exports",)),
    Exports("write"),
    Consumed("exports"),
)
"""What an export reads: it writes nothing but its own job, and the bucket."""
IMPORTING: tuple[Use, ...] = (
    *KEEP,
    chat("GetItem", "tenant"),
    *USING_TYPES,
    chat("BatchWriteItem", "user"),
    chat("PutItem BatchWriteItem", "conversation"),
    *LEAVING_TEAMS,
    chat("BatchGetItem GetItem PutItem UpdateItem DeleteItem", "media"),
    control("PutItem", "conversation"),
    control("BatchGetItem UpdateItem", "quota"),
    control("PutItem", "due"),
    control("BatchWriteItem", "user"),
    media_bucket("PutObject", "quarantine/"),
    Jobs(("imports",)),
    Exports("write"),
    Consumed("imports"),
)
"""What an import writes: users, files that are new, and conversations that are."""
TRUNCATING: tuple[Use, ...] = (
    *KEEP,
    chat("BatchGetItem GetItem Query UpdateItem DeleteItem", "conversation"),
    chat("Query", "conversation", index="collection"),
    chat("Query", "holds"),
    chat("GetItem DeleteItem", "user"),
    chat("DeleteItem", "media"),
    control("UpdateItem", "idempotency"),
    control("PutItem", "due"),
    Jobs(("truncations",)),
    Consumed("truncations"),
)
"""What the removal of messages takes away: they, and what hangs on them."""
RETAINING: tuple[Use, ...] = (
    *KEEP,
    control("PutItem", "active_jobs"),
    chat("GetItem", "tenant", "conversation_types"),
    chat("Query", "conversations", index="collection"),
    chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
    chat("Query", "holds"),
    chat("GetItem", "user"),
    UNLISTED,
    Jobs(("retentions", "truncations")),
    Consumed("retentions"),
)
"""What lets messages go by their age: it moves the bounds of conversations, and leaves the removal to truncations."""
ANNOUNCING: tuple[Use, ...] = (
    *KEEP,
    control("PutItem UpdateItem", "announcements"),
    control("UpdateItem", "rate_limit"),
    chat("GetItem", "tenant"),
    chat("Query", "conversations", index="collection"),
    *SENDING,
    Jobs(("announcements",)),
    Consumed("announcements"),
)
"""What an announcement does: it finds conversations, and sends to them."""
SWEEPING: tuple[Use, ...] = (
    control("GetItem PutItem", "jobs"),
    control("Query", "active_jobs"),
    Jobs(tuple(kind for kind in JOB_QUEUES if kind != "previews")),
)
RUN_ERASURE = Triggered(
    "jobs/run_erasure", "erases users", JobMessages("erasures"), ERASING, memory=512, timeout=RUN_SECONDS
)
RUN_EXPORT = Triggered(
    "jobs/run_export", "exports tenants and users", JobMessages("exports"), EXPORTING, memory=1024, timeout=RUN_SECONDS
)
RUN_IMPORT = Triggered(
    "jobs/run_import", "imports other chats", JobMessages("imports"), IMPORTING, memory=1024, timeout=RUN_SECONDS
)
RUN_TRUNCATION = Triggered(
    "jobs/run_truncation",
    "removes what was truncated",
    JobMessages("truncations"),
    TRUNCATING,
    memory=512,
    timeout=RUN_SECONDS,
)
RUN_RETENTION = Triggered(
    "jobs/run_retention",
    "lets messages go by their age",
    JobMessages("retentions"),
    RETAINING,
    memory=512,
    timeout=RUN_SECONDS,
)
RUN_ANNOUNCEMENT = Triggered(
    "jobs/run_announcement",
    "sends announcements",
    JobMessages("announcements"),
    ANNOUNCING,
    memory=512,
    timeout=ANNOUNCING_SECONDS,
)
SHOW_PREVIEWS = Triggered(
    "jobs/show_previews",
    "fetches what links of messages lead to, and shows it",
    JobMessages("previews"),
    (
        chat("GetItem UpdateItem", "conversation"),
        chat("GetItem PutItem UpdateItem DeleteItem Query", "media"),
        chat("BatchGetItem", "conversation"),
        control("GetItem PutItem DeleteItem", "link_previews"),
        control("UpdateItem", "quota"),
        control("PutItem", "due"),
        media_bucket("GetObject GetObjectTagging PutObject DeleteObject AbortMultipartUpload", QUARANTINE),
        media_bucket("PutObject DeleteObject AbortMultipartUpload", CHECKED),
        media_bucket("ListBucket"),
        Checking(),
        Jobs(("previews",)),
        Consumed("previews"),
    ),
    memory=1024,
    timeout=RUN_SECONDS,
)
"""Three links of at most 16 s, and three pictures whose decoding is bounded to 90 s."""
SWEEP = Triggered("jobs/sweep", "queues jobs that nobody works on", Every(minutes=5), SWEEPING, timeout=60)
START_RETENTIONS = Triggered(
    "jobs/start_retentions",
    "begins the retention of each tenant whose messages go by their age",
    Every(minutes=24 * 60),
    (
        chat("Query", "retaining", index="collection"),
        control("PutItem", "jobs", "active_jobs"),
        Jobs(("retentions",)),
    ),
    timeout=RUN_SECONDS,
)
RUN_TIMERS = Triggered(
    "jobs/run_timers",
    "lets reminders come due, and sends messages whose moment has come",
    Every(minutes=1),
    (
        control("GetItem PutItem Query DeleteItem", "timers"),
        chat("BatchGetItem GetItem UpdateItem DeleteItem", "user"),
        chat("BatchGetItem", "tenant"),
        chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
        chat("BatchGetItem", "user_groups"),
        chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
        control("PutItem", "due"),
        control("GetItem PutItem UpdateItem", "idempotency"),
        control("PutItem", "user"),
        control("UpdateItem", "rate_limit"),
        PERMISSIONS,
        *MODERATING,
        UNLISTED,
    ),
    memory=512,
    timeout=60,
)
WORKERS = (RUN_ERASURE, RUN_EXPORT, RUN_IMPORT, RUN_TRUNCATION, RUN_RETENTION, RUN_ANNOUNCEMENT, SHOW_PREVIEWS)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (*WORKERS, SWEEP, START_RETENTIONS, RUN_TIMERS)
