"""Views of memberships: from the stored item to what its member sees."""

from parley import clock
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.schemas import ConversationSettings, Hidden, Membership
from parley.tables.attributes import RawItem, number, number_or_none, text
from parley.wire import moment


def is_muted(membership: MembershipItem) -> bool:
    """Whether the member's notifications are off now: for good, or until a moment that has not come."""
    if not membership.muted:
        return False
    return membership.muted_until is None or int(membership.muted_until) > clock.now_ms()


def is_hidden(membership: RawItem, conversation: RawItem) -> bool:
    """Whether the member has hidden the conversation: for good, or until a message that has not come."""
    hidden_seq = number_or_none(membership, "hidden_seq")
    return _hides(text(membership, "hidden"), hidden_seq, number(conversation, "last_seq"))


def _hides(how: str | None, hidden_seq: int | None, last_seq: int) -> bool:
    return hidden_seq is not None and (how == "always" or last_seq <= hidden_seq)


def hidden_now(membership: MembershipItem, conversation: ConversationItem) -> Hidden | None:
    """How long the conversation is hidden from the member, None where it is shown."""
    hidden_seq = None if membership.hidden_seq is None else int(membership.hidden_seq)
    if not _hides(membership.hidden, hidden_seq, int(conversation.last_seq or 0)):
        return None
    return "always" if membership.hidden == "always" else "until_message"


def settings_view(membership: MembershipItem, conversation: ConversationItem) -> ConversationSettings:
    return ConversationSettings(
        hidden=hidden_now(membership, conversation),
        archived_for_me=bool(membership.archived_for_me),
        pinned=bool(membership.pinned),
        labels=[str(label) for label in membership.labels or ()],
        version=int(membership.version),
    )


def membership_view(membership: MembershipItem) -> Membership:
    """The membership as its member sees it; it is `access.within` the conversation."""
    muted = is_muted(membership)
    return Membership(
        role=membership.role,
        joined_at=clock.to_datetime(int(membership.joined_at)),
        read_seq=int(membership.read_seq),
        visible_from=int(membership.visible_from),
        muted=muted,
        muted_until=moment(membership.muted_until) if muted else None,
    )
