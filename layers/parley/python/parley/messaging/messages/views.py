"""From stored messages to what callers see."""

from typing import Any

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.items import EditItem, MessageItem
from parley.messaging.messages.annotations import Annotations
from parley.messaging.messages.schemas import Attachment, Message, MessageContent, MessageEdit
from parley.wire import moment


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
