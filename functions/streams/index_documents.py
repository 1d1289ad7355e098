"""The change stream into OpenSearch: messages, conversations and users become documents.

Once they are, the owners of saved searches are told of what they match.
"""

from collections.abc import Sequence
from typing import Any

from parley.search.indexing import change_indexer
from parley.search.saved import telling
from parley.streams.changes import Change
from parley.streams.consumer import consume

from aws_lambda_powertools.utilities.typing import LambdaContext

MARGIN_SECONDS = 5.0
"""Left to report a batch that the engine did not take, before the function's time is up."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Index one batch."""
    seconds = max(1.0, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS)

    def apply(changes: Sequence[Change]) -> list[Change]:
        unapplied = change_indexer.apply(changes, seconds=seconds)
        telling.tell(changes)
        return unapplied

    return consume(event, context, apply, entities=change_indexer.ENTITIES, name="index_documents")
