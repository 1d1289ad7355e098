"""What a function may call: the vocabulary of `infrastructure/routes/`.

A grant names DynamoDB actions on a table and the key spaces that they may touch. CDK turns it into an IAM statement
with a `dynamodb:LeadingKeys` condition; the functional tests hold every call of a handler against the same grant, so
a role that lacks a call, and a grant that nothing uses, are both found before a deploy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from infrastructure.uses.use import Place, Statement, Use

Table = Literal["chat", "control", "audit"]
KeySpace = Literal[
    "tenant",
    "secrets",
    "user",
    "directory",
    "conversation",
    "idempotency",
    "rate_limit",
    "media",
    "quota",
    "due",
    "timers",
    "access_log",
    "connections",
    "closing",
    "breakers",
    "search_state",
    "search_failures",
    "search_heartbeat",
    "search_cache",
    "search_mark",
    "alerts",
    "webhooks",
    "webhook_log",
    "flags",
    "cases",
    "appeals",
    "jobs",
    "active_jobs",
    "imports",
    "announcements",
    "files",
    "conversations",
    "push_tokens",
    "moderation",
    "pre_send",
    "pre_send_secret",
    "issuer_keys",
    "issuer_audiences",
    "unlisted",
    "commands",
    "command_endpoints",
    "conversation_types",
    "user_groups",
    "user_group_members",
    "link_previews",
    "holds",
    "retaining",
    "audit",
]
Bucket = Literal["media"]
JobQueue = Literal["erasures", "exports", "imports", "truncations", "retentions", "announcements", "previews"]
JOB_QUEUES: tuple[JobQueue, ...] = get_args(JobQueue)
"""The queues of jobs and of previews, one a kind: each has a worker of its own, which may do what its kind needs."""
ExportUse = Literal["read", "write", "assemble", "remove"]
"""Signing downloads of exports, writing them, also of parts that were uploaded, or removing them."""


@dataclass(frozen=True)
class KeyPattern:
    """Patterns of a partition key, in IAM's `StringLike` syntax; ids never contain `#`, `*` or `?`."""

    like: str
    not_like: str | None = None


KEY_PATTERNS: dict[KeySpace, KeyPattern] = {
    "tenant": KeyPattern("T#*", not_like="T#*#*"),
    "secrets": KeyPattern("T#*#SECRETS"),
    "user": KeyPattern("T#*#U#*"),
    "directory": KeyPattern("T#*#USERS#*"),
    "conversation": KeyPattern("T#*#C#*"),
    "idempotency": KeyPattern("T#*#I#*"),
    "rate_limit": KeyPattern("T#*#RL#*"),
    "media": KeyPattern("T#*#F#*"),
    "quota": KeyPattern("T#*#Q#*"),
    "due": KeyPattern("T#_system#DUE#*"),
    "timers": KeyPattern("T#_system#TIMERS#*"),
    "access_log": KeyPattern("T#_system#LOG#*"),
    "breakers": KeyPattern("T#_system#BREAKERS"),
    "search_state": KeyPattern("T#_system#SEARCH"),
    "search_failures": KeyPattern("T#_system#UNINDEXED#*"),
    "search_heartbeat": KeyPattern("T#_system#HEARTBEAT#*"),
    "search_cache": KeyPattern("T#*#SC#*"),
    "search_mark": KeyPattern("T#*#SM"),
    "alerts": KeyPattern("T#*#ALERTS"),
    "connections": KeyPattern("T#*#X#*"),
    "webhooks": KeyPattern("T#*#HOOKS"),
    "webhook_log": KeyPattern("T#*#WH#*"),
    "flags": KeyPattern("T#*#FLAGS#*"),
    "cases": KeyPattern("T#*#CASES#*"),
    "appeals": KeyPattern("T#*#APPEALS#*"),
    "closing": KeyPattern("T#_system#CLOSING#*"),
    "jobs": KeyPattern("T#*#J#*"),
    "active_jobs": KeyPattern("T#_system#JOBS"),
    "imports": KeyPattern("T#*#IMPORTS"),
    "announcements": KeyPattern("T#*#ANNOUNCEMENTS"),
    "files": KeyPattern("T#*#FILES#*"),
    "conversations": KeyPattern("T#*#CONVERSATIONS#*"),
    "push_tokens": KeyPattern("T#*#PT#*"),
    "moderation": KeyPattern("T#*#MODERATION"),
    "pre_send": KeyPattern("T#*#PRESEND"),
    "pre_send_secret": KeyPattern("T#*#PRESEND#KEY"),
    "issuer_keys": KeyPattern("T#*#ISSUERS"),
    "issuer_audiences": KeyPattern("T#_system#ISS#*"),
    "unlisted": KeyPattern("T#*#UNLISTED"),
    "commands": KeyPattern("T#*#COMMANDS"),
    "command_endpoints": KeyPattern("T#*#CMD#*"),
    "conversation_types": KeyPattern("T#*#TYPES"),
    "user_groups": KeyPattern("T#*#GROUPS"),
    "user_group_members": KeyPattern("T#*#UG#*"),
    "link_previews": KeyPattern("T#*#LP#*"),
    "holds": KeyPattern("T#*#HOLDS"),
    "retaining": KeyPattern("T#_system#RETAINING"),
    "audit": KeyPattern("T#*#AUDIT#*"),
}


SESSIONS_TENANT = "${aws:PrincipalTag/tenant}"
"""IAM's variable: the tenant that a session is tagged with. Without the tag, what holds it matches nothing."""


def of_tenant(like: str, tenant: str = SESSIONS_TENANT) -> str:
    """The pattern for one tenant alone; that of Parley's own partitions (`T#_system#…`) stays as it is."""
    return f"T#{tenant}{like.removeprefix('T#*')}" if like.startswith("T#*") else like


@dataclass(frozen=True)
class Grant(Use):
    """DynamoDB `actions` (without `dynamodb:`) on the key `spaces` of a table or, with `index`, of its index."""

    table: Table
    actions: tuple[str, ...]
    spaces: tuple[KeySpace, ...]
    index: str | None = None

    @property
    def grants(self) -> "tuple[Grant, ...]":
        return (self,)

    def environment(self, place: Place) -> Mapping[str, str]:
        return {f"{self.table.upper()}_TABLE": place.resources.tables[self.table].table_name}


def chat(actions: str, *spaces: KeySpace, index: str | None = None) -> Grant:
    """Grant on the `chat` table; `actions` is a space-separated list."""
    return Grant("chat", tuple(actions.split()), spaces, index)


def control(actions: str, *spaces: KeySpace) -> Grant:
    """Grant on the `control` table; `actions` is a space-separated list."""
    return Grant("control", tuple(actions.split()), spaces)


ON_THE_BUCKET = frozenset({"ListBucket", "ListBucketMultipartUploads"})
"""Actions that know no keys: with `ListBucket`, S3 answers 404 rather than 403 for an object that is not there."""


@dataclass(frozen=True)
class BucketGrant(Use):
    """S3 `actions` (without `s3:`) on the objects whose keys begin with one of `prefixes`.

    Actions on the bucket itself (`ListBucket…`) take no prefix: S3 knows no keys there.
    """

    bucket: Bucket
    actions: tuple[str, ...]
    prefixes: tuple[str, ...]

    @property
    def buckets(self) -> "tuple[BucketGrant, ...]":
        return (self,)

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.media
        if store is None:
            return
        on_bucket = tuple(f"s3:{action}" for action in self.actions if action in ON_THE_BUCKET)
        on_objects = tuple(f"s3:{action}" for action in self.actions if action not in ON_THE_BUCKET)
        if on_bucket:
            yield Statement(on_bucket, (store.bucket_arn,))
        if on_objects:
            yield Statement(on_objects, tuple(f"{store.bucket_arn}/{prefix}*" for prefix in self.prefixes))

    def environment(self, place: Place) -> Mapping[str, str]:
        return {} if place.resources.media is None else {"MEDIA_BUCKET": place.resources.media.bucket_name}

    def findings(self, place: Place) -> Mapping[str, str]:
        """A grant covers all objects below a prefix."""
        store = place.resources.media
        reason = "The keys below one prefix; which of them is decided by the caller's tenant."
        return {} if store is None else {store.finding(prefix): reason for prefix in self.prefixes}


def media_bucket(actions: str, *prefixes: str) -> BucketGrant:
    """Grant on the bucket of media; `actions` is a space-separated list."""
    return BucketGrant("media", tuple(actions.split()), prefixes)
