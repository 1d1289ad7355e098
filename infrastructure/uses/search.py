"""The search engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infrastructure.uses.use import Place, Statement, Use

if TYPE_CHECKING:
    from infrastructure.constructs.resources import Network

ENGINE_ACTIONS = {
    "read": ("es:ESHttpGet", "es:ESHttpPost"),
    "write": ("es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"),
}
ENGINE_PATHS = {"read": ("*-read/_search", "_msearch", "_cluster/health"), "write": ("*",)}
CHECK_PATHS = ("*/_alias", "*/_mapping")
INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does in the function's name to run it in a VPC."""


@dataclass(frozen=True)
class Engine(Use):
    """Requests to OpenSearch: a reader's to its searches alone. In the engine's VPC, where it has one."""

    rights: Literal["read", "write"]

    @property
    def layers(self) -> tuple[str, ...]:
        return ("search",)

    def statements(self, place: Place) -> Iterable[Statement]:
        engine = place.resources.engine
        if engine is not None:
            paths = tuple(f"{engine.domain_arn}/{path}" for path in ENGINE_PATHS[self.rights])
            yield Statement(ENGINE_ACTIONS[self.rights], paths)
        if self.network(place):
            yield Statement(INTERFACE_ACTIONS, ("*",))

    def environment(self, place: Place) -> Mapping[str, str]:
        return {} if place.resources.engine is None else {"SEARCH_ENDPOINT": place.resources.engine.endpoint}

    def findings(self, place: Place) -> Mapping[str, str]:
        """Index names have versions, so paths have wildcards."""
        found = _wildcards(place, ENGINE_PATHS[self.rights])
        if self.network(place):
            found["AwsSolutions-IAM5[Resource::*]"] = "Network interfaces have no ARN beforehand."
        return found

    def network(self, place: Place) -> Network | None:
        return place.resources.engine.network if place.resources.engine else None


@dataclass(frozen=True)
class IndexLayout(Use):
    """Making indices: how many shards and copies they have."""

    def environment(self, place: Place) -> Mapping[str, str]:
        prod = place.settings.stage == "prod"
        return {"SEARCH_SHARDS": "3" if prod else "1", "SEARCH_REPLICAS": "2" if prod else "0"}


@dataclass(frozen=True)
class IndexCheck(Use):
    """Beside `Engine`: which indices there are, under which aliases, in which mapping."""

    def statements(self, place: Place) -> Iterable[Statement]:
        engine = place.resources.engine
        if engine is not None:
            yield Statement(("es:ESHttpGet",), tuple(f"{engine.domain_arn}/{path}" for path in CHECK_PATHS))

    def findings(self, place: Place) -> Mapping[str, str]:
        return _wildcards(place, CHECK_PATHS)


def _wildcards(place: Place, paths: Iterable[str]) -> dict[str, str]:
    settings = place.settings
    domain = f"arn:<AWS::Partition>:es:{settings.region}:<AWS::AccountId>:domain/{settings.prefix}"
    reason = "Indices are made by version; fine-grained access control keeps the role to Parley's."
    return {f"AwsSolutions-IAM5[Resource::{domain}/{path}]": reason for path in paths if "*" in path}
