"""Conversations and threads, their messages, and what hangs on these.

Sort keys in a conversation's partition are chosen so that a page of history reads nothing but messages and their
annotations: edits (`E#`), flags (`F#`) and gaps (`G#`) sort before `M#`; the conversation itself, reaction overflow
(`O#`), what moderators decide (`Q#`), what only its author is shown (`S#`) and votes (`V#`) after.
"""

import hashlib
from urllib.parse import quote

from parley.ids import MessageAddress
from parley.tables.keys.parts import SEPARATOR, Key, WrongKey
from parley.tables.keys.reading import after, named, number

META_SK = "META"
"""A conversation's, or a thread's, hot state: sequence, last message, gaps. Kept below 1 KiB, so a send costs 1 WRU."""
DETAILS_SK = "DETAILS"
"""What changes rarely and may be large: custom data and settings."""
MEMBER_SUMMARY_SK = "ROSTER"
"""Member and owner counts, apart from META so that joins never conflict with sends."""
PINS_SK = "PINS"
"""A conversation's pinned messages, all in one item, so that their number is exact."""
BAN_PREFIX = "BAN#"
MEMBER_GSK_PREFIX = "U#"
SHADOWED_PREFIX = "S#"
INVITE_PREFIX = "INV#"
INVITED_TO_PREFIX = "C#"
INVITE_LINK_PREFIX = "LINK#"
JOIN_REQUEST_PREFIX = "ASK#"
ASKED_FOR_PREFIX = "ASK#"
INVITE_LINKS_SK = "LINKS"
"""How many invite links a conversation has."""
GAPS_PREFIX = "G#"
_ANNOTATIONS = "#R"
_BELONGING = "EFOQSV"
"""Of those, what belongs to a message without being on a page of history."""
_NUMBERED = frozenset("MEFOQSV")
"""What the sort keys begin with that go on with a message's number."""


def conversation(tenant_id: str, conversation_id: str) -> str:
    return f"T#{tenant_id}#C#{conversation_id}"


def thread(tenant_id: str, conversation_id: str, root_seq: int) -> str:
    return thread_under(conversation(tenant_id, conversation_id), root_seq)


def thread_under(conversation_pk: str, root_seq: int) -> str:
    """The partition of a thread in the conversation whose partition this is."""
    return f"{conversation_pk}#TH#{root_seq:012d}"


def thread_followers(tenant_id: str, conversation_id: str, root_seq: int) -> str:
    """Partition of the `collection` index with those who follow a thread, each in the place of a member."""
    return f"{thread(tenant_id, conversation_id, root_seq)}#FOL"


def conversation_of(pk: str) -> str:
    """The conversation whose partition this is, or one of whose partitions: a thread's, the members', the log's."""
    return named(pk, "C")


def arrivals(tenant_id: str, conversation_id: str) -> str:
    """Who has come to a conversation lately, in `control`."""
    return f"{conversation(tenant_id, conversation_id)}#NEW"


def arrival_sk(moment: int, user_id: str) -> str:
    """An arrival by its moment and the first of those who came."""
    return f"N#{moment:015d}#{user_id}"


def arrivals_since(moment: int) -> tuple[str, str]:
    """The sort keys of all arrivals at a moment or later, as a range."""
    return f"N#{moment:015d}", "N#~"


def link_preview(tenant_id: str, digest: str) -> Key:
    """In `control`: what was found at a link, for a day, or that somebody is fetching it."""
    return Key(f"T#{tenant_id}#LP#{digest}", "LP")


def unlisted(tenant_id: str) -> str:
    """In `control`: conversations whose last change is not noted beside their members' lists yet, by their ids."""
    return f"T#{tenant_id}#UNLISTED"


def is_of_conversation(pk: str) -> bool:
    """Whether `conversation_of` can say of which."""
    try:
        conversation_of(pk)
    except WrongKey:
        return False
    return True


def thread_root_of(pk: str) -> int | None:
    """The number of the message whose thread this partition is; None in the conversation's own."""
    conversation_of(pk)
    parts = pk.split(SEPARATOR)[4:]
    if not parts:
        return None
    if parts[0] != "TH" or len(parts) != 2:  # noqa: PLR2004 - TH and the root
        raise WrongKey("not the partition of a conversation or a thread")
    return number(parts[1])


def conversations(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's conversations."""
    return f"T#{tenant_id}#CONVERSATIONS#{shard}"


def members(tenant_id: str, conversation_id: str) -> str:
    """Partition of the `collection` index with a conversation's members."""
    return f"T#{tenant_id}#C#{conversation_id}#MEM"


def member_gsk(user_id: str) -> str:
    return f"{MEMBER_GSK_PREFIX}{user_id}"


def member_of(gsk: str) -> str:
    """The member whose place in the list of members this is."""
    return after(MEMBER_GSK_PREFIX, gsk)


def ban_sk(user_id: str) -> str:
    """In the conversation's partition: who may not come back."""
    return f"{BAN_PREFIX}{user_id}"


def invite_sk(user_id: str) -> str:
    """In the conversation's partition: a user who may join."""
    return f"{INVITE_PREFIX}{user_id}"


def invites(tenant_id: str, user_id: str) -> str:
    """Partition of the `collection` index with a user's invites."""
    return f"T#{tenant_id}#U#{user_id}#INV"


def invite_gsk(conversation_id: str) -> str:
    return f"{INVITED_TO_PREFIX}{conversation_id}"


def invite_of(gsk: str) -> str:
    """The conversation whose place in the list of a user's invites this is."""
    return after(INVITED_TO_PREFIX, gsk)


def join_request_sk(user_id: str) -> str:
    """In the conversation's partition: a user who would like to join."""
    return f"{JOIN_REQUEST_PREFIX}{user_id}"


def join_request_gsk(conversation_id: str) -> str:
    """Beside the user's invites."""
    return f"{ASKED_FOR_PREFIX}{conversation_id}"


def join_request_of(gsk: str) -> str:
    """The conversation whose place in the list of a user's requests this is."""
    return after(ASKED_FOR_PREFIX, gsk)


def invite_link_sk(link_id: str) -> str:
    """In the conversation's partition: a link by which whoever has it may join."""
    return f"{INVITE_LINK_PREFIX}{link_id}"


def message_sk(seq: int) -> str:
    return f"M#{seq:012d}"


def annotations_sk(seq: int) -> str:
    """What others hang on a message: reactions, and the count of its replies."""
    return f"{message_sk(seq)}{_ANNOTATIONS}"


def annotations_under(message: Key) -> Key:
    """Where the annotations of the message lie that lies here."""
    return Key(message.pk, f"{message.sk}{_ANNOTATIONS}")


def is_annotations(sk: str) -> bool:
    return sk.startswith("M#") and sk.endswith(_ANNOTATIONS)


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


def vote_sk(seq: int, voter: str) -> str:
    """What a voter has voted for in a message's poll: a user or, where it is anonymous, `anonymous_voter`."""
    return f"{votes_prefix(seq)}{voter}"


def votes_prefix(seq: int) -> str:
    """What the votes in the poll of a message begin with."""
    return f"V#{seq:012d}#"


def anonymous_voter(pk: str, seq: int, user_id: str) -> str:
    """Who a user is in one anonymous poll: the same in no other, and no id that a user can have."""
    return "~" + hashlib.sha256(f"{pk}|{seq}|{user_id}".encode()).hexdigest()[:32]


def flag_sk(seq: int, user_id: str) -> str:
    """A user's report of a message."""
    return f"{flags_prefix(seq)}{user_id}"


def flags_prefix(seq: int) -> str:
    """What the reports of a message begin with."""
    return f"F#{seq:012d}#"


def case_sk(seq: int) -> str:
    """A message that has been reported, as moderators decide it."""
    return f"Q#{seq:012d}#"


def shadowed(tenant_id: str, address: MessageAddress, user_id: str) -> Key:
    """Where a message stands that only this user is shown; a reply with the root of its thread."""
    pk = conversation(tenant_id, address.conversation_id)
    if address.root_seq is None:
        return Key(pk, f"{SHADOWED_PREFIX}{address.seq:012d}#{user_id}")
    return Key(pk, f"{SHADOWED_PREFIX}{address.root_seq:012d}#{user_id}#{address.seq:012d}")


def shadowed_user_of(sk: str) -> str:
    """The user who alone is shown the message that stands here."""
    seq, *parts = after(SHADOWED_PREFIX, sk).split(SEPARATOR)
    if len(parts) not in {1, 2}:
        raise WrongKey("not the place of a shadowed message")
    number(seq)
    return parts[0]


def shadowed_by(tenant_id: str, user_id: str) -> str:
    """Partition of the `collection` index with what a user has posted that nobody else is shown."""
    return f"T#{tenant_id}#U#{user_id}#SHADOWED"


def shadowed_gsk(moment: int, message_id: str) -> str:
    return f"{moment:015d}#{message_id}"


def shadowed_address_of(gsk: str) -> MessageAddress:
    """The message whose place in a user's list of shadowed messages this is."""
    moment, _, message_id = gsk.partition(SEPARATOR)
    address = MessageAddress.parse(message_id)
    if address is None:
        raise WrongKey("not a place in the list of a user's shadowed messages")
    number(moment)
    return address


def shadow_mark(pk: str, seq: int, user_id: str) -> str:
    """Who the user is for whom alone this place has a message: the same in no other place."""
    return hashlib.sha256(f"{pk}|{seq}|{user_id}".encode()).hexdigest()[:16]


def belonging_to(seq: int) -> tuple[str, ...]:
    """What begins all that belongs to a message, but for its annotations."""
    return tuple(f"{letter}#{seq:012d}#" for letter in _BELONGING)


def belonging_through(seq: int) -> tuple[tuple[str, str], ...]:
    """The sort keys of all that belongs to messages up to a number, but for annotations, as ranges. `$` follows `#`."""
    return tuple((f"{letter}#{0:012d}", f"{letter}#{seq:012d}$") for letter in _BELONGING)


def seq_of(sk: str) -> int:
    """The number of the message that this is, or that this annotation, case, edit, flag or vote belongs to."""
    parts = sk.split(SEPARATOR, 2)
    if len(parts) == 1 or parts[0] not in _NUMBERED:
        raise WrongKey("not the sort key of a message or of what belongs to one")
    return number(parts[1])


def address_of(key: Key) -> MessageAddress:
    """The message that lies here, or that this belongs to."""
    return MessageAddress(conversation_of(key.pk), seq_of(key.sk), thread_root_of(key.pk))


def flags(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's flags; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#FLAGS#{shard}"


def flag_gsk(moment: int, message_id: str, user_id: str) -> str:
    return f"{moment:015d}#{message_id}#{user_id}"


def flag_moment_of(gsk: str) -> int:
    """When the flag was raised whose place in the list of flags this is."""
    parts = gsk.split(SEPARATOR)
    if len(parts) != 3:  # noqa: PLR2004 - moment, message, user
        raise WrongKey("not the place of a flag")
    return number(parts[0])


def cases(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's cases that nobody has decided."""
    return f"T#{tenant_id}#CASES#{shard}"


def case_gsk(rank: int, moment: int, message_id: str) -> str:
    """Sorts cases by how urgent they are, the lowest rank first, and then by age."""
    return f"{rank}#{moment:015d}#{message_id}"


def case_place_of(gsk: str) -> tuple[int, int]:
    """The rank and the moment of the case whose place in the queue this is."""
    parts = gsk.split(SEPARATOR)
    if len(parts) != 3:  # noqa: PLR2004 - rank, moment, message
        raise WrongKey("not the place of a case")
    return number(parts[0]), number(parts[1])
