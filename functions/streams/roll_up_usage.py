"""Consumer: what the change stream tells, into the counters of usage, beside kept lists, and to who follows threads."""

from collections.abc import Sequence
from typing import Any

from parley.streams import list_upkeep, thread_upkeep
from parley.streams.changes import Change
from parley.streams.consumer import consume
from parley.usage import rollup

from aws_lambda_powertools.utilities.typing import LambdaContext


def apply(changes: Sequence[Change]) -> list[Change]:
    counted = [change for change in changes if change.entity in rollup.ENTITIES]
    return [*list_upkeep.apply(changes), *thread_upkeep.apply(changes), *rollup.roll_up(counted)]


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    entities = rollup.ENTITIES | list_upkeep.ENTITIES | thread_upkeep.ENTITIES
    return consume(event, context, apply, entities=entities, name="roll_up_usage")
