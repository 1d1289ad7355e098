"""Events of what users have for themselves."""

from typing import Literal

from infrastructure.contract.events.data import (
    BookmarkPlace,
    DraftPlace,
    DraftState,
    MutePlace,
    MuteState,
    OwnBookmark,
    OwnScheduledMessage,
    Reference,
    SavedSearchMatch,
    ScheduledMessageGone,
    ThreadState,
)
from infrastructure.contract.events.envelope import OfConversation, OfTenant


class ThreadUpdated(OfConversation):
    """A user follows a thread, follows it no more, or has read further in it; told to the user alone."""

    type: Literal["thread.updated"]
    data: ThreadState | Reference


class DraftUpdated(OfConversation):
    """A user has written what they have not sent yet; told to the user's sockets alone."""

    type: Literal["draft.updated"]
    data: DraftState


class DraftDeleted(OfConversation):
    """A draft has been sent or let go of; told to the user's sockets alone."""

    type: Literal["draft.deleted"]
    data: DraftPlace


class BookmarkUpdated(OfTenant):
    """A user keeps a message, or has changed how; told to the user's sockets alone."""

    type: Literal["bookmark.updated"]
    data: OwnBookmark


class BookmarkDeleted(OfTenant):
    """A user keeps a message no more; told to the user's sockets alone."""

    type: Literal["bookmark.deleted"]
    data: BookmarkPlace


class BookmarkDue(OfTenant):
    """A reminder has come due; told to the user's sockets and, without the user's note, to webhooks."""

    type: Literal["bookmark.due"]
    data: OwnBookmark


class MuteUpdated(OfTenant):
    """A user has muted another, or until another moment; told to the user's sockets alone."""

    type: Literal["mute.updated"]
    data: MuteState


class MuteDeleted(OfTenant):
    """A user has muted another no more; told to the user's sockets alone."""

    type: Literal["mute.deleted"]
    data: MutePlace


class ScheduledMessageUpdated(OfTenant):
    """A message is to be sent later, or something else, or at another moment; told to its author's sockets alone."""

    type: Literal["scheduled_message.updated"]
    data: OwnScheduledMessage


class ScheduledMessageDeleted(OfTenant):
    """A message that was to be sent later was taken back; told to its author's sockets alone."""

    type: Literal["scheduled_message.deleted"]
    data: ScheduledMessageGone


class ScheduledMessageSent(OfTenant):
    """A message that was to be sent later has been sent; told to its author's sockets, and to webhooks."""

    type: Literal["scheduled_message.sent"]
    data: ScheduledMessageGone


class ScheduledMessageFailed(OfTenant):
    """A message was refused for good at its moment; told to its author's sockets, and to webhooks."""

    type: Literal["scheduled_message.failed"]
    data: OwnScheduledMessage


class SearchMatched(OfConversation):
    """A message matches a saved search that notifies; told to its owner, who may see the message."""

    type: Literal["search.matched"]
    data: SavedSearchMatch
