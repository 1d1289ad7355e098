"""What all consumers of the change stream share: one batch in, what could not be applied out.

A failed record is reported through Powertools Batch, for Kinesis and Kafka alike. The event source mapping then tries
again from the first failed record on, so what came after it is applied once more: every effect must be idempotent. A
record that keeps failing ends, after six retries, with the records after it of its batch, in the failure destination,
and the shard moves on; those after it have been applied by then. `redrive` applies what lies there.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from parley import clock, invocation
from parley.observability import dynamodb_calls, emit, logger, tracer
from parley.streams.changes import Change, Position, Source, UndecodableRecord, decode_record, position_of, records_of

Apply = Callable[[Sequence[Change]], Iterable[Change] | None]
"""Applies the changes of a batch, in order of arrival; returns those that it could not apply, for another try."""

_EVENT_TYPES = {"kinesis": EventType.KinesisDataStreams, "kafka": EventType.Kafka}


MALFORMED = (KeyError, ValueError, TypeError, AttributeError)
"""What reading an item raises that no code of ours wrote: its record is set aside, the rest of the batch goes on."""


class NotApplied(RuntimeError):
    """A change that the consumer could not apply now."""


def consume(
    event: Mapping[str, Any], context: LambdaContext, apply: Apply, *, entities: Collection[str], name: str
) -> dict[str, Any]:
    """Decode a batch, apply what is of these entities, and answer with the records that failed.

    A record that cannot be decoded fails and the rest is applied. What `apply` raises fails the whole batch, which
    the event source mapping then bisects. `name` is the consumer's, for logs and metrics.
    """
    dynamodb_calls.reset()
    source, records = records_of(event)
    if not records:
        return {"batchItemFailures": []}
    changes, failed = decode_all(records, source)
    relevant = [change for change in changes if change.entity in entities]
    unapplied: dict[Position, Exception] = dict(failed)
    if relevant:
        with invocation.under_way(context), followed(name, relevant):
            unapplied |= {change.position: NotApplied(change.entity) for change in apply(relevant) or ()}
    record_batch(len(records), Outcome.of(name, relevant, unapplied))
    return partial_response(event, context, source, unapplied)


@contextmanager
def followed(name: str, changes: Sequence[Change]) -> Iterator[None]:
    """Messages that are new, and were sent within a trace, are seen in that one to have come here."""
    traces, began = tracer(), clock.now_ms()
    yield
    if traces:
        traces.follow(name, began, (change.text("trace") for change in changes if change.op == "insert"))


def set_aside(change: Change) -> Change:
    """Log a change that no code of ours wrote, or what it is about; returned, to be reported as not applied."""
    logger().error("malformed item", extra={"entity": change.entity, "tenant_id": change.tenant_id})
    return change


def decode_all(
    records: Iterable[Mapping[str, Any]], source: Source
) -> tuple[list[Change], dict[Position, UndecodableRecord]]:
    """The changes of a batch, and by their positions the records that are none."""
    changes: list[Change] = []
    failed: dict[Position, UndecodableRecord] = {}
    for record in records:
        try:
            changes.append(decode_record(record, source))
        except UndecodableRecord as error:
            failed[position_of(record, source)] = error
    return changes, failed


def partial_response(
    event: Mapping[str, Any], context: LambdaContext, source: Source, unapplied: Mapping[Position, Exception]
) -> dict[str, Any]:
    """The answer to the event source mapping: which records are to come again."""
    if not unapplied:
        return {"batchItemFailures": []}

    def outcome(record: Any) -> None:
        error = unapplied.get(position_of(record.raw_event, source))
        if error is not None:
            raise error

    processor = BatchProcessor(event_type=_EVENT_TYPES[source], raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), outcome, processor, context))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch at a consumer or an effect of one; `handed_over` were left to the queue of retries."""

    name: str
    applied: int
    lag_ms: int
    calls: int
    unapplied: Mapping[Position, Exception]
    handed_over: int = 0

    @classmethod
    def of(
        cls, name: str, relevant: Sequence[Change], unapplied: Mapping[Position, Exception], handed_over: int = 0
    ) -> "Outcome":
        """The outcome at this moment, with the calls of DynamoDB since the last one."""
        lag = max((clock.now_ms() - change.occurred_at for change in relevant), default=0)
        return cls(name, len(relevant), lag, dynamodb_calls.reset(), unapplied, handed_over)

    def fields(self) -> dict[str, int]:
        """For the log."""
        fields = {"applied": self.applied, "failed": len(self.unapplied)}
        if self.handed_over:
            fields["handed_over"] = self.handed_over
        return {**fields, "lag_ms": self.lag_ms, "dynamodb_calls": self.calls}

    def emit(self) -> None:
        """Log what failed, and measure all of it."""
        for position, error in self.unapplied.items():
            logger().error(
                "record failed",
                extra={"consumer": self.name, "partition": position.partition, "sequence": position.sequence},
                exc_info=error if isinstance(error, UndecodableRecord) else None,
            )
        measured: dict[str, tuple[MetricUnit, float]] = {
            "Changes": (MetricUnit.Count, self.applied),
            "FailedChanges": (MetricUnit.Count, len(self.unapplied)),
            "RetriedChanges": (MetricUnit.Count, self.handed_over),
            "StreamLag": (MetricUnit.Milliseconds, self.lag_ms),
        }
        emit("consumer", self.name, measured)


def record_batch(records: int, outcome: Outcome) -> None:
    """Log and measure what became of a batch."""
    logger().info("batch", extra={"consumer": outcome.name, "records": records, **outcome.fields()})
    outcome.emit()
