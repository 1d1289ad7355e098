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
USER_MUTE_PREFIX = "MU#"
MUTED_BY_PREFIX = "MUBY#"
EXPORT_PREFIX = "EXPORT#"
USER_GROUP_MEMBER_PREFIX = "UG#"
THREAD_FOLLOW_PREFIX = "TH#"
DRAFT_PREFIX = "DRAFT#"
BOOKMARK_PREFIX = "BM#"
SCHEDULED_PREFIX = "LATER#"
SCHEDULED_COUNT_SK = "SCHEDULED"
"""In a user's partition: how many of their messages wait to be sent."""
DECISION_PREFIX = "MOD#"
MODERATION_COUNTS_SK = "MODERATION"
"""In a user's partition: how often they were reported, have reported, and what moderators decided."""
BOOKMARK_COUNT_SK = "BOOKMARKS"
"""In a user's partition: how many bookmarks they have."""
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


def user_mute_sk(muted_id: str) -> str:
    """In the partition of who has muted: a user of whom nothing is pushed to them."""
    return f"{USER_MUTE_PREFIX}{muted_id}"


def muted_of(sk: str) -> str:
    """The user whom this mutes."""
    return after(USER_MUTE_PREFIX, sk)


def muted_by_sk(muter_id: str) -> str:
    """In the muted user's partition: who has muted them, so that a mute is found from both sides."""
    return f"{MUTED_BY_PREFIX}{muter_id}"


def muter_of(sk: str) -> str:
    """The user who has muted the one in whose partition this is."""
    return after(MUTED_BY_PREFIX, sk)


def user_group_member_sk(group_id: str) -> str:
    """In the user's partition: a group that they are in."""
    return f"{USER_GROUP_MEMBER_PREFIX}{group_id}"


def user_group_of(sk: str) -> str:
    """The group that this makes a user a member of."""
    return after(USER_GROUP_MEMBER_PREFIX, sk)


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


def draft_sk(conversation_id: str, root_seq: int | None) -> str:
    """In the user's partition: what they have not sent yet, to a conversation or to the thread under a message."""
    return f"{drafts_prefix(conversation_id)}{root_seq or 0:012d}"


def drafts_prefix(conversation_id: str) -> str:
    """What a user's drafts of a conversation and of its threads begin with."""
    return f"{DRAFT_PREFIX}{conversation_id}{SEPARATOR}"


def draft_of(sk: str) -> tuple[str, int | None]:
    """The conversation that this is a draft for, and the message whose thread it is for."""
    conversation_id, separator, root_seq = after(DRAFT_PREFIX, sk).partition(SEPARATOR)
    if not (conversation_id and separator):
        raise WrongKey("not a draft")
    return conversation_id, number(root_seq) or None


def bookmark_sk(message_id: str) -> str:
    """In the user's partition: a message that they keep for later."""
    return f"{BOOKMARK_PREFIX}{message_id}"


def bookmark_of(sk: str) -> str:
    """The message that this keeps."""
    return after(BOOKMARK_PREFIX, sk)


def scheduled_sk(scheduled_id: str) -> str:
    """In the user's partition: a message that is sent later."""
    return f"{SCHEDULED_PREFIX}{scheduled_id}"


def scheduled_of(sk: str) -> str:
    """The message that is sent later."""
    return after(SCHEDULED_PREFIX, sk)


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


def decision_sk(decision_id: str) -> str:
    """In a user's partition: what moderators decided about something of theirs."""
    return f"{DECISION_PREFIX}{decision_id}"


def decision_of(sk: str) -> str:
    """The id of the decision."""
    return after(DECISION_PREFIX, sk)


def appeals(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's appeals that nobody has answered."""
    return f"T#{tenant_id}#APPEALS#{shard}"


def appeal_gsk(moment: int, decision_id: str, user_id: str) -> str:
    return f"{moment:015d}#{decision_id}#{user_id}"


def appeal_moment_of(gsk: str) -> int:
    """When the appeal was filed whose place in the list of appeals this is."""
    parts = gsk.split(SEPARATOR)
    if len(parts) != 3:  # noqa: PLR2004 - moment, decision, user
        raise WrongKey("not the place of an appeal")
    return number(parts[0])
