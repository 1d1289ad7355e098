"""What messaging stores. Sizes matter: a write costs a unit for each KiB of the item it touches."""

from collections.abc import Iterable, Mapping
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
)

from parley.messaging.vocabulary import AttachedKind
from parley.tables.items import ChatItem


class SequenceItem(ChatItem):
    """What a conversation and a thread share: the counter that orders their messages, and the gaps in it.

    A gap is a number that counts for nobody as unread: a deleted message, or a number that no message got. `gaps` holds
    the newest of them; those moved to overflow items (`G#`) are all at or below `gaps_floor`. `gap_count` counts both,
    `spills` how often gaps were moved. `given_at` is when the newest number was given out that is no gap.
    """

    seq = NumberAttribute(default=0)
    given_at = NumberAttribute(null=True)
    gaps = NumberSetAttribute(null=True)
    gap_count = NumberAttribute(default=0)
    gaps_floor = NumberAttribute(default=0)
    spills = NumberAttribute(default=0)


class ConversationItem(SequenceItem):
    """`T#<tenant>#C#<conversation>` / `META`: what a send touches and a list shows. Stays below 1 KiB.

    `last_*` describe the newest message: `last_seq` says whose preview it is, `last_version` which version's. A deleted
    message's has no `last_text`. `last_kinds` are the first letters of what it carries. `last_reply` is the id, without
    the conversation's, of a reply that is shown here.
    `history` and `bans` are the member summary's, so that joining reads this item alone; the summary decides.
    `type` is what it is built like, `declared_type` the tenant's own name for what roles may in it.
    `declared` is what the custom data says for the keys that the tenant has declared: lists are filtered by it.
    `frozen`: only moderators and above write. `slow_mode_seconds`: how long a member waits after a message; absent, no
    time. `join_requests`: who wants to join asks. `truncated_seq`: nobody sees anything up to this number. `team` is
    whose the conversation is, where it is not everybody's.
    """

    entity = UnicodeAttribute(default="conversation")
    conversation_id = UnicodeAttribute()
    type = UnicodeAttribute()
    declared_type = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    avatar_url = UnicodeAttribute(null=True)
    created_by = UnicodeAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    archived_at = NumberAttribute(null=True)
    history = UnicodeAttribute(default="full")
    bans = NumberAttribute(default=0)
    frozen = BooleanAttribute(null=True)
    slow_mode_seconds = NumberAttribute(null=True)
    join_requests = BooleanAttribute(null=True)
    truncated_seq = NumberAttribute(null=True)
    team = UnicodeAttribute(null=True)
    declared = JSONAttribute(null=True)
    last_seq = NumberAttribute(null=True)
    last_author_id = UnicodeAttribute(null=True)
    last_text = UnicodeAttribute(null=True)
    last_kinds = UnicodeAttribute(null=True)
    last_version = NumberAttribute(null=True)
    last_reply = UnicodeAttribute(null=True)
    last_at = NumberAttribute()


class DetailsItem(ChatItem):
    """`…` / `DETAILS`: custom data and settings, read with one conversation and never with a list.

    Its version is the conversation's, as callers see it. `opened_with` is the hash of the body that opened it.
    `gpk` and `gsk` list it among the tenant's conversations: what the index projects of it never changes.
    """

    entity = UnicodeAttribute(default="conversation_details")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    custom = JSONAttribute(null=True)
    history = UnicodeAttribute(default="full")
    opened_with = UnicodeAttribute(null=True)


class MemberSummaryItem(ChatItem):
    """`…` / `ROSTER`: the counts that change with memberships, in the same transaction, and what joining depends on.

    Apart from `META`, so that its transactions never conflict with a send. `bans` counts the bans that were ever made:
    who joins on condition of that number has seen them all. `pending` are first members still to be written. `frozen`,
    `join_requests` and `team` are the conversation's: what is written in a transaction is held to them here, what is
    delivered to `truncated_seq`. `last_joined_at` is when somebody joined last, about: of two at once the earlier
    moment may stay.
    """

    entity = UnicodeAttribute(default="roster")
    type = UnicodeAttribute()
    member_count = NumberAttribute(default=0)
    owner_count = NumberAttribute(default=0)
    archived_at = NumberAttribute(null=True)
    history = UnicodeAttribute(default="full")
    bans = NumberAttribute(default=0)
    frozen = BooleanAttribute(null=True)
    join_requests = BooleanAttribute(null=True)
    truncated_seq = NumberAttribute(null=True)
    team = UnicodeAttribute(null=True)
    last_joined_at = NumberAttribute(null=True)
    pending = ListAttribute(of=UnicodeAttribute, null=True)


class BlockItem(ChatItem):
    """`T#<tenant>#U#<blocker>` / `B#<blocked>`: the blocker takes no direct messages from the other."""

    entity = UnicodeAttribute(default="block")
    blocked_id = UnicodeAttribute()
    created_at = NumberAttribute()


class UserMuteItem(ChatItem):
    """`T#<tenant>#U#<muter>` / `MU#<muted>`: nothing of the other is pushed to the user, until a moment or for good."""

    entity = UnicodeAttribute(default="user_mute")
    muted_id = UnicodeAttribute()
    muted_until = NumberAttribute(null=True)
    created_at = NumberAttribute()


class BanItem(ChatItem):
    """`T#<tenant>#C#<conversation>` / `BAN#<user>`: a user who may not come back, for good or until a moment.

    One that has ended stays until it is said anew or lifted, and counts for nothing. `shadow`: they may be here, and
    nobody else is shown what they post.
    """

    entity = UnicodeAttribute(default="ban")
    user_id = UnicodeAttribute()
    banned_by = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    banned_until = NumberAttribute(null=True)
    shadow = BooleanAttribute(null=True)
    created_at = NumberAttribute()


class MembershipItem(ChatItem):
    """`T#<tenant>#U#<user>` / `C#<conversation>`: what a user is in a conversation and how far they have read.

    `gpk` and `gsk` list it among the conversation's members. `visible_from` is the sequence number after which the
    member sees history: 0, `join_seq` where the conversation hides what came before, or up to where they cleared it;
    what they do not see is never unread. `push_level`, until
    `push_until`, is what the member is told of by push here, where that is not what they chose for all conversations.
    `delivered_seq` is how far the member's devices have said that they have what was sent.
    `own_after` are the numbers of the member's own messages after the one that they marked as unread last.
    `shadowed_until` is until when nobody else is shown what the member posts here.
    `hidden` says how long the conversation is hidden from the member's list, since it had reached `hidden_seq`. That,
    `archived_for_me`, `pinned` and `labels` are the member's own settings, changed last at `arranged_at`.
    """

    entity = UnicodeAttribute(default="membership")
    gpk = UnicodeAttribute()
    gsk = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    type = UnicodeAttribute()
    declared_type = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    join_seq = NumberAttribute()
    visible_from = NumberAttribute(default=0)
    joined_at = NumberAttribute()
    read_seq = NumberAttribute()
    read_at = NumberAttribute(null=True)
    own_after = NumberSetAttribute(null=True)
    delivered_seq = NumberAttribute(null=True)
    delivered_at = NumberAttribute(null=True)
    muted = BooleanAttribute(null=True)
    muted_until = NumberAttribute(null=True)
    blocked = BooleanAttribute(null=True)
    shadowed_until = NumberAttribute(null=True)
    hidden = UnicodeAttribute(null=True)
    hidden_seq = NumberAttribute(null=True)
    archived_for_me = BooleanAttribute(null=True)
    pinned = BooleanAttribute(null=True)
    labels = ListAttribute(of=UnicodeAttribute, null=True)
    arranged_at = NumberAttribute(null=True)
    push_level = UnicodeAttribute(null=True)
    push_until = NumberAttribute(null=True)


class ThreadFollowItem(ChatItem):
    """`T#<tenant>#U#<user>` / `TH#<conversation>#<root seq>`: a thread that a user follows, and how far they have read.

    `gpk` and `gsk` list it among those who follow the thread, as long as the user does. `chosen` says that they have
    asked for it themselves. `unfollowed_at` says that they will not follow it, whoever replies or names them.
    """

    entity = UnicodeAttribute(default="thread_follow")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute()
    root_seq = NumberAttribute()
    read_seq = NumberAttribute(default=0)
    read_at = NumberAttribute(null=True)
    followed_at = NumberAttribute(null=True)
    chosen = BooleanAttribute(null=True)
    unfollowed_at = NumberAttribute(null=True)

    @property
    def is_followed(self) -> bool:
        return self.unfollowed_at is None

    @property
    def touched_at(self) -> int:
        """When the user last followed it, read in it, or turned away from it."""
        return int(max(self.followed_at or 0, self.read_at or 0, self.unfollowed_at or 0))


class MessageItem(ChatItem):
    """`T#<tenant>#C#<conversation>` / `M#<seq>`, or in a thread's partition: one message, or what is left of it.

    `deleted_at` makes it a tombstone without text; `void` marks a place that no message has or will have: a number that
    was given out and never used, or a message that was deleted for good. `shadow` marks, for its author alone, a void
    place whose message stands apart (`ShadowedMessageItem`).
    `reference` makes it a thread reply shown in the conversation: the id of the reply, which holds the text.
    `type` is absent for `regular`. A `silent` one counts as a gap: it is unread for nobody.
    `forwarded_at` makes it a copy of a message of that moment, and of `forwarded_author` where that is told.
    `quoted` is the id, without the conversation's, of the message that it quotes.
    `link_previews` is what it shows of its links, `preview_images` the pictures of that by media id.
    `translations` are its text in other languages, those that were asked for last at the end.
    `poll` is its question, its options in the order of their ids, and how it is voted on.
    `files` is what attachments show, by media id; `media_ids` outlives it on a tombstone, until the files are released.
    `trace` is that of its send, where one was recorded: consumers tell there when they came to it.
    """

    entity = UnicodeAttribute(default="message")
    conversation_id = UnicodeAttribute()
    seq = NumberAttribute()
    root_seq = NumberAttribute(null=True)
    author_id = UnicodeAttribute(null=True)
    type = UnicodeAttribute(null=True)
    silent = BooleanAttribute(null=True)
    text = UnicodeAttribute(null=True)
    location = JSONAttribute(null=True)
    attachments = ListAttribute(of=UnicodeAttribute, null=True)
    files = JSONAttribute(null=True)
    media_ids = ListAttribute(of=UnicodeAttribute, null=True)
    quoted = UnicodeAttribute(null=True)
    forwarded_at = NumberAttribute(null=True)
    forwarded_author = UnicodeAttribute(null=True)
    mentions = ListAttribute(of=UnicodeAttribute, null=True)
    mentioned_groups = ListAttribute(of=UnicodeAttribute, null=True)
    custom = JSONAttribute(null=True)
    poll = JSONAttribute(null=True)
    link_previews = JSONAttribute(null=True)
    preview_images = ListAttribute(of=UnicodeAttribute, null=True)
    translations = JSONAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    shown_seq = NumberAttribute(null=True)
    idempotency_key = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    edited_at = NumberAttribute(null=True)
    edit_count = NumberAttribute(default=0)
    pinned_at = NumberAttribute(null=True)
    pinned_by = UnicodeAttribute(null=True)
    deleted_at = NumberAttribute(null=True)
    deleted_by = UnicodeAttribute(null=True)
    void = BooleanAttribute(null=True)
    shadow = UnicodeAttribute(null=True)
    trace = UnicodeAttribute(null=True)

    @property
    def position(self) -> int:
        """The number in the conversation that decides who may see it; a reply's is its root's, unless it is shown."""
        return int(self.shown_seq or self.root_seq or self.seq)

    @property
    def heading(self) -> str:
        """What previews begin with: the text or, where there is none, the question of the poll."""
        return self.text or (self.poll or {}).get("question", "")

    @property
    def kinds(self) -> list[AttachedKind]:
        """What the attached files are, in order, and a location."""
        files = self.files or {}
        types = [files.get(media_id, {}).get("content_type") for media_id in self.attachments or []]
        return kinds_of(types, located=self.location is not None)

    @property
    def words(self) -> str:
        """All that is said, as search finds it: the text, the question and the options, a line each."""
        return words_of(self.text or "", self.poll)


FAMILIES: dict[str, AttachedKind] = {"image": "image", "video": "video", "audio": "audio"}


def kinds_of(content_types: Iterable[str | None], *, located: bool) -> list[AttachedKind]:
    """What files of these types are, and a location."""
    kinds = [FAMILIES.get((each or "").partition("/")[0], "file") for each in content_types]
    return [*kinds, "location"] if located else kinds


def words_of(text: str, poll: Mapping[str, Any] | None) -> str:
    """A text with the question and the options of a poll, a line each."""
    return text if poll is None else "\n".join([*([text] if text else []), poll["question"], *poll["options"]])


SAID_BY_AUTHOR = (
    "text",
    "location",
    "attachments",
    "files",
    "quoted",
    "forwarded_at",
    "forwarded_author",
    "mentions",
    "mentioned_groups",
    "custom",
    "poll",
    "link_previews",
    "preview_images",
    "translations",
)
"""What a tombstone has no more."""
SAID = (
    *SAID_BY_AUTHOR,
    "author_id",
    "type",
    "media_ids",
    "idempotency_key",
    "shown_seq",
    "pinned_at",
    "pinned_by",
    "deleted_by",
    "reference",
)
"""What a void place of a message has no more."""


class EditItem(ChatItem):
    """Beside a message, `E#<seq>#<edit>`: what it said before that edit, and since when."""

    entity = UnicodeAttribute(default="edit")
    edit = NumberAttribute()
    text = UnicodeAttribute(null=True)
    attachments = ListAttribute(of=UnicodeAttribute, null=True)
    mentions = ListAttribute(of=UnicodeAttribute, null=True)
    mentioned_groups = ListAttribute(of=UnicodeAttribute, null=True)
    custom = JSONAttribute(null=True)
    written_at = NumberAttribute()


class OverflowReactionItem(ChatItem):
    """Beside a message, `O#<seq>#<reaction>#<user>`: one of the reactions for which its set had no place."""

    entity = UnicodeAttribute(default="reaction")
    reaction = UnicodeAttribute()
    user_id = UnicodeAttribute()


class VoteItem(ChatItem):
    """Beside a message, `V#<seq>#<voter>`: which options of its poll a user has voted for, perhaps none any more.

    In an anonymous poll the voter is a hash, and there is no `user_id`.
    """

    entity = UnicodeAttribute(default="vote")
    user_id = UnicodeAttribute(null=True)
    options = ListAttribute(of=UnicodeAttribute)
    voted_at = NumberAttribute()


class FlagItem(ChatItem):
    """Beside a message, `F#<seq>#<user>`: a user's report of it.

    `gpk`, `gsk` list it among the tenant's, by time, until it is resolved.
    """

    entity = UnicodeAttribute(default="flag")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    message_version = NumberAttribute()
    author_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    resolved_at = NumberAttribute(null=True)
    resolution = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
