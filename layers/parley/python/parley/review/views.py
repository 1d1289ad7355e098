"""From what is stored of cases and decisions to what is shown."""

from typing import Any, cast

from parley import clock
from parley.messaging.cases import HIGH, URGENT, CaseItem
from parley.messaging.items import FlagItem
from parley.messaging.messages.schemas import Message
from parley.messaging.review.queue import SOURCES, flag_id
from parley.review.items import DecisionItem
from parley.review.schemas import (
    AppealedDecision,
    AppealState,
    Case,
    CaseDecision,
    CaseState,
    Claim,
    DecisionOfRecord,
    OwnDecision,
    Priority,
    Report,
    Status,
)
from parley.wire import moment

PRIORITIES: dict[int, Priority] = {URGENT: "urgent", HIGH: "high"}


def case_view(case: CaseItem, message: Message | None) -> Case:
    return Case(**dict(case_state(case)), message=message, version=int(case.version))


def case_state(case: CaseItem) -> CaseState:
    return CaseState(
        message_id=case.message_id,
        conversation_id=case.conversation_id,
        author_id=case.author_id,
        status=status_of(case),
        priority=PRIORITIES.get(case.rank, "normal"),
        sources=cast("Any", sorted(case.sources or ())),
        reporters=int(case.reporters),
        opened_at=clock.to_datetime(int(case.opened_at)),
        claim=claim_of(case),
        decision=_decision_of(case),
    )


def status_of(case: CaseItem) -> Status:
    if case.closed_at is not None:
        return "decided"
    return "open" if case.decision_id is None else "deciding"


def claim_of(case: CaseItem) -> Claim | None:
    """Who has the case to themselves at this moment; a claim that has lapsed is none."""
    if case.claimed_by is None or int(case.claimed_until or 0) <= clock.now_ms():
        return None
    return Claim(moderator_id=case.claimed_by, expires_at=clock.to_datetime(int(case.claimed_until)))


def _decision_of(case: CaseItem) -> CaseDecision | None:
    if case.decision_id is None:
        return None
    return CaseDecision(
        id=case.decision_id,
        actions=cast("Any", list(case.actions or ())),
        pending=cast("Any", list(case.pending or ())),
        not_done=cast("Any", list(case.not_done or ())),
        reason=case.reason,
        note=case.note,
        banned_until=moment(case.until),
        decided_by=case.decided_by,
        decided_at=clock.to_datetime(int(case.decided_at)),
    )


def report_view(flag: FlagItem) -> Report:
    return Report(
        id=flag_id(flag),
        reported_by=flag.user_id,
        source=cast("Any", SOURCES.get(flag.user_id, "user")),
        reason=flag.reason,
        created_at=clock.to_datetime(int(flag.created_at)),
        resolved_at=moment(flag.resolved_at),
    )


def own_view(item: DecisionItem) -> OwnDecision:
    return OwnDecision(**_decided(item), appeal=_appeal_of(item))


def recorded_view(item: DecisionItem) -> DecisionOfRecord:
    return DecisionOfRecord(**_decided(item), note=item.note, decided_by=item.decided_by, appeal=_appeal_of(item))


def appeal_view(item: DecisionItem) -> AppealedDecision:
    return AppealedDecision(**dict(recorded_view(item)), user_id=item.user_id, answered_by=item.answered_by)


def _appeal_of(item: DecisionItem) -> AppealState | None:
    if item.appeal is None:
        return None
    return AppealState(
        text=item.appeal,
        filed_at=clock.to_datetime(int(item.appealed_at)),
        outcome=cast("Any", item.outcome),
        answer=item.answer,
        restored=cast("Any", [str(each) for each in item.restored or ()]),
        answered_at=moment(item.answered_at),
    )


def _decided(item: DecisionItem) -> dict[str, Any]:
    return {
        "id": item.decision_id,
        "conversation_id": item.conversation_id,
        "message_id": item.message_id,
        "actions": list(item.actions),
        "not_done": list(item.not_done or ()),
        "reason": item.reason,
        "banned_until": moment(item.until),
        "text": item.text,
        "decided_at": clock.to_datetime(int(item.decided_at)),
    }
