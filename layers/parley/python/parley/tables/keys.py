"""The only place that spells a key. Every partition key begins with the tenant; sequence numbers have 12 digits.

Sort keys in a conversation's partition are chosen so that a page of history reads nothing but messages and their
annotations: edits (`E#`), flags (`F#`) and gaps (`G#`) sort before `M#`; the conversation itself and reaction overflow
(`O#`) after.
"""

from typing import NamedTuple
from urllib.parse import quote

SYSTEM_TENANT = "_system"
"""Stands where a tenant would in partitions that are Parley's own; no tenant can have this id."""


class Key(NamedTuple):
    """Partition and sort key of an item."""

    pk: str
    sk: str


def tenant(tenant_id: str) -> str:
    return f"T#{tenant_id}"


def secrets(tenant_id: str) -> str:
    """Key material, apart from the tenant so that IAM can keep it to the authorizer and the token function."""
    return f"T#{tenant_id}#SECRETS"


def user(tenant_id: str, user_id: str) -> str:
    return f"T#{tenant_id}#U#{user_id}"


def directory(tenant_id: str, shard: str) -> str:
    """A sixteenth of the tenant's users by name; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#USERS#{shard}"


def directory_sk(folded_name: str, user_id: str) -> str:
    """Sorts users by name and then by id: no name has the separator or anything before it."""
    return f"{folded_name}{DIRECTORY_SEPARATOR}{user_id}"


def conversation(tenant_id: str, conversation_id: str) -> str:
    return f"T#{tenant_id}#C#{conversation_id}"


def thread(tenant_id: str, conversation_id: str, root_seq: int) -> str:
    return thread_under(conversation(tenant_id, conversation_id), root_seq)


def thread_under(conversation_pk: str, root_seq: int) -> str:
    """The partition of a thread in the conversation whose partition this is."""
    return f"{conversation_pk}#TH#{root_seq:012d}"


def members(tenant_id: str, conversation_id: str) -> str:
    """Partition of the `collection` index with a conversation's members."""
    return f"T#{tenant_id}#C#{conversation_id}#MEM"


def idempotency(tenant_id: str, scope: str, user_id: str, key: str) -> Key:
    return Key(f"T#{tenant_id}#I#{scope}#{user_id}#{key}", "I")


def rate_limit(tenant_id: str, scope: str) -> Key:
    return Key(f"T#{tenant_id}#RL#{scope}", "RL")


def media(tenant_id: str, media_id: str) -> str:
    """In `chat` a medium and the messages that it is attached to, in `control` its issued downloads."""
    return f"T#{tenant_id}#F#{media_id}"


def quota(tenant_id: str, metric: str, period: str, shard: str | int) -> Key:
    """One of the counters of a metric: `period` is a day, `total`, or `user` with the user's id as the shard."""
    return Key(f"T#{tenant_id}#Q#{metric}#{period}#{shard}", "Q")


def usage_bitmap(tenant_id: str, metric: str, day: str, line: str, span: int) -> Key:
    """Which of a span of a conversation's or a thread's numbers are counted."""
    return Key(f"T#{tenant_id}#Q#{metric}-seen#{day}#{line}", f"S#{span:09d}")


def stored_bytes(tenant_id: str, day: str) -> Key:
    """What was stored at the end of a day; the days of a tenant share a partition, in order."""
    return Key(f"T#{tenant_id}#Q#stored-bytes", day)


def media_deadlines(hour: str, shard: int) -> str:
    """What must be looked at within an hour (`2026112309`), whatever its tenant: a partition of Parley's own."""
    return f"T#{SYSTEM_TENANT}#DUE#{hour}#{shard}"


def media_deadline_sk(moment: int, tenant_id: str, media_id: str) -> str:
    return f"{moment:015d}#{tenant_id}#{media_id}"


def access_log(name_hash: str) -> Key:
    """That a file of an access log has been counted."""
    return Key(f"T#{SYSTEM_TENANT}#LOG#{name_hash}", "LOG")


def connections(tenant_id: str, shard: str) -> str:
    """A sixteenth of a tenant's open connections; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#X#{shard}"


def watchers(tenant_id: str, conversation_id: str) -> str:
    """The connections that watch a conversation."""
    return f"T#{tenant_id}#C#{conversation_id}#W"


def connection_sk(connection_id: str) -> str:
    return f"X#{connection_id}"


def closing(minute: int, shard: str) -> str:
    """Connections whose tokens expire, and keys that retire, in a minute since the epoch, whatever the tenant."""
    return f"T#{SYSTEM_TENANT}#CLOSING#{minute}#{shard}"


def conversation_log(tenant_id: str, conversation_id: str) -> str:
    """What was told in a conversation lately, for replay."""
    return f"T#{tenant_id}#C#{conversation_id}#LOG"


def user_log(tenant_id: str, user_id: str) -> str:
    """What was told to one user alone lately, for replay."""
    return f"T#{tenant_id}#U#{user_id}#LOG"


def log_sk(moment: int, batch: str = "") -> str:
    """A log entry by the moment at which it was written; without `batch`, the bound before all of that moment."""
    return f"{LOG_PREFIX}{moment:015d}#{batch}"


def breakers() -> str:
    """The circuit breakers' states, one item a circuit."""
    return f"T#{SYSTEM_TENANT}#BREAKERS"


def search_state() -> str:
    """What the indexer shares: where it writes to, how far each shard is indexed, rebuilds under way."""
    return f"T#{SYSTEM_TENANT}#SEARCH"


def search_failures(shard: int) -> str:
    """Documents that could not be indexed, in `chat`, spread over eight partitions."""
    return f"T#{SYSTEM_TENANT}#UNINDEXED#{shard}"


def search_heartbeat(lane: int) -> str:
    """In `chat`: written every minute for the change stream to carry, so that a quiet shard shows how far it is."""
    return f"T#{SYSTEM_TENANT}#HEARTBEAT#{lane}"


def search_cache(tenant_id: str, digest: str) -> Key:
    """The engine's answer to a query of one visibility, for a minute."""
    return Key(f"T#{tenant_id}#SC#{digest}", "SC")


def webhooks(tenant_id: str) -> str:
    """A tenant's webhooks, and in `control` what signs them: apart from the tenant, so that IAM can tell them apart."""
    return f"T#{tenant_id}#HOOKS"


def webhook_log(tenant_id: str, webhook_id: str) -> str:
    """In `control`: how a webhook's endpoint fares, and the log of its deliveries."""
    return f"T#{tenant_id}#WH#{webhook_id}"


def webhook_sk(webhook_id: str) -> str:
    return f"{WEBHOOK_PREFIX}{webhook_id}"


def moderation(tenant_id: str) -> str:
    """What a tenant moderates by."""
    return f"T#{tenant_id}#MODERATION"


def pre_send(tenant_id: str) -> str:
    """In `control`: how the endpoint of a tenant's pre-send webhook fares."""
    return f"T#{tenant_id}#PRESEND"


def pre_send_secret(tenant_id: str) -> str:
    """In `control`: what signs it, apart from other secrets, so that a send can read this one alone."""
    return f"T#{tenant_id}#PRESEND#KEY"


def delivery_sk(delivery_id: str) -> str:
    return f"{DELIVERY_PREFIX}{delivery_id}"


def push_token(tenant_id: str, digest: str) -> Key:
    """In `control`: whose device has this push token now, by the token's hash."""
    return Key(f"T#{tenant_id}#PT#{digest}", "PT")


def pushed(tenant_id: str, conversation_id: str, message_id: str) -> Key:
    """In `control`: the devices that a message has been pushed to."""
    return Key(f"T#{tenant_id}#C#{conversation_id}#PUSHED", message_id)


def flag_gsk(moment: int, message_id: str, user_id: str) -> str:
    return f"{moment:015d}#{message_id}#{user_id}"


def files(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's files; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#FILES#{shard}"


def files_gsk(owner_id: str, media_id: str) -> str:
    """Sorts files by their owners: no id has the separator."""
    return f"{owner_id}{DIRECTORY_SEPARATOR}{media_id}"


def conversations(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's conversations."""
    return f"T#{tenant_id}#CONVERSATIONS#{shard}"


def message_sk(seq: int) -> str:
    return f"M#{seq:012d}"


def annotations_sk(seq: int) -> str:
    """What others hang on a message: reactions, and the count of its replies."""
    return f"M#{seq:012d}#R"


def gaps_sk(span: int) -> str:
    """The overflowed gaps of one span of sequence numbers."""
    return f"G#{span:012d}"


def edit_sk(seq: int, edit: int) -> str:
    """What a message said before its edit of this number."""
    return f"{edits_prefix(seq)}{edit:06d}"


def edits_prefix(seq: int) -> str:
    return f"E#{seq:012d}#"


def overflow_reaction_sk(seq: int, reaction: str, user_id: str) -> str:
    """A reaction past those that the annotations hold, quoted, since a keycap holds a `#`."""
    return f"{overflow_prefix(seq, reaction)}{user_id}"


def overflow_prefix(seq: int, reaction: str | None = None) -> str:
    """What the overflowed reactions to a message, or those of one kind, begin with."""
    return f"O#{seq:012d}#" if reaction is None else f"O#{seq:012d}#{quote(reaction, safe='')}#"


def flag_sk(seq: int, user_id: str) -> str:
    """A user's report of a message."""
    return f"F#{seq:012d}#{user_id}"


def flags(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's flags; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#FLAGS#{shard}"


def membership_sk(conversation_id: str) -> str:
    return f"C#{conversation_id}"


def block_sk(blocked_id: str) -> str:
    """In the blocker's partition: whom they take no direct messages from."""
    return f"{BLOCK_PREFIX}{blocked_id}"


def blocked_by_sk(blocker_id: str) -> str:
    """In the blocked user's partition: who takes none from them, so that a block is found from both sides."""
    return f"{BLOCKED_BY_PREFIX}{blocker_id}"


def former_membership_sk(conversation_id: str) -> str:
    """In the user's partition: a conversation that they were a member of, or were kept out of."""
    return f"{FORMER_MEMBERSHIP_PREFIX}{conversation_id}"


def job(tenant_id: str, job_id: str) -> Key:
    """In `control`: a piece of work that outlives requests. What belongs to it lies beside it."""
    return Key(f"T#{tenant_id}#J#{job_id}", JOB_SK)


def export_sk(job_id: str) -> str:
    """In a user's partition of `control`: an export of them."""
    return f"{EXPORT_PREFIX}{job_id}"


def active_jobs() -> str:
    """In `control`: the jobs of all tenants that have not ended."""
    return f"T#{SYSTEM_TENANT}#JOBS"


def ban_sk(user_id: str) -> str:
    """In the conversation's partition: who may not come back."""
    return f"{BAN_PREFIX}{user_id}"


def reference_sk(message_id: str) -> str:
    """That a medium is attached to a message."""
    return f"REF#{message_id}"


def download_sk(download_id: str) -> str:
    return f"D#{download_id}"


def signing_key_sk(kid: str) -> str:
    return f"KEY#{kid}"


MEMBERSHIP_PREFIX = "C#"
CONNECTION_PREFIX = "X#"
LOG_PREFIX = "L#"
LOG_HEAD_SK = "HEAD"
"""When a conversation's log was last written to."""
ONLINE_SK = "ONLINE"
"""In a user's partition of `control`: their connections and their presence."""
MEMBER_GSK_PREFIX = "U#"
WEBHOOK_PREFIX = "WEBHOOK#"
WEBHOOK_IDS_SK = "ROSTER"
"""Beside a tenant's webhooks: which there are, so that their number has an exact limit."""
DELIVERY_PREFIX = "D#"
ENDPOINT_SK = "ENDPOINT"
"""In a webhook's partition of `control`: its circuit breaker."""
BLOCK_LIST_SK = "BLOCKLIST"
SIGNING_SK = "SECRET"
BLOCK_PREFIX = "B#"
BLOCKED_BY_PREFIX = "BY#"
FORMER_MEMBERSHIP_PREFIX = "L#"
BAN_PREFIX = "BAN#"
JOB_SK = "JOB"
EXPORT_PREFIX = "EXPORT#"
DIRECTORY_SEPARATOR = "\x1f"
TENANT_SK = "TENANT"
KEYRING_SK = "KEY"
"""What every change of a tenant's keys writes, so that one wins. Sorts before the keys: a Query reads it first."""
USER_SK = "USER"
REVOCATION_SK = "REVOCATION"
"""From when on a user's tokens are valid; apart from `USER`, which the authorizer need not read for it."""
PUSH_SK = "PUSH"
"""In a user's partition of `control`: their devices, and what they want to be told of by push."""
RECENT_SEARCHES_SK = "SEARCHES"
"""In a user's partition of `control`: their last searches."""
META_SK = "META"
"""A conversation's, or a thread's, hot state: sequence, last message, gaps. Kept below 1 KiB, so a send costs 1 WRU."""
DETAILS_SK = "DETAILS"
"""What changes rarely and may be large: custom data and settings."""
MEMBER_SUMMARY_SK = "ROSTER"
"""Member and owner counts, apart from META so that joins never conflict with sends."""
PINS_SK = "PINS"
"""A conversation's pinned messages, all in one item, so that their number is exact."""
