"""From stored messages to what callers see."""

from typing import Any

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.conversations.previews import preview_text
from parley.messaging.items import EditItem, MessageItem
from parley.messaging.messages.annotations import Annotations
from parley.messaging.messages.kinds import REGULAR, Location
from parley.messaging.messages.link_previews.shown import previews_of
from parley.messaging.messages.polls.content import poll_view, results_view
from parley.messaging.messages.schemas import (
    Attachment,
    ForwardedFrom,
    Message,
    MessageContent,
    MessageEdit,
    QuotedMessage,
)
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
    content = _content(item)
    if content["poll"] is not None:
        content["poll"] = poll_view(item.poll, results_view(item.poll, hung.votes))
    return Message(
        **content,
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
        "type": item.type or REGULAR,
        "text": "" if deleted else item.text or "",
        "attachments": [] if deleted else attachment_views(item),
        "location": None if deleted or item.location is None else Location.model_validate(item.location),
        "silent": bool(item.silent),
        "mentions": [] if deleted else list(item.mentions or []),
        "mentioned_groups": [] if deleted else list(item.mentioned_groups or []),
        "custom": {} if deleted else item.custom or {},
        "poll": None if deleted else poll_view(item.poll),
        "link_previews": [] if deleted else previews_of(item),
        "translations": {} if deleted else item.translations or {},
        "show_in_conversation": item.shown_seq is not None,
        "quoted_message_id": None if deleted or item.quoted is None else f"{item.conversation_id}-{item.quoted}",
        "forwarded_from": None if deleted or item.forwarded_at is None else _forwarded_from(item),
        "pinned_at": None if deleted else moment(item.pinned_at),
        "pinned_by": None if deleted else item.pinned_by,
        "created_at": clock.to_datetime(int(item.created_at)),
        "edited_at": moment(item.edited_at),
        "deleted_at": moment(item.deleted_at),
        "version": int(item.version),
    }


def _forwarded_from(item: MessageItem) -> ForwardedFrom:
    created_at = clock.to_datetime(int(item.forwarded_at))
    return ForwardedFrom(author_id=item.forwarded_author, created_at=created_at)


def quoted_view(item: MessageItem) -> QuotedMessage:
    """A message as another one quotes it."""
    deleted = item.deleted_at is not None
    return QuotedMessage(
        id=str(message_address(item)),
        author_id=item.author_id or "",
        text="" if deleted else preview_text(item.heading),
        attachments=[] if deleted else item.kinds,
        created_at=clock.to_datetime(int(item.created_at)),
        edited_at=moment(item.edited_at),
        deleted_at=moment(item.deleted_at),
        version=int(item.version),
    )


def attachment_views(item: MessageItem | EditItem) -> list[Attachment]:
    files = (item.files if isinstance(item, MessageItem) else None) or {}
    return [Attachment(media_id=str(media_id), **files.get(media_id, {})) for media_id in item.attachments or []]


def edit_view(item: EditItem) -> MessageEdit:
    return MessageEdit(
        edit=int(item.edit),
        text=item.text or "",
        attachments=attachment_views(item),
        mentions=list(item.mentions or []),
        mentioned_groups=list(item.mentioned_groups or []),
        custom=item.custom or {},
        written_at=clock.to_datetime(int(item.written_at)),
    )
