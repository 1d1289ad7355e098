"""Several effects of the same changes in one consumer: a record is read and decoded once, and each effect fails alone.

Effects are applied one after the other, each within its own seconds. What one could not apply is handed over to the
queue of retries with its name (`retries`), and the batch counts as done: no other effect is repeated for it or waits
for it. One that took longer than its seconds is not waited for again at once: for a while all that it wants goes
through the queue. Only where the queue does not take it is the batch reported as failed and repeated whole.

So an effect is applied to a change at least once, late perhaps and in any order. Each must bear that.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from parley import invocation
from parley.observability import dynamodb_calls, logger
from parley.remembered import Remembered
from parley.settings import settings
from parley.streams import retries, shared_reads
from parley.streams.changes import Change, Position, position_of, records_of
from parley.streams.consumer import NotApplied, Outcome, decode_all, followed, partial_response, record_batch
from parley.tables.keys import Key

MARGIN_SECONDS = 5.0
"""Left of the invocation for handing over what is left."""
REST_SECONDS = 30.0
"""So long what an effect wants goes through the queue, after it took longer than its seconds."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What is done with the changes that it wants; `name` is that of its logs, metrics and retries.

    `apply` is given changes in order of arrival and the seconds it may take; it returns those that it could not apply.
    """

    name: str
    wants: Callable[[Change], bool]
    apply: Callable[[Sequence[Change], float], Iterable[Change] | None]
    seconds: float
    reads: Callable[[Sequence[Change]], Iterable[Key]] = lambda _: ()
    """The items of `chat` that it will look at in any case, by `shared_reads.read`."""
    of_member: shared_reads.OfMember = lambda *_: ()
    """The items of `control` that it will look at of each member whom a new message addresses."""


@dataclass(frozen=True, slots=True)
class _Applied:
    """What became of an effect: the changes left over, `raised` where it raised and may be at odds with one of them."""

    left: Sequence[Change]
    raised: bool = False


_resting: Remembered[str, float] = Remembered(most=32)
"""Until when an effect rests in this process, by its name."""


def forget() -> None:
    """Let no effect rest."""
    _resting.clear()


def run(event: Mapping[str, Any], context: LambdaContext, effects: Sequence[Effect], *, name: str) -> dict[str, Any]:
    """A batch of the stream for all effects, a message of the queue of retries, or a batch that an operator redrives.

    The answer names the records that are to come again. `name` is the consumer's, for records that are no change.
    """
    dynamodb_calls.reset()
    with invocation.under_way(context), shared_reads.of_batch():
        if retries.is_message(event):
            for retry in retries.read(event):
                _try_again(retry, context.invoked_function_arn, effects)
            return {"batchItemFailures": []}
        only = event.get(retries.EFFECTS)
        if only is not None:
            return _redrive(event, context, [each for each in effects if each.name in only])
        return _apply_batch(event, context, effects, name)


def _apply_batch(
    event: Mapping[str, Any], context: LambdaContext, effects: Sequence[Effect], name: str
) -> dict[str, Any]:
    source, records = records_of(event)
    function = context.invoked_function_arn
    if not records:
        return {"batchItemFailures": []}
    changes, undecodable = decode_all(records, source)
    raw = {position_of(record, source): record for record in records} if undecodable else {}
    unapplied: dict[Position, Exception] = {}
    if undecodable:
        poison = [raw[position] for position in undecodable]
        everyone = [effect.name for effect in effects]
        if not _is_taken(lambda: retries.set_aside(everyone, source, poison, function)):
            unapplied |= undecodable
        record_batch(len(records), Outcome.of(name, (), undecodable))
    wanted_by = {effect.name: [change for change in changes if effect.wants(change)] for effect in effects}
    at_work = [effect for effect in effects if wanted_by[effect.name] and not _rests(effect)]
    shared_reads.gather(
        settings().chat_table, (at for effect in at_work for at in effect.reads(wanted_by[effect.name]))
    )
    shared_reads.expect([effect.of_member for effect in at_work])
    outcomes: list[Outcome] = []
    for effect in effects:
        wanted = wanted_by[effect.name]
        if not wanted:
            continue
        applied = _apply(effect, wanted) if effect in at_work else _Applied(wanted)
        failed: dict[Position, Exception] = {}
        if applied.left:
            raw = raw or {position_of(record, source): record for record in records}
            left = [raw[change.position] for change in applied.left]
            if not _is_taken(lambda: retries.put(effect.name, source, left, function)):  # noqa: B023 - called at once
                failed = {change.position: NotApplied(effect.name) for change in applied.left}
        unapplied |= failed
        outcome = Outcome.of(effect.name, wanted, failed, len(applied.left))
        outcome.emit()
        outcomes.append(outcome)
    told = {outcome.name: outcome.fields() for outcome in outcomes}
    logger().info("batch", extra={"consumer": name, "records": len(records), "effects": told})
    return partial_response(event, context, source, unapplied)


def _try_again(retry: retries.Retry, function: str, effects: Sequence[Effect]) -> None:
    """Apply an effect to what it left over. What it leaves again waits longer, and is set aside in the end."""
    (effect,) = (each for each in effects if each.name == retry.effect)
    changes, _ = decode_all(retry.records, retry.source)
    applied = _apply(effect, changes)
    raw = {position_of(record, retry.source): record for record in retry.records}
    left = [raw[change.position] for change in applied.left]
    given_up = bool(left) and retry.is_last
    if given_up:
        retries.set_aside([effect.name], retry.source, left, function)
    elif left:
        retries.put_again(retry, left, function, split=applied.raised)
    unapplied = {change.position: NotApplied(effect.name) for change in applied.left} if given_up else {}
    record_batch(len(retry.records), Outcome.of(effect.name, changes, unapplied, 0 if given_up else len(left)))


def _redrive(event: Mapping[str, Any], context: LambdaContext, effects: Sequence[Effect]) -> dict[str, Any]:
    """Apply what was set aside, and say what is still not applied: it stays where it is."""
    source, records = records_of(event)
    changes, undecodable = decode_all(records, source)
    unapplied: dict[Position, Exception] = dict(undecodable)
    for effect in effects:
        left = _apply(effect, [change for change in changes if effect.wants(change)]).left
        unapplied |= {change.position: NotApplied(effect.name) for change in left}
    return partial_response(event, context, source, unapplied)


def _apply(effect: Effect, wanted: Sequence[Change]) -> _Applied:
    """Apply an effect within its seconds. Whatever it raises is its own: it is logged, and all is left over."""
    if not wanted:
        return _Applied(())
    seconds = max(1.0, min(effect.seconds, invocation.remaining_seconds() - MARGIN_SECONDS))
    started = time.monotonic()
    try:
        with invocation.within(seconds), followed(effect.name, wanted):
            left = {change.position: change for change in effect.apply(wanted, seconds) or ()}
        return _Applied([*left.values()])
    except Exception as error:  # noqa: BLE001 - it must not reach the other effects
        logger().error("effect failed", extra={"consumer": effect.name}, exc_info=error)
        return _Applied(wanted, raised=True)
    finally:
        if time.monotonic() - started > seconds:
            _resting.set(effect.name, time.monotonic() + REST_SECONDS)


def _rests(effect: Effect) -> bool:
    return time.monotonic() < (_resting.get(effect.name) or 0.0)


def _is_taken(hand_over: Callable[[], object]) -> bool:
    """Whether the queue or the bucket took something."""
    try:
        hand_over()
    except (ClientError, BotoCoreError) as error:
        logger().error("not handed over", exc_info=error)
        return False
    return True
