"""Claims: a moderator has a case to themselves for some minutes, so that no two decide the same."""

from parley import clock
from parley.errors import CaseClaimed, CaseDecided, CaseNotFound
from parley.identity.caller import Caller
from parley.messaging import cases
from parley.messaging.cases import CaseItem
from parley.review.cases_queue import place_of, shown
from parley.review.schemas import Case, ClaimCase
from parley.review.views import claim_of
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, at_most, equals, exists

IS_OPEN = exists() & absent("closed_at")


def unclaimed_by_others(caller: Caller) -> Condition:
    """Nobody else has the case to themselves at this moment."""
    return absent("claimed_by") | equals("claimed_by", caller.user_id) | at_most("claimed_until", clock.now_ms())


def check_unclaimed(caller: Caller, case: CaseItem) -> None:
    """Raises `CaseClaimed` where another moderator has the case to themselves."""
    claim = claim_of(case)
    if claim is not None and claim.moderator_id != caller.user_id:
        raise CaseClaimed(moderator_id=claim.moderator_id, expires_at=clock.to_rfc3339(claim.expires_at))


def do_claim(caller: Caller, message_id: str, body: ClaimCase) -> Case:
    """Have a case to oneself for some minutes, anew, or with `take_over` instead of whoever has it. 1 WRU, 3 RRU.

    Raises `CaseNotFound`, `CaseDecided`, `CaseClaimed`.
    """
    until = clock.now_ms() + body.minutes * 60_000
    condition = IS_OPEN if body.take_over else IS_OPEN & unclaimed_by_others(caller)
    return _change(caller, message_id, Update().set(claimed_by=caller.user_id, claimed_until=until), condition)


def do_release(caller: Caller, message_id: str) -> None:
    """Give back what one has claimed; what nobody has stays so. 1 WRU.

    Raises `CaseNotFound`, `CaseClaimed` where another has it.
    """
    at = cases.case_key(place_of(caller, message_id).message)
    change = Update().remove("claimed_by", "claimed_until").add(version=1)
    try:
        dynamodb.update(settings().chat_table, at, change, condition=exists() & unclaimed_by_others(caller))
    except ConditionFailed as failed:
        _refuse(caller, failed, may_be_decided=True)


def _change(caller: Caller, message_id: str, change: Update, condition: Condition) -> Case:
    at = cases.case_key(place_of(caller, message_id).message)
    try:
        raw = dynamodb.update(
            settings().chat_table, at, change.add(version=1), condition=condition, returning="ALL_NEW"
        )
    except ConditionFailed as failed:
        _refuse(caller, failed)
        raise
    return shown(caller.tenant_id, [CaseItem.from_raw_data(raw)])[0]


def _refuse(caller: Caller, failed: ConditionFailed, *, may_be_decided: bool = False) -> None:
    case = CaseItem.read(failed.item)
    if case is None:
        raise CaseNotFound from None
    if case.closed_at is not None and not may_be_decided:
        raise CaseDecided from None
    check_unclaimed(caller, case)
