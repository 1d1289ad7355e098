"""What requests and deliveries cost DynamoDB, as docs/cost.md has it; tests measure them through the handlers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Units:
    """Read and write units, on demand, and milliseconds of a function with 256 MiB."""

    reads: float
    writes: float
    milliseconds: int = 0


SEND = Units(1, 5, 15)
LIST_MESSAGES = Units(5, 0, 20)
LIST_CONVERSATIONS = Units(30, 0, 30)
MARK_READ = Units(1, 3, 15)
SEARCH = Units(12, 4, 60)
DELIVERY = {2: Units(9, 2), 10: Units(25, 2), 100: Units(123, 2), 1000: Units(144, 2)}
"""By how many members a conversation has; of the thousand a hundred are connected."""
PUSH = {2: Units(11, 1), 10: Units(11, 1), 100: Units(156, 1), 1000: Units(3, 1)}
"""A conversation of 1,000 is pushed to those alone whom a message names."""
INDEXED = Units(0.5, 0.5)
"""A message's share of what a batch of the indexer reads and writes."""
STREAMED_KILOBYTES = 2
"""A message's records in the change stream: itself, and its conversation."""
STORED_KILOBYTES = 1.5
"""A message with its share of all beside it, in the table."""
RESTORED = 0.01
"""The share of requests that wait for a snapshot to be restored."""
LOGGED_KILOBYTES = 2
"""A request: the gateway's line, the function's, and its metrics."""
CONSUMER_MILLISECONDS = 25
"""A message's share of all consumers of a change, in functions with 512 MiB."""
