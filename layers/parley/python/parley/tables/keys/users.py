"""Users: profiles, the directory, memberships, blocks, and in `control` what a user has alone."""

from parley.tables.keys.parts import SEPARATOR, Key, WrongKey
from parley.tables.keys.reading import after, named, number

USER_SK = "USER"
REVOCATION_SK = "REVOCATION"
"""From when on a user's tokens are valid; apart from `USER`, which the authorizer need not read for it."""
ONLINE_SK = "ONLINE"
"""In a user's partition of `control`: their connections and their presence."""
PUSH_SK = "PUSH"
"""In a user's partition of `control`: their devices, and what they want to be told of by push."""
RECENT_SEARCHES_SK = "SEARCHES"
"""In a user's partition of `control`: their last searches."""
MEMBERSHIP_PREFIX = "C#"
FORMER_MEMBERSHIP_PREFIX = "L#"
BLOCK_PREFIX = "B#"
BLOCKED_BY_PREFIX = "BY#"
EXPORT_PREFIX = "EXPORT#"
THREAD_FOLLOW_PREFIX = "TH#"
KEPT_LIST_SK = "LIST#HEAD"
"""In a user's partition of `control`: that a list of their conversations is kept, and since when."""
KEPT_UNREAD_SK = "LIST#2#UNREAD"
"""Beside it: what was unread in the kept list. The number is that of the form: code of another one reads it anew."""
LIST_CHANGE_PREFIX = "LIST#A#"
DIRECTORY_SEPARATOR = "\x1f"


def user(tenant_id: str, user_id: str) -> str:
    return f"T#{tenant_id}#U#{user_id}"


def user_of(pk: str) -> str:
    """The user whose partition this is, or whose log's."""
    return named(pk, "U")


def directory(tenant_id: str, shard: str) -> str:
    """A sixteenth of the tenant's users by name; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#USERS#{shard}"


def directory_sk(folded_name: str, user_id: str) -> str:
    """Sorts users by name and then by id: no name has the separator or anything before it."""
    return f"{folded_name}{DIRECTORY_SEPARATOR}{user_id}"


def listed_of(directory_sk: str) -> tuple[str, str]:
    """The folded name and the user whose place in the directory this is."""
    name, separator, user_id = directory_sk.rpartition(DIRECTORY_SEPARATOR)
    if not separator:
        raise WrongKey("not a place in the directory")
    return name, user_id


def membership_sk(conversation_id: str) -> str:
    return f"{MEMBERSHIP_PREFIX}{conversation_id}"


def is_membership(sk: str) -> bool:
    return sk.startswith(MEMBERSHIP_PREFIX)


def membership_of(sk: str) -> str:
    """The conversation that this is a membership of."""
    return after(MEMBERSHIP_PREFIX, sk)


def former_membership_sk(conversation_id: str) -> str:
    """In the user's partition: a conversation that they were a member of, or were kept out of."""
    return f"{FORMER_MEMBERSHIP_PREFIX}{conversation_id}"


def former_membership_of(sk: str) -> str:
    """The conversation that this is a former membership of. Entries of logs begin alike, and go on with more parts."""
    conversation_id = after(FORMER_MEMBERSHIP_PREFIX, sk)
    if SEPARATOR in conversation_id:
        raise WrongKey("not a former membership")
    return conversation_id


def block_sk(blocked_id: str) -> str:
    """In the blocker's partition: whom they take no direct messages from."""
    return f"{BLOCK_PREFIX}{blocked_id}"


def blocked_of(sk: str) -> str:
    """The user whom this blocks."""
    return after(BLOCK_PREFIX, sk)


def blocked_by_sk(blocker_id: str) -> str:
    """In the blocked user's partition: who takes none from them, so that a block is found from both sides."""
    return f"{BLOCKED_BY_PREFIX}{blocker_id}"


def blocker_of(sk: str) -> str:
    """The user who has blocked the one in whose partition this is."""
    return after(BLOCKED_BY_PREFIX, sk)


def thread_follow_sk(conversation_id: str, root_seq: int) -> str:
    """In the user's partition: that they follow the thread under a message, or will not."""
    return f"{thread_follows_prefix(conversation_id)}{root_seq:012d}"


def thread_follows_prefix(conversation_id: str) -> str:
    """What a user's places in the threads of a conversation begin with."""
    return f"{THREAD_FOLLOW_PREFIX}{conversation_id}{SEPARATOR}"


def export_sk(job_id: str) -> str:
    """In a user's partition of `control`: an export of them."""
    return f"{EXPORT_PREFIX}{job_id}"


def export_of(sk: str) -> str:
    """The job that this export is."""
    return after(EXPORT_PREFIX, sk)


def list_change_sk(moment: int, conversation_id: str) -> str:
    """Beside a kept list: a conversation that changed. All of them sort right before `KEPT_LIST_SK`."""
    return f"{LIST_CHANGE_PREFIX}{moment:015d}#{conversation_id}"


def list_change_of(sk: str) -> tuple[int, str]:
    """When a change was noted beside a kept list, and the conversation."""
    moment, separator, conversation_id = after(LIST_CHANGE_PREFIX, sk).partition(SEPARATOR)
    if not separator:
        raise WrongKey("not a change beside a kept list")
    return number(moment), conversation_id


def kept_rows_sk(part: int) -> str:
    """Beside a kept list: a part of its rows."""
    return f"LIST#2#ROWS#{part:05d}"


def push_token(tenant_id: str, digest: str) -> Key:
    """In `control`: whose device has this push token now, by the token's hash."""
    return Key(f"T#{tenant_id}#PT#{digest}", "PT")


def pushed(tenant_id: str, conversation_id: str, message_id: str) -> Key:
    """In `control`: the devices that a message has been pushed to."""
    return Key(f"T#{tenant_id}#C#{conversation_id}#PUSHED", message_id)
