"""Erasing a user from a conversation, item by item: part of the job that erases a user.

`forget` looks at one item of a conversation's or a thread's partition and changes it where it names the user. Every
change is conditional on what it changes, so it may be repeated, and what others write at the same moment is kept.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from parley.errors import MessageNotFound
from parley.identity.caller import SERVER_SCOPE, Caller, Tenant
from parley.identity.tenant_settings import TenantSettings
from parley.ids import DELETED_USER
from parley.media import attachments
from parley.messaging.items import MessageItem
from parley.messaging.messages import deleting, pins
from parley.messaging.messages.annotations import kinds_of, users_of
from parley.messaging.messages.polls import polls
from parley.messaging.messages.reactions import reactions
from parley.messaging.messages.reading import Place
from parley.messaging.messages.sending.claims import claim_key
from parley.messaging.messages.shadowed import removal as shadowed
from parley.messaging.messages.views import message_address
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, listed_texts, members, required_text, text
from parley.tables.dynamodb import ConditionFailed, key_of
from parley.tables.expressions import Condition, Update, equals
from parley.tables.keys import Key
from parley.texts import says_something

Messages = Literal["anonymise", "remove"]
ATTEMPTS = 8
_AUTHORS = (
    "author_id",
    "forwarded_author",
    "pinned_by",
    "deleted_by",
    "created_by",
    "last_author_id",
    "banned_by",
    "invited_by",
)
"""Attributes that name one user; what stands in their place afterwards names nobody."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to forget, and what becomes of the messages."""

    tenant_id: str
    user_id: str
    messages: Messages

    @property
    def server(self) -> Caller:
        """In whose name messages are removed: that of the tenant's back end, which asked for it."""
        return Caller(Tenant(self.tenant_id, TenantSettings()), "", frozenset({SERVER_SCOPE}))


def forget(subject: Subject, raw: RawItem) -> str | None:
    """Take the user out of an item; what kind of thing was changed, None for nothing. An item without them: no call."""
    look = _READERS.get(text(raw, "entity") or "")
    return None if look is None else look(subject, raw)


def _message(subject: Subject, raw: RawItem) -> str | None:
    changed = _unmention(subject, raw)
    if text(raw, "author_id") == subject.user_id:
        _forget_own(subject, MessageItem.from_raw_data(raw))
        return "messages"
    return _rename(subject, raw, "mentions") or changed


def _forget_own(subject: Subject, item: MessageItem) -> None:
    """A message of the user's: removed for good, or without an author and all that tells of one.

    What says nothing without its files is removed. The key that it was sent with goes before the message stops to name
    it, the files before it stops to name them.
    """
    message_id = str(message_address(item))
    if item.idempotency_key is not None:
        at = claim_key(subject.tenant_id, subject.user_id, item.idempotency_key)
        dynamodb.delete(settings().control_table, at)
    says_nothing = item.deleted_at is None and not says_something(item.heading)
    if subject.messages == "remove" or says_nothing:
        with suppress(MessageNotFound):  # an earlier run has removed it
            deleting.erase(subject.server, message_id)
        return
    if item.media_ids:
        attachments.release(subject.tenant_id, [str(media_id) for media_id in item.media_ids], message_id)
    deleting.delete_edits(Place(subject.tenant_id, message_address(item)))
    renamed = [
        name for name in ("forwarded_author", "pinned_by", "deleted_by") if getattr(item, name) == subject.user_id
    ]
    _update(
        item.key,
        Update()
        .set(dict.fromkeys(["author_id", *renamed], DELETED_USER), edit_count=0)
        .remove("idempotency_key", "location", "attachments", "files", "media_ids", "custom")
        .remove("link_previews", "preview_images", "translations"),
        equals("author_id", subject.user_id),
    )


def _shadowed_message(subject: Subject, raw: RawItem) -> str | None:
    """What was shown to the user alone is shown to nobody any more; who is mentioned in another's is not."""
    if keys.shadowed_user_of(key_of(raw).sk) != subject.user_id:
        return _rename(subject, raw, "mentions") or _unmention(subject, raw)
    shadowed.remove(subject.tenant_id, MessageItem.from_raw_data(raw))
    return "messages"


def _reference(subject: Subject, raw: RawItem) -> str | None:
    return _rename(subject, raw, "references")


def _unmention(subject: Subject, raw: RawItem) -> str | None:
    """The user goes from the mentions of a message or an edit; an edit of it at the same moment is looked at again."""
    at = key_of(raw)
    for _ in range(ATTEMPTS):
        mentions = listed_texts(raw, "mentions")
        change = _without(subject, "mentions", mentions)
        if change is None:
            return None
        try:
            dynamodb.update(settings().chat_table, at, change.add(version=1), condition=equals("mentions", mentions))
        except ConditionFailed as failed:
            raw = failed.item or {}
        else:
            return "mentions"
    return None


def _without(subject: Subject, name: str, user_ids: list[str]) -> Update | None:
    """What takes the user out of a list, and the list where nobody is left in it; None where they are not in it."""
    kept = [user_id for user_id in user_ids if user_id != subject.user_id]
    if len(kept) == len(user_ids):
        return None
    return Update().set({name: kept}) if kept else Update().remove(name)


def _annotations(subject: Subject, raw: RawItem) -> str | None:
    kinds = [kind for kind in kinds_of(raw) if subject.user_id in users_of(raw, kind)]
    for kind in kinds:
        reactions.withdraw(Place(subject.tenant_id, keys.address_of(key_of(raw))), kind, subject.user_id)
    return "reactions" if kinds else None


def _overflowed(subject: Subject, raw: RawItem) -> str | None:
    if required_text(raw, "user_id") != subject.user_id:
        return None
    reactions.withdraw(
        Place(subject.tenant_id, keys.address_of(key_of(raw))), required_text(raw, "reaction"), subject.user_id
    )
    return "reactions"


def _vote(subject: Subject, raw: RawItem) -> str | None:
    """The user's votes go, out of closed and anonymous polls too, and the counts with them."""
    at = key_of(raw)
    theirs = subject.user_id if "user_id" in raw else keys.anonymous_voter(at.pk, keys.seq_of(at.sk), subject.user_id)
    if at.sk != keys.vote_sk(keys.seq_of(at.sk), theirs):
        return None
    polls.withdraw(raw)
    return "votes"


def _flag(subject: Subject, raw: RawItem) -> str | None:
    """The user's own reports go; reports of their messages stay as long as the messages do, and name nobody."""
    theirs = required_text(raw, "author_id") == subject.user_id
    if required_text(raw, "user_id") == subject.user_id or (theirs and subject.messages == "remove"):
        dynamodb.delete(settings().chat_table, key_of(raw))
        return "flags"
    return _rename(subject, raw, "flags")


def _case(subject: Subject, raw: RawItem) -> str | None:
    """What moderators have of the user's messages, as long as the messages stay; it names nobody then."""
    if required_text(raw, "author_id") == subject.user_id and subject.messages == "remove":
        dynamodb.delete(settings().chat_table, key_of(raw))
        return "cases"
    return _rename(subject, raw, "cases")


def _ban(subject: Subject, raw: RawItem) -> str | None:
    if required_text(raw, "user_id") != subject.user_id:
        return _rename(subject, raw, "bans")
    dynamodb.delete(settings().chat_table, key_of(raw))
    return "bans"


def _invite(subject: Subject, raw: RawItem) -> str | None:
    if required_text(raw, "user_id") != subject.user_id:
        return _rename(subject, raw, "invites")
    dynamodb.delete(settings().chat_table, key_of(raw))
    return "invites"


def _invite_link(subject: Subject, raw: RawItem) -> str | None:
    return _rename(subject, raw, "invites")


def _conversation(subject: Subject, raw: RawItem) -> str | None:
    return _rename(subject, raw, "conversations_named")


def _member_summary(subject: Subject, raw: RawItem) -> str | None:
    """A member who was never written, since whoever opened the conversation died: nobody will be."""
    pending = listed_texts(raw, "pending")
    change = _without(subject, "pending", pending)
    if change is None:
        return None
    _update(key_of(raw), change, equals("pending", pending))
    return "conversations_named"


def _pins(subject: Subject, raw: RawItem) -> str | None:
    names = [name for name in raw if name.startswith(pins.PREFIX)]
    theirs = [name for name in names if text(members(raw, name), "by") == subject.user_id]
    for name in theirs:
        by = (name, "by")
        _update(key_of(raw), Update().set({by: DELETED_USER}), equals(by, subject.user_id))
    return "pins" if theirs else None


def _rename(subject: Subject, raw: RawItem, kind: str) -> str | None:
    """Nobody takes the user's place in each attribute that names them."""
    theirs = [name for name in _AUTHORS if text(raw, name) == subject.user_id]
    for name in theirs:
        _update(key_of(raw), Update().set({name: DELETED_USER}), equals(name, subject.user_id))
    return kind if theirs else None


def _update(at: Key, change: Update, condition: Condition) -> None:
    """Change what still is as it was read; what is not has been changed by others, or by an earlier run."""
    try:
        dynamodb.update(settings().chat_table, at, change.add(version=1), condition=condition)
    except ConditionFailed:
        return


_READERS: dict[str, Callable[[Subject, RawItem], str | None]] = {
    "message": _message,
    "reference": _reference,
    "shadowed_message": _shadowed_message,
    "edit": _unmention,
    "annotations": _annotations,
    "reaction": _overflowed,
    "vote": _vote,
    "flag": _flag,
    "case": _case,
    "ban": _ban,
    "invite": _invite,
    "invite_link": _invite_link,
    "join_request": _invite,
    "conversation": _conversation,
    "roster": _member_summary,
    "pins": _pins,
}


def thread_of(raw: RawItem) -> str | None:
    """The partition of the thread under the message that this item hangs on; None where there is no thread."""
    if "thread_version" not in raw or text(raw, "entity") != "annotations":
        return None
    return keys.thread_under(raw["pk"]["S"], keys.address_of(key_of(raw)).seq)
