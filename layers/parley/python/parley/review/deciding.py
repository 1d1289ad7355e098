"""Deciding a case: the decision is written down first, in one transaction, then carried out act by act.

A crash leaves a case that is being decided: it stays in the queue, and whoever decides the same again, or another
thing, first goes on with what has been decided. Each act may be done twice. See docs/adr/0095.
"""

import hashlib
from contextlib import suppress

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import CaseDecided, CaseNotFound, Unavailable, ValidationFailed
from parley.identity.caller import Caller
from parley.messaging import cases
from parley.messaging.cases import OUTCOME, CaseItem
from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.members.muting import moment_to_come
from parley.messaging.review.queue import flags_of
from parley.review.acting import Target, carry_out
from parley.review.cases_queue import access_case, message_key, shown
from parley.review.claims import check_unclaimed
from parley.review.items import DecisionItem, decision_key
from parley.review.schemas import Case, DecideCase
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, absent, at_version, equals, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

SAID_THEN = 1_000
"""Of what a message said when it was decided, so many characters stay with the decision."""


def do_decide(caller: Caller, message_id: str, body: DecideCase) -> Case:
    """Decide a case and carry it out; decided again in the same way, it is carried on with, and changes nothing else.

    4 RRU and 11 WRU, 2 and 1 for the index for each report, and what each act costs. Raises `CaseNotFound`,
    `CaseClaimed`, `CaseDecided` where it was decided in another way, `ValidationFailed`.
    """
    actions = _checked(caller, body)
    for _ in range(ATTEMPTS):
        case = access_case(caller, message_id)
        if case.decision_id is not None:
            is_same = _is_same(caller, case, actions, body)
            _finish(caller, case)
            if not is_same:
                raise CaseDecided(decision_id=case.decision_id)
            return _shown(caller, message_id)
        check_unclaimed(caller, case)
        begun = _begin(caller, case, actions, body)
        if begun is not None:
            _finish(caller, begun)
            return _shown(caller, message_id)
    raise Unavailable("Others are changing the case")


def _shown(caller: Caller, message_id: str) -> Case:
    return shown(caller.tenant_id, [access_case(caller, message_id)])[0]


def _checked(caller: Caller, body: DecideCase) -> list[str]:
    wrong = []
    if len(set(body.actions)) < len(body.actions):
        wrong.append({"pointer": "/actions", "code": "not_unique", "detail": "each action is named once"})
    reasons = caller.tenant.settings.moderation_reasons
    if reasons and body.reason is not None and body.reason not in reasons:
        detail = "not one of the tenant's moderation_reasons"
        wrong.append({"pointer": "/reason", "code": "unknown_reason", "detail": detail})
    if body.banned_until is not None and "ban" not in body.actions:
        detail = "there is no ban that could end"
        wrong.append({"pointer": "/banned_until", "code": "no_ban", "detail": detail})
    if wrong:
        raise ValidationFailed(wrong)
    return sorted(body.actions)


def _is_same(caller: Caller, case: CaseItem, actions: list[str], body: DecideCase) -> bool:
    until = None if body.banned_until is None else clock.from_datetime(body.banned_until)
    stored = ([str(each) for each in case.actions or ()], case.reason, case.until, case.decided_by)
    return stored == (actions, body.reason, until, caller.user_id)


def _begin(caller: Caller, case: CaseItem, actions: list[str], body: DecideCase) -> CaseItem | None:
    """Write down what is to be done, for moderators and for the author; None where the case has changed meanwhile."""
    until = None if body.banned_until is None else moment_to_come(body.banned_until, pointer="/banned_until")
    now = clock.now_ms()
    named_by = hashlib.sha256(f"{case.message_id}|{case.version}".encode()).digest()
    decision_id = ids.timed_id(now, int.from_bytes(named_by[:10], "big"))
    decided = {"decision_id": decision_id, "actions": actions, "decided_by": caller.user_id, "decided_at": now}
    told = {"reason": body.reason, "note": body.note, "until": until}
    change = (
        Update().set(decided, pending=actions).set_or_remove(told).remove("claimed_by", "claimed_until", "closed_at")
    )
    write = transactions.update(
        settings().chat_table,
        case.key,
        change.add(version=1),
        condition=at_version(int(case.version)) & absent("decision_id"),
    )
    line = audit_log.line(
        caller,
        "case.decided",
        ("message", str(case.message_id)),
        conversation_id=case.conversation_id,
        details={"actions": actions},
    )
    recorded = _record(caller, case, decided | told) if ids.is_user_id(case.author_id) else []
    try:
        dynamodb.transact([write, line, *recorded])
    except TransactionRefused as refused:
        if refused.failed(0) or not recorded:
            return None
        # The author has been erased meanwhile: the case says so once their erasure comes to it.
        try:
            dynamodb.transact([write, line])
        except TransactionRefused:
            return None
    return CaseItem.at(case.key, consistent=True)


def _record(caller: Caller, case: CaseItem, decided: dict[str, object]) -> list[Action]:
    """What goes into the author's record, on condition that they have not been erased."""
    table, author = settings().chat_table, str(case.author_id)
    message = MessageItem.at(message_key(case))
    said = None if message is None or message.deleted_at is not None or message.void else message.heading
    at = decision_key(caller.tenant_id, author, str(decided["decision_id"]))
    item = DecisionItem(
        pk=at.pk,
        sk=at.sk,
        user_id=author,
        conversation_id=case.conversation_id,
        message_id=case.message_id,
        text=said[:SAID_THEN] if said else None,
        **decided,
    )
    names = [str(each) for each in item.actions] or ["dismissed"]
    is_there = transactions.check(table, Key(at.pk, keys.USER_SK), absent("erased_at"))
    return [
        is_there,
        transactions.put_if_absent(table, item.serialize()),
        *cases.count(caller.tenant_id, author, **dict.fromkeys(names, 1)),
    ]


def _finish(caller: Caller, case: CaseItem) -> None:
    """Carry out what has been decided and take the case out of the queue. Repeating it is fine."""
    if case.closed_at is not None:
        return
    target = Target(case.message_id, case.conversation_id, case.author_id, case.reason, case.until)
    not_done = [action for action in case.actions or () if not carry_out(caller, str(action), target)]
    resolution = "acted_on" if case.actions else "dismissed"
    dynamodb.map_parallel(lambda flag: _resolve(flag, resolution), flags_of(case.key))
    table = settings().chat_table
    if not_done and ids.is_user_id(case.author_id):
        at = decision_key(caller.tenant_id, str(case.author_id), str(case.decision_id))
        with suppress(ConditionFailed):  # the author has been erased meanwhile
            dynamodb.update(table, at, Update().set(not_done=not_done).add(version=1), condition=exists())
    closed = Update().set(closed_at=clock.now_ms(), not_done=not_done).remove("gpk", "gsk", "pending").add(version=1)
    is_that = equals("decision_id", case.decision_id) & absent("closed_at")
    with suppress(ConditionFailed):  # another request has carried it out
        dynamodb.update(table, case.key, closed, condition=is_that)


def _resolve(flag: FlagItem, resolution: str) -> None:
    """Take a report out of the queue of reports, unless it has been."""
    if flag.resolved_at is not None:
        return
    change = Update().set(resolved_at=clock.now_ms(), resolution=resolution).remove("gpk", "gsk").add(version=1)
    with suppress(ConditionFailed):
        dynamodb.update(settings().chat_table, flag.key, change, condition=exists() & absent("resolved_at"))


def do_reopen(caller: Caller, message_id: str) -> Case:
    """Put a decided case back into the queue; what was done stays, and in the author's record too.

    An open one stays as it is. 4 RRU, 5 WRU. Raises `CaseNotFound`.
    """
    for _ in range(ATTEMPTS):
        case = access_case(caller, message_id)
        if case.decision_id is None and case.closed_at is None:
            return shown(caller.tenant_id, [case])[0]
        if case.closed_at is None:
            _finish(caller, case)
            continue
        now = clock.now_ms()
        listed = cases.listing_of(caller.tenant_id, str(case.message_id), case.rank, now)
        line = audit_log.line(caller, "case.reopened", ("message", message_id), conversation_id=case.conversation_id)
        try:
            raw = audit_log.update(
                settings().chat_table,
                case.key,
                listed & Update().set(opened_at=now).remove(*OUTCOME).add(version=1),
                lines=[line],
                condition=at_version(int(case.version)),
            )
        except ConditionFailed:
            continue
        if not raw:
            raise CaseNotFound
        return shown(caller.tenant_id, [CaseItem.from_raw_data(raw)])[0]
    raise Unavailable("Others are changing the case")
