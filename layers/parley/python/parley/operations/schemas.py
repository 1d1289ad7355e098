"""What crosses the wire about the service itself."""

from typing import Literal

from parley.wire import Answer


class Health(Answer):
    """The service answers."""

    status: Literal["ok"]
