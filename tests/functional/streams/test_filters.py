"""What the filters of the event source mapping leave out tells nobody anything."""

import pytest

from functions.streams import deliver_changes
from infrastructure.triggered.filters import passes
from infrastructure.triggered.streams import TELLING
from parley.streams.changes import decode
from parley.streams.events import events_of
from parley.webhooks import notices
from tests.functional.realtime.test_late_records import ACTS, LateStory, every_consumer
from tests.support.aws.sockets import consumer_of
from tests.support.dynamodb.change_stream import Payload, kinesis_event

__all__ = ["every_consumer"]
DELIVERING = consumer_of("streams/deliver_changes")


def tells(record: Payload) -> bool:
    """Whether an effect makes something of a record."""
    (change,) = decode(kinesis_event([record]))
    wanted = {effect.name for effect in deliver_changes.EFFECTS if effect.wants(change)}
    events = [*events_of(change), *(notices.events_of(change) if change.entity == notices.ENTITY else ())]
    return "send_push" in wanted or bool(wanted and events)


@pytest.mark.usefixtures("every_consumer")
def test_what_is_left_out_tells_nothing() -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = LateStory(monkeypatch)
        for step in (*ACTS, *ACTS[::-1]):
            story.do(step)
        written = story.stream.changes.take(story.alice.tenant_id)
    out = [record for record in written if not passes(DELIVERING.trigger, record)]
    assert [record for record in out if tells(record)] == []
    entities = {record["dynamodb"].get("NewImage", {}).get("entity", {}).get("S") for record in out}
    assert entities & {"media", "webhook", "reference"}, "the filters leave out more than other entities"


def test_what_a_filter_names_is_waited_for() -> None:
    assert {entity for each in TELLING for entity in each.entities} == set(DELIVERING.trigger.entities)
