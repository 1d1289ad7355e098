"""From what is stored to what callers see."""

from typing import Any

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.annotations import Annotations
from parley.messaging.items import (
    ConversationItem,
    DetailsItem,
    EditItem,
    FlagItem,
    MembershipItem,
    MessageItem,
    RosterItem,
)
from parley.messaging.schemas import (
    Attachment,
    Conversation,
    ConversationSummary,
    Flag,
    LastMessage,
    Membership,
    Message,
    MessageContent,
    MessageEdit,
)
from parley.messaging.sequence import gaps_between
from parley.wire import Timestamp


def moment(milliseconds: float | None) -> Timestamp | None:
    return None if milliseconds is None else clock.to_datetime(int(milliseconds))


def message_address(item: MessageItem) -> MessageAddress:
    root_seq = None if item.root_seq is None else int(item.root_seq)
    return MessageAddress(item.conversation_id, int(item.seq), root_seq)


def content_view(item: MessageItem) -> MessageContent:
    """The message itself. A tombstone has no text, whatever is still stored."""
    return MessageContent(**_content(item))


def message_view(item: MessageItem, annotations: Annotations | None = None) -> Message:
    """The message with what others hung on it, which a tombstone does not show."""
    hung = annotations or Annotations()
    return Message(
        **_content(item),
        reactions={} if item.deleted_at is not None else hung.reactions,
        reply_count=hung.reply_count,
        last_reply_at=moment(hung.last_reply_at),
    )


def _content(item: MessageItem) -> dict[str, Any]:
    address = message_address(item)
    deleted = item.deleted_at is not None
    return {
        "id": str(address),
        "conversation_id": item.conversation_id,
        "seq": address.seq,
        "parent_id": None if address.root is None else str(address.root),
        "author_id": item.author_id or "",
        "text": "" if deleted else item.text or "",
        "attachments": [] if deleted else attachment_views(item),
        "mentions": [] if deleted else list(item.mentions or []),
        "custom": {} if deleted else item.custom or {},
        "show_in_conversation": item.shown_seq is not None,
        "pinned_at": None if deleted else moment(item.pinned_at),
        "pinned_by": None if deleted else item.pinned_by,
        "created_at": clock.to_datetime(int(item.created_at)),
        "edited_at": moment(item.edited_at),
        "deleted_at": moment(item.deleted_at),
        "version": int(item.version),
    }


def attachment_views(item: MessageItem | EditItem) -> list[Attachment]:
    files = (item.files if isinstance(item, MessageItem) else None) or {}
    return [Attachment(media_id=str(media_id), **files.get(media_id, {})) for media_id in item.attachments or []]


def edit_view(item: EditItem) -> MessageEdit:
    return MessageEdit(
        edit=int(item.edit),
        text=item.text or "",
        attachments=attachment_views(item),
        mentions=list(item.mentions or []),
        custom=item.custom or {},
        written_at=clock.to_datetime(int(item.written_at)),
    )


def flag_view(item: FlagItem) -> Flag:
    return Flag(message_id=item.message_id, reason=item.reason, created_at=clock.to_datetime(int(item.created_at)))


def last_message_view(conversation: ConversationItem) -> LastMessage | None:
    """The newest message in short. Its text is never shown once its number is a gap: it has been deleted."""
    if conversation.last_seq is None:
        return None
    seq = int(conversation.last_seq)
    deleted = seq in gaps_between(conversation, seq - 1, seq) or conversation.last_text is None
    return LastMessage(
        id=str(MessageAddress(conversation.conversation_id, seq)),
        seq=seq,
        author_id=conversation.last_author_id or "",
        text="" if deleted else conversation.last_text or "",
        created_at=clock.to_datetime(int(conversation.last_at)),
        deleted=deleted,
    )


def is_muted(membership: MembershipItem) -> bool:
    """Whether the member's notifications are off now: for good, or until a moment that has not come."""
    if not membership.muted:
        return False
    return membership.muted_until is None or int(membership.muted_until) > clock.now_ms()


def membership_view(membership: MembershipItem) -> Membership:
    muted = is_muted(membership)
    return Membership(
        role=membership.role,
        joined_at=clock.to_datetime(int(membership.joined_at)),
        read_seq=int(membership.read_seq),
        muted=muted,
        muted_until=moment(membership.muted_until) if muted else None,
    )


def summary_view(conversation: ConversationItem, membership: MembershipItem, unread_count: int) -> ConversationSummary:
    return ConversationSummary(
        id=conversation.conversation_id,
        type=conversation.type,
        name=conversation.name,
        avatar_url=conversation.avatar_url,
        role=membership.role,
        muted=is_muted(membership),
        unread_count=unread_count,
        last_message=last_message_view(conversation),
        created_at=clock.to_datetime(int(conversation.created_at)),
        last_activity_at=clock.to_datetime(int(conversation.last_at)),
        archived_at=moment(conversation.archived_at),
        version=int(conversation.version),
    )


def conversation_view(
    conversation: ConversationItem,
    details: DetailsItem,
    roster: RosterItem,
    membership: MembershipItem | None,
) -> Conversation:
    return Conversation(
        id=conversation.conversation_id,
        type=conversation.type,
        name=conversation.name,
        avatar_url=conversation.avatar_url,
        custom=details.custom or {},
        history=details.history,
        created_by=conversation.created_by,
        member_count=int(roster.member_count),
        last_message=last_message_view(conversation),
        membership=None if membership is None else membership_view(membership),
        created_at=clock.to_datetime(int(conversation.created_at)),
        updated_at=clock.to_datetime(int(conversation.updated_at)),
        last_activity_at=clock.to_datetime(int(conversation.last_at)),
        archived_at=moment(conversation.archived_at),
        version=int(details.version),
    )
