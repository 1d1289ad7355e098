"""Appeals: whom a decision concerns says once why it is wrong; a moderator upholds or overturns it.

An answer is written down first and then carried out, as a decision is. Overturning lifts the ban and brings the user
back; what the message said is gone, and the answer tells what was restored. See docs/adr/0096.
"""

from collections.abc import Sequence

from parley import clock
from parley.audit import audit_log
from parley.errors import AppealAnswered, AppealClosed, DecisionNotFound, Forbidden, Unavailable, UserNotFound
from parley.identity.caller import Caller
from parley.ids import is_well_formed
from parley.messaging import cases
from parley.messaging.members import bans
from parley.messaging.members.memberships import ATTEMPTS
from parley.review.items import DecisionItem, decision_key
from parley.review.record import decisions_of
from parley.review.schemas import AnswerAppeal, AppealedDecision, AppealPage, FileAppeal, OwnDecision
from parley.review.views import appeal_view, own_view
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, sharded, transactions
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, absent, at_version, exists
from parley.tables.shards import shard_of
from parley.users import deactivation
from parley.wire import Page

APPEAL_DAYS = 30
_LISTING = ("appeals",)
RESTORABLE = ("ban", "deactivate")
"""What overturning undoes. A warning is undone by the overturning itself; a deleted message says nothing any more."""


def concerned(caller: Caller, user_id: str) -> str:
    """Whose decisions these are: one's own or, for the tenant's back end, anybody's. Raises `Forbidden`."""
    if user_id != caller.user_id and not caller.is_server:
        raise Forbidden("Decisions are shown to whom they concern")
    return user_id


def do_list_own(caller: Caller, user_id: str, *, limit: int, cursor: str | None) -> Page[OwnDecision]:
    """What moderators have decided about a user, the newest first: 0.5 RRU for about four."""
    found = decisions_of(caller, concerned(caller, user_id), limit=limit, cursor=cursor)
    return Page(
        data=[own_view(DecisionItem.from_raw_data(raw)) for raw in found.entries],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def access_decision(caller: Caller, user_id: str, decision_id: str) -> DecisionItem:
    """A decision as it is at this moment. Raises `DecisionNotFound`. 1 RRU."""
    if not is_well_formed(decision_id):
        raise DecisionNotFound
    item = DecisionItem.at(decision_key(caller.tenant_id, user_id, decision_id), consistent=True)
    if item is None:
        raise DecisionNotFound
    return item


def do_file(caller: Caller, user_id: str, decision_id: str, body: FileAppeal) -> tuple[OwnDecision, bool]:
    """Say why a decision is wrong; whether that is new. Once for each decision: the same again changes nothing.

    1 RRU, 6 WRU and 1 for the index. Raises `DecisionNotFound`, and `AppealClosed` for another text, where nothing was
    done that could be undone, or thirty days after the decision.
    """
    concerned(caller, user_id)
    for _ in range(ATTEMPTS):
        item = access_decision(caller, user_id, decision_id)
        if item.appeal is not None:
            if item.appeal != body.text:
                raise AppealClosed("There is an appeal already")
            return own_view(item), False
        if not item.actions:
            raise AppealClosed("The reports were dismissed")
        now = clock.now_ms()
        if now - int(item.decided_at) > APPEAL_DAYS * 86_400_000:
            raise AppealClosed("The time to appeal has passed")
        filed = {"appeal": body.text, "appealed_at": now}
        listed = {
            "gpk": keys.appeals(caller.tenant_id, shard_of(decision_id)),
            "gsk": keys.appeal_gsk(now, decision_id, user_id),
        }
        write = transactions.update(
            settings().chat_table,
            item.key,
            Update().set(filed).set(listed).add(version=1),
            condition=exists() & absent("appeal"),
        )
        try:
            dynamodb.transact([write, *cases.count(caller.tenant_id, user_id, appeals=1)])
        except TransactionRefused:
            continue
        return own_view(access_decision(caller, user_id, decision_id)), True
    raise Unavailable("Others are changing the decision")


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> AppealPage:
    """The appeals that nobody has answered, oldest first: sixteen queries, 8 RRU at least, and 0.5 each.

    The index follows writes within a second; what was answered meanwhile is left out, so a page may be shorter than
    its limit. Raises `InvalidCursor`.
    """
    after = "0" if cursor is None else sharded.position(cursor, _LISTING, keys.appeal_moment_of)
    entries, more = sharded.read(lambda shard: keys.appeals(caller.tenant_id, shard), after=after, limit=limit)
    places = [dynamodb.key_of(entry) for entry in entries]
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    items = [DecisionItem.from_raw_data(found[at]) for at in places if at in found]
    return AppealPage(
        data=[appeal_view(item) for item in items if item.answered_at is None],
        next_cursor=cursors.encode(sharded.place(entries[-1]), _LISTING) if more else None,
    )


def do_answer(caller: Caller, user_id: str, decision_id: str, body: AnswerAppeal) -> AppealedDecision:
    """Uphold a decision, or overturn it and undo what can be undone; the same again goes on where it stopped.

    2 RRU and 6 WRU, 2 more to overturn, and what is undone. Raises `DecisionNotFound`, `AppealClosed` where nobody has
    appealed, `AppealAnswered` where it was answered in another way.
    """
    for _ in range(ATTEMPTS):
        item = access_decision(caller, user_id, decision_id)
        if item.appeal is None:
            raise AppealClosed("Nobody has appealed")
        if item.outcome is None:
            if not _begin(caller, item, body):
                continue
            item = access_decision(caller, user_id, decision_id)
        is_same = (item.outcome, item.answer, item.answered_by) == (body.outcome, body.answer, caller.user_id)
        _finish(caller, item)
        if not is_same:
            raise AppealAnswered(outcome=item.outcome)
        return appeal_view(access_decision(caller, user_id, decision_id))
    raise Unavailable("Others are changing the decision")


def _begin(caller: Caller, item: DecisionItem, body: AnswerAppeal) -> bool:
    """Write the answer down, with what is to be undone; whether nothing has changed meanwhile."""
    overturns = body.outcome == "overturned"
    done = [str(each) for each in item.actions if each not in (item.not_done or ())]
    pending = [each for each in done if each in RESTORABLE] if overturns else []
    answered = {"outcome": body.outcome, "answered_by": caller.user_id, "pending": pending}
    write = transactions.update(
        settings().chat_table,
        item.key,
        Update().set(answered).set_or_remove(answer=body.answer).add(version=1),
        condition=at_version(int(item.version)) & absent("outcome"),
    )
    user_id = str(item.user_id)
    line = audit_log.line(
        caller,
        "appeal.decided",
        ("user", user_id),
        conversation_id=item.conversation_id,
        details={"decision": item.decision_id, "outcome": body.outcome},
    )
    counted = cases.count(caller.tenant_id, user_id, overturned=1) if overturns else []
    try:
        dynamodb.transact([write, line, *counted])
    except TransactionRefused:
        return False
    return True


def _finish(caller: Caller, item: DecisionItem) -> None:
    """Undo what is to be undone and take the appeal out of the queue. Repeating it is fine."""
    if item.answered_at is not None:
        return
    restored: Sequence[str] = [str(each) for each in item.pending or () if _undo(caller, item, str(each))]
    change = Update().set(answered_at=clock.now_ms(), restored=restored).remove("pending", "gpk", "gsk").add(version=1)
    try:
        dynamodb.update(settings().chat_table, item.key, change, condition=exists() & absent("answered_at"))
    except ConditionFailed:  # another request has, or the user has been erased
        return


def _undo(caller: Caller, item: DecisionItem, action: str) -> bool:
    if action == "ban":
        bans.unban(caller, item.conversation_id, item.user_id, made_by=item.decided_by)
        return True
    try:
        deactivation.do_reactivate(caller, item.user_id)
    except UserNotFound:
        return False
    return True
