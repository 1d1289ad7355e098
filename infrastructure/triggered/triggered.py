"""A function that no route calls, as data, and what wakes it instead."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from infrastructure.access import JobQueue
from infrastructure.deployed import Deployed
from infrastructure.uses.use import Use


@dataclass(frozen=True)
class Filter:
    """Changes of items of these entities by these operations, whose image has one of the values of each attribute.

    The image is that after the write or, of what is removed, that before. A filter sees one image and compares nothing.
    """

    entities: tuple[str, ...]
    operations: tuple[Literal["INSERT", "MODIFY", "REMOVE"], ...] = ("INSERT", "MODIFY")
    having: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Changes:
    """Batches of the change stream, for changes of these entities, or for what passes one of the `filters` alone.

    Lambda takes five filters. `effects` are those that fail alone, each by its name. What is `urgent` has the stream's
    enhanced fan-out to itself, where the stage pays for it.
    """

    entities: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    effects: tuple[str, ...] = ()
    urgent: bool = False

    @property
    def passing(self) -> tuple[Filter, ...]:
        """The filters; without any, whatever becomes of the entities."""
        return self.filters or (Filter(self.entities), Filter(self.entities, ("REMOVE",)))


@dataclass(frozen=True)
class TableStream:
    """The stream of the table `chat` itself."""


@dataclass(frozen=True)
class SocketRoutes:
    """Routes of the WebSocket API: the keys of client actions, or API Gateway's own."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Authorizer:
    """API Gateway, which asks before it calls whatever a token is for."""


@dataclass(frozen=True)
class Every:
    """The clock."""

    minutes: int


@dataclass(frozen=True)
class Uploads:
    """The queue of uploads to check."""


@dataclass(frozen=True)
class AccessLogs:
    """Each file of the distribution's access log."""


@dataclass(frozen=True)
class JobMessages:
    """The queue of jobs of a kind."""

    kind: JobQueue


@dataclass(frozen=True)
class Deliveries:
    """The queue of deliveries to tenants' servers."""


@dataclass(frozen=True)
class Deploy:
    """CloudFormation, which makes or updates a custom resource by it."""


@dataclass(frozen=True)
class Operator:
    """An operator, by hand."""


Trigger = (
    Changes
    | TableStream
    | SocketRoutes
    | Authorizer
    | Every
    | Uploads
    | AccessLogs
    | JobMessages
    | Deliveries
    | Deploy
    | Operator
)
By_co = TypeVar("By_co", bound=Trigger, covariant=True)


@dataclass(frozen=True)
class Triggered(Deployed, Generic[By_co]):
    """A function with what it does, in a few words, and what wakes it."""

    function: str
    description: str
    trigger: By_co
    uses: tuple[Use, ...] = ()
    memory: int = 256
    timeout: int = 10
    only_tenant: str | None = None

    @property
    def purpose(self) -> str:
        return self.description
