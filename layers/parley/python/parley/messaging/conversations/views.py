"""From stored conversations and memberships to what callers see."""

from parley import clock
from parley.identity.caller import Caller
from parley.identity.declared_keys import of_conversations, valid_of
from parley.ids import MessageAddress
from parley.messaging.conversations.previews import kinds_shown
from parley.messaging.conversations.schemas import Conversation, ConversationSummary, LastMessage
from parley.messaging.items import ConversationItem, DetailsItem, MembershipItem, MemberSummaryItem
from parley.messaging.members.views import is_muted, membership_view, settings_view
from parley.messaging.sequence import gaps_between
from parley.wire import moment


def last_message_view(conversation: ConversationItem, membership: MembershipItem | None) -> LastMessage | None:
    """The newest message in short, to a member who sees history that far back.

    Its text is never shown once its number is a gap: it has been deleted.
    """
    if conversation.last_seq is None or membership is None:
        return None
    seq = int(conversation.last_seq)
    if seq <= max(int(membership.visible_from), int(conversation.truncated_seq or 0)):
        return None
    address = MessageAddress.parse(f"{conversation.conversation_id}-{conversation.last_reply or seq}")
    deleted = seq in gaps_between(conversation, seq - 1, seq) or conversation.last_text is None
    return LastMessage(
        id=str(address),
        seq=seq,
        parent_id=None if address is None or address.root is None else str(address.root),
        author_id=conversation.last_author_id or "",
        text="" if deleted else conversation.last_text or "",
        attachments=[] if deleted else kinds_shown(conversation.last_kinds),
        created_at=clock.to_datetime(int(conversation.last_at)),
        deleted=deleted,
    )


def summary_view(
    caller: Caller, conversation: ConversationItem, membership: MembershipItem, unread_count: int
) -> ConversationSummary:
    return ConversationSummary(
        id=conversation.conversation_id,
        type=conversation.type,
        declared_type=conversation.declared_type,
        name=conversation.name,
        avatar_url=conversation.avatar_url,
        custom=valid_of(of_conversations(caller), conversation.declared or {}),
        role=membership.role,
        muted=is_muted(membership),
        unread_count=unread_count,
        last_message=last_message_view(conversation, membership),
        created_at=clock.to_datetime(int(conversation.created_at)),
        last_activity_at=clock.to_datetime(int(conversation.last_at)),
        archived_at=moment(conversation.archived_at),
        frozen=bool(conversation.frozen),
        slow_mode_seconds=int(conversation.slow_mode_seconds or 0),
        team=conversation.team,
        settings=settings_view(membership, conversation),
        version=int(conversation.version),
    )


def conversation_view(
    conversation: ConversationItem,
    details: DetailsItem,
    summary: MemberSummaryItem,
    membership: MembershipItem | None,
) -> Conversation:
    return Conversation(
        id=conversation.conversation_id,
        type=conversation.type,
        declared_type=conversation.declared_type,
        name=conversation.name,
        avatar_url=conversation.avatar_url,
        custom=details.custom or {},
        history=details.history,
        created_by=conversation.created_by,
        member_count=int(summary.member_count),
        last_message=last_message_view(conversation, membership),
        membership=None if membership is None else membership_view(membership),
        settings=None if membership is None else settings_view(membership, conversation),
        created_at=clock.to_datetime(int(conversation.created_at)),
        updated_at=clock.to_datetime(int(conversation.updated_at)),
        last_activity_at=clock.to_datetime(int(conversation.last_at)),
        archived_at=moment(conversation.archived_at),
        frozen=bool(conversation.frozen),
        slow_mode_seconds=int(conversation.slow_mode_seconds or 0),
        team=conversation.team,
        join_requests=bool(conversation.join_requests),
        version=int(details.version),
    )
