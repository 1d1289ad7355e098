"""Views of memberships: from the stored item to what its member sees."""

from parley import clock
from parley.messaging.items import MembershipItem
from parley.messaging.members.schemas import Membership
from parley.tables.attributes import RawItem, number, number_or_none
from parley.wire import moment


def is_muted(membership: MembershipItem) -> bool:
    """Whether the member's notifications are off now: for good, or until a moment that has not come."""
    if not membership.muted:
        return False
    return membership.muted_until is None or int(membership.muted_until) > clock.now_ms()


def is_hidden(membership: RawItem, conversation: RawItem) -> bool:
    """Whether the member has left a direct conversation in which nothing has been sent since."""
    hidden_seq = number_or_none(membership, "hidden_seq")
    return hidden_seq is not None and number(conversation, "last_seq") <= hidden_seq


def membership_view(membership: MembershipItem) -> Membership:
    muted = is_muted(membership)
    return Membership(
        role=membership.role,
        joined_at=clock.to_datetime(int(membership.joined_at)),
        read_seq=int(membership.read_seq),
        muted=muted,
        muted_until=moment(membership.muted_until) if muted else None,
    )
