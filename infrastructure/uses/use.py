"""One thing that a function needs, with all that follows from it. No `aws_cdk` here: importing it starts Node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infrastructure.access import BucketGrant, Grant
    from infrastructure.constructs.resources import Network, Resources
    from infrastructure.settings import Settings


@dataclass(frozen=True)
class Statement:
    """An IAM statement that allows `actions` on `resources`."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, str]] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class Place:
    """Where a function is deployed. `account` gives the beginning of an ARN of a service in this account."""

    resources: Resources
    settings: Settings
    partition: str
    account_id: str

    def arn(self, service: str) -> str:
        return f"arn:{self.partition}:{service}:{self.settings.region}:{self.account_id}"


class Use:
    """What a function needs for one purpose. A stage that lacks the resource has neither statements nor environment.

    `findings` are what cdk-nag finds in the statements, with the reasons why that is well.
    """

    @property
    def grants(self) -> tuple[Grant, ...]:
        """On the tables; the role merges those of all its function's uses into as few statements as can be."""
        return ()

    @property
    def buckets(self) -> tuple[BucketGrant, ...]:
        """On objects, as tests hold them against the calls."""
        return ()

    @property
    def layers(self) -> tuple[str, ...]:
        """Dependency layers beyond `api`, which every function has."""
        return ()

    def statements(self, place: Place) -> Iterable[Statement]:  # noqa: ARG002 - what the others have
        return ()

    def environment(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def findings(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def network(self, place: Place) -> Network | None:  # noqa: ARG002
        """Where the function must run for it."""
        return None


@dataclass(frozen=True)
class Libraries(Use):
    """Third-party libraries alone, by their layers."""

    names: tuple[str, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        return self.names


@dataclass(frozen=True)
class Given(Use):
    """What only the stack knows that makes the function: statements on its own resources, and where they are."""

    allowed: tuple[Statement, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    accepted: Mapping[str, str] = field(default_factory=dict, hash=False)

    def statements(self, place: Place) -> Iterable[Statement]:  # noqa: ARG002
        return self.allowed

    def environment(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002
        return self.variables

    def findings(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002
        return self.accepted


def secret_statements(arn: str, place: Place) -> Iterable[Statement]:
    """Reading a secret, and the key that encrypts it through Secrets Manager alone."""
    yield Statement(("secretsmanager:GetSecretValue",), (arn,))
    if place.resources.key is not None:
        via = f"secretsmanager.{place.settings.region}.amazonaws.com"
        conditions = {"StringEquals": {"kms:ViaService": via}}
        yield Statement(("kms:Decrypt",), (place.resources.key.key_arn,), conditions)
