"""Events of conversations, of who is in them and who may come in."""

from typing import Literal

from infrastructure.contract.events.data import (
    ConversationDetails,
    ConversationState,
    InviteName,
    InviteState,
    JoinRequestState,
    MemberName,
    MemberState,
    OwnMemberState,
    Reference,
)
from infrastructure.contract.events.envelope import OfConversation, OfTenant


class ConversationCreated(OfConversation):
    """A conversation was opened."""

    type: Literal["conversation.created"]
    data: ConversationState | Reference


class ConversationUpdated(OfConversation):
    """A conversation has another name, picture, history setting or custom data."""

    type: Literal["conversation.updated"]
    data: ConversationState | ConversationDetails | Reference


class ConversationArchived(OfConversation):
    """A conversation was archived."""

    type: Literal["conversation.archived"]
    data: ConversationState | Reference


class ConversationTruncated(OfConversation):
    """Messages were taken away from everybody: `truncated_seq` says up to which number. None of them is told apart."""

    type: Literal["conversation.truncated"]
    data: ConversationState | Reference


class MemberAdded(OfConversation):
    """A user became a member."""

    type: Literal["member.added"]
    data: MemberState | Reference


class MemberRemoved(OfConversation):
    """A member left or was removed."""

    type: Literal["member.removed"]
    data: MemberName | Reference


class MemberUpdated(OfConversation):
    """A member has another role; to the member alone, other settings of their own."""

    type: Literal["member.updated"]
    data: MemberState | OwnMemberState | Reference


class ReadUpdated(OfConversation):
    """A member has read further."""

    type: Literal["read.updated"]
    data: MemberState | Reference


class DeliveredUpdated(OfConversation):
    """What was sent has reached a member's devices, up to a number."""

    type: Literal["delivered.updated"]
    data: MemberState | Reference


class InviteCreated(OfTenant):
    """A user was invited, or an invite of theirs holds longer; told to the user alone."""

    type: Literal["invite.created"]
    data: InviteState | Reference


class InviteRemoved(OfTenant):
    """An invite was accepted, declined or taken back; told to the user alone."""

    type: Literal["invite.removed"]
    data: InviteName | Reference


class JoinRequestCreated(OfConversation):
    """A user asks to join; told to the admins and to the user."""

    type: Literal["join_request.created"]
    data: JoinRequestState | Reference


class JoinRequestRemoved(OfConversation):
    """A request to join was approved, declined or withdrawn; told to the admins and to the user."""

    type: Literal["join_request.removed"]
    data: InviteName | Reference
