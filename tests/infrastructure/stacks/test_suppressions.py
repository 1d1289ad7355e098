"""Every finding of cdk-nag that is accepted has a reason, and each reason rests on a fact of the template."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from tests.infrastructure.conftest import Assembly

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
CDKS_OWN = ("CloudFormation-Validate::",)
"""What CDK accepts of its own constructs."""


@dataclass(frozen=True)
class Suppressed:
    """One rule accepted on one construct, with the resources that the construct holds."""

    assembly: Assembly
    stack: str
    path: str
    rule: str
    reason: str
    own: dict[str, dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each["Properties"] for each in self.own.values() if each["Type"] == kind]

    def one(self, kind: str) -> dict[str, Any]:
        (found,) = self.of(kind)
        return found

    @property
    def wildcard(self) -> str:
        """The resource of the finding, as cdk-nag names it."""
        found = re.search(r"\[(?:Resource|Action)::(.*)\]$", self.rule)
        assert found, self.rule
        return found[1]

    @property
    def template(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.assembly.templates[self.stack]["Resources"]
        return found

    def writers(self) -> dict[str, set[str]]:
        """By policy of the stack, the writing actions that it allows on the construct's bucket."""
        (bucket,) = [name for name, each in self.own.items() if each["Type"] == "AWS::S3::Bucket"]
        return {
            name: actions
            for name, each in self.template.items()
            if each["Type"] == "AWS::IAM::Policy"
            and (actions := {a for a in _actions(each, about=bucket) if a.startswith(("s3:Put", "s3:Abort"))})
        }


def _actions(policy: dict[str, Any], *, about: str = "") -> Iterator[str]:
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        if about in json.dumps(statement["Resource"]):
            yield from [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


Fact = Callable[[Suppressed], bool]


def _bucket_only_of(*roles: str) -> Fact:
    """Policies that write to the bucket belong to functions whose constructs begin so."""
    return lambda s: bool(s.writers()) and all(name.startswith(roles) for name in s.writers())


def _streams_bucket(s: Suppressed) -> bool:
    consumers = {"CloseConnections", "DeliverChanges", "IndexDocuments", "RollUpUsage"}
    written = {name for name in s.writers() if any(name.startswith(each) for each in consumers)}
    destinations = [
        each["Properties"]["DestinationConfig"]
        for each in s.template.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and "DestinationConfig" in each["Properties"]
    ]
    (redrive,) = (each for name, each in s.template.items() if name.startswith("RedrivePermissions"))
    redrives = {"s3:GetObject", "s3:DeleteObject", "s3:ListBucket"}
    assert redrives <= set(_actions(redrive, about="Failures"))
    return bool(destinations) and set(s.writers()) == written


def _translates_alone(s: Suppressed) -> bool:
    """One function may, and on everything nothing else."""
    named = [
        action
        for each in s.own.values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if statement["Resource"] == "*"
        for action in statement["Action"]
    ]
    return set(named) == {"translate:TranslateText", "comprehend:DetectDominantLanguage"}


def _set_aside(s: Suppressed) -> bool:
    """The wildcard is of actions on the bucket of what was set aside, or of its objects."""
    if s.rule.startswith("AwsSolutions-IAM5[Resource::"):
        return bool(re.fullmatch(r"<(Failures|PublisherUnpublished|Unpublished)\w*\.Arn>/\*", s.wildcard))
    wild = [
        json.dumps(statement["Resource"])
        for each in s.own.values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if "*" in json.dumps(statement["Action"]) and statement["Effect"] == "Allow"
    ]
    return all(re.search("Failures|Unpublished", each) for each in wild)


def _table_exports(s: Suppressed) -> bool:
    reading = {
        name
        for name, each in s.template.items()
        if each["Type"] == "AWS::IAM::Policy" and "s3:GetObject" in _actions(each)
    }
    return (
        len(s.writers()) == 1
        and set(s.writers()) == reading
        and "ExportTable" in json.dumps(s.template[next(iter(reading))])
    )


def _domain(s: Suppressed) -> dict[str, Any]:
    return s.one("AWS::OpenSearchService::Domain")


def _signed_requests_alone(s: Suppressed) -> bool:
    (statement,) = _domain(s)["AccessPolicies"]["Statement"]
    fine = _domain(s)["AdvancedSecurityOptions"]
    of_the_account = "AWS::AccountId" in json.dumps(statement["Principal"]) and "*" not in json.dumps(
        statement["Principal"]
    )
    return of_the_account and fine["Enabled"] is True and fine.get("InternalUserDatabaseEnabled", False) is False


def _nodes(s: Suppressed) -> int:
    cluster = _domain(s)["ClusterConfig"]
    return 0 if cluster.get("DedicatedMasterEnabled") else int(cluster["InstanceCount"])


def _distribution(s: Suppressed) -> dict[str, Any]:
    found: dict[str, Any] = s.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


def _one_stage_prefix(s: Suppressed) -> bool:
    return f":parley-{s.assembly.stage}-" in s.wildcard and not any(
        "Retain" in str(each.get("DeletionPolicy"))
        for t in s.assembly.templates.values()
        for each in t["Resources"].values()
    )


def _is_dead_letter_queue(s: Suppressed) -> bool:
    (own,) = [name for name, each in s.own.items() if each["Type"] == "AWS::SQS::Queue"]
    return any(
        each["Type"] == "AWS::SQS::Queue" and own in json.dumps(each["Properties"].get("RedrivePolicy", {}))
        for each in s.template.values()
    )


def _route_without_token(s: Suppressed) -> bool:
    route = s.one("AWS::ApiGatewayV2::Route")
    document = json.loads((s.assembly.folder.parents[3] / "docs" / "openapi.json").read_text())
    method, _, path = route["RouteKey"].partition(" ")
    return s.reason.startswith(route["RouteKey"]) and document["paths"][path][method.lower()].get("security") == []


def _reserved_for_connect(s: Suppressed) -> bool:
    keys = {
        each["Properties"]["RouteKey"]: each["Properties"].get("AuthorizationType")
        for each in s.template.values()
        if each["Type"] == "AWS::ApiGatewayV2::Route"
    }
    return bool(s.one("AWS::ApiGatewayV2::Route")["RouteKey"] != "$connect" and keys["$connect"] == "CUSTOM")


def _every_socket_function_logs(s: Suppressed) -> bool:
    functions = [each["Properties"] for each in s.template.values() if each["Type"] == "AWS::Lambda::Function"]
    role = "AWS::ApiGateway::Account"
    accounts = [each for t in s.assembly.templates.values() for each in t["Resources"].values() if each["Type"] == role]
    return bool(functions) and all(each["LoggingConfig"]["LogGroup"] for each in functions) and not accounts


CLAIMS: dict[str, Fact] = {
    r"It may read the states of alarms.*aliases of its stack alone\.": lambda s: (
        {*_actions(_policy(s))} == {"cloudwatch:DescribeAlarms", "lambda:GetAlias", "lambda:UpdateAlias"}
    ),
    r"The alias publishes it\.": lambda s: any(
        each["Type"] == "AWS::Lambda::Alias" and set(_refs(each["Properties"]["FunctionName"])) & set(s.own)
        for each in s.template.values()
    ),
    r"It holds access logs; .*": lambda s: any(
        set(_refs(each["Properties"].get("LoggingConfiguration", {}))) & set(s.own)
        for each in s.template.values()
        if each["Type"] == "AWS::S3::Bucket"
    ),
    r"It is the dead-letter queue\.": _is_dead_letter_queue,
    r"The permissions that GuardDuty documents; of objects, those in quarantine\.": lambda s: (
        s.wildcard.endswith(("/quarantine/*", "rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"))
        and "malware-protection-plan.guardduty" in json.dumps(s.one("AWS::IAM::Role")["AssumeRolePolicyDocument"])
    ),
    r"A signature names one key; .*quarantine\.": lambda s: (
        s.wildcard.endswith("/quarantine/*") and {*_actions(_policy(s))} == {"s3:PutObject"}
    ),
    r"CloudFront must learn a new key .*": lambda s: any(
        each["Type"] == "AWS::CloudFront::PublicKey" for each in s.template.values()
    ),
    r"Users are wherever .*its tokens say who may read\.": lambda s: bool(
        _distribution(s)["DefaultCacheBehavior"]["TrustedKeyGroups"]
    ),
    r"Every request carries a signature of ours.*": lambda s: (
        bool(_distribution(s)["DefaultCacheBehavior"]["TrustedKeyGroups"])
        and not _distribution(s).get("CacheBehaviors")
    ),
    r"It answers on CloudFront's own name, .*": lambda s: "Aliases" not in _distribution(s),
    r"The keys below one prefix; .*": lambda s: bool(
        re.search(rf"s3:::parley-{s.assembly.stage}-media-[^/]*/(media|quarantine)/\*$", s.wildcard)
    ),
    r"All files of the distribution's access log\.": lambda s: bool(
        re.search(r"-media-logs-[^/]*/cdn/\*$", s.wildcard)
    ),
    r"GET /v1/health needs no token, by contract\.": _route_without_token,
    r"Indices are made by version; fine-grained access .*": lambda s: (
        f":domain/parley-{s.assembly.stage}/" in s.wildcard
        and s.assembly.resources("AWS::OpenSearchService::Domain").popitem()[1]["AdvancedSecurityOptions"]["Enabled"]
        is True
    ),
    r"Connections have ids .*the API and the stage are named\.": lambda s: (
        s.wildcard.endswith("/v1/*/@connections/*") and ":*/v1" not in s.wildcard
    ),
    r"Only DynamoDB writes here, in the name of the one function that reads\.": _table_exports,
    r"DynamoDB names its exports and their files .*": lambda s: s.wildcard.endswith(("/exports/*", "-chat/export/*")),
    r"A folder for each export; .*": lambda s: bool(re.search(r"-exports-[^/]*/\*$", s.wildcard)),
    r"Event source mappings and effects that gave up write here; redrive takes it away\.": _streams_bucket,
    r"Objects are named when a batch is set aside; .*": _set_aside,
    r"What translates a text has no resource that could be named\.": _translates_alone,
    r"SNS names endpoints; .*the stage's by their names\.": lambda s: f"/parley-{s.assembly.stage}-*" in s.wildcard,
    r"Every request is signed by a role of this account, and fine-grained access decides\.": _signed_requests_alone,
    r"The domain answers signed requests alone; `-c search_vpc=true` .*": lambda s: (
        _signed_requests_alone(s) and "VPCOptions" not in _domain(s)
    ),
    r"Three nodes elect a leader .*": lambda s: _nodes(s) == 3,
    r"Outside production one node serves(: dedicated masters cost more than it|, so there is one zone)\.": lambda s: (
        _nodes(s) == 1 and s.assembly.stage != "prod"
    ),
    r"Outside production slow logs .*": lambda s: s.assembly.stage != "prod",
    r"Each function logs its line; .*a role set for the whole account\.": _every_socket_function_logs,
    r"Only \$connect can have an authorizer; .*": _reserved_for_connect,
    r"It is encrypted with the tables' own key, .*": lambda s: bool(
        _refs(s.one("AWS::Kinesis::Stream")["StreamEncryption"]["KeyId"])
    ),
    r"It holds a hash; the operator rotates .*": lambda s: (
        "sha256" in s.one("AWS::SecretsManager::Secret")["Description"]
    ),
    r"Buckets of this stage alone, by their names; .*": _one_stage_prefix,
    r"Only the event source mapping writes here\.": _bucket_only_of("Publisher"),
    r"Of this cluster alone\.": lambda s: f"/parley-{s.assembly.stage}/*" in s.wildcard,
    r"Network interfaces have no ARN beforehand\.": lambda s: all(
        action.startswith("ec2:")
        for each in s.own.values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if statement["Resource"] == "*"
        for action in statement["Action"]
    ),
}
"""By a reason, what makes it true."""


def _policy(s: Suppressed) -> dict[str, Any]:
    (found,) = [each for each in s.own.values() if each["Type"] == "AWS::IAM::Policy"]
    return found


def _refs(value: Any) -> list[str]:
    return re.findall(r'"(?:Fn::GetAtt|Ref)": \[?"(\w+)"', json.dumps(value))


def suppressed(assembly: Assembly) -> Iterator[Suppressed]:
    prefix = f"parley-{assembly.stage}-"
    for file in sorted(assembly.folder.glob("*.metadata.json")):
        entries = json.loads(file.read_text())
        ids = {
            path: entry["data"]
            for path, each in entries.items()
            for entry in each
            if entry["type"] == "aws:cdk:logicalId"
        }
        for path, each in entries.items():
            for entry in each:
                if entry["type"] != ACKNOWLEDGED:
                    continue
                stack = path.split("/")[1].removeprefix(prefix) if path != "/" else ""
                inside = {one for at, one in ids.items() if at == path or at.startswith(f"{path}/")}
                template = assembly.templates.get(stack, {"Resources": {}})["Resources"]
                own = {name: template[name] for name in inside if name in template}
                for rule, reason in entry["data"].items():
                    yield Suppressed(assembly, stack, path, rule.removeprefix("Annotation::"), reason, own)


@pytest.fixture(params=["dev", "prod", "msk", "private_search"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


def test_what_every_reason_says_is_true_of_the_template(assembly: Assembly) -> None:
    checked: set[str] = set()
    untrue: list[str] = []
    for each in suppressed(assembly):
        if each.rule.startswith(CDKS_OWN) or not each.stack:
            continue
        claims = [claim for claim in CLAIMS if re.fullmatch(claim, each.reason)]
        assert len(claims) == 1, f"{each.path}: no fact is known for {each.reason!r}"
        checked |= {*claims}
        if not CLAIMS[claims[0]](each):
            untrue.append(f"{each.path} {each.rule}: {each.reason}")
    assert untrue == []
    assert len(checked) > 20


def test_no_fact_is_left_of_a_reason_that_is_gone(
    dev: Assembly, prod: Assembly, msk: Assembly, private_search: Assembly
) -> None:
    reasons = {each.reason for one in (dev, prod, msk, private_search) for each in suppressed(one)}
    assert not [claim for claim in CLAIMS if not any(re.fullmatch(claim, reason) for reason in reasons)]


ALTERED: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("AWS::SQS::Queue", ("RedrivePolicy",), {}, "It is the dead-letter queue."),
    (
        "AWS::CloudFront::Distribution",
        ("DistributionConfig", "DefaultCacheBehavior", "TrustedKeyGroups"),
        [],
        "Every request carries a signature",
    ),
    ("AWS::CloudFront::Distribution", ("DistributionConfig", "Aliases"), ["m.example.com"], "CloudFront's own name"),
    ("AWS::OpenSearchService::Domain", ("ClusterConfig", "InstanceCount"), 2, "Three nodes"),
    ("AWS::OpenSearchService::Domain", ("AdvancedSecurityOptions", "Enabled"), False, "fine-grained access decides"),
    ("AWS::Kinesis::Stream", ("StreamEncryption", "KeyId"), "alias/aws/kinesis", "the tables' own key"),
    ("AWS::Lambda::Alias", ("FunctionName",), "another", "The alias publishes it."),
    ("AWS::S3::Bucket", ("LoggingConfiguration",), {}, "It holds access logs"),
]


@pytest.mark.parametrize(("kind", "member", "value", "reason"), ALTERED, ids=[each[3] for each in ALTERED])
def test_a_reason_that_is_no_longer_true_is_seen(
    kind: str, member: tuple[str, ...], value: Any, reason: str, prod: Assembly
) -> None:
    templates = deepcopy(prod.templates)
    for template in templates.values():
        for resource in template["Resources"].values():
            if resource["Type"] == kind:
                *path, last = member
                held = resource["Properties"]
                for part in path:
                    held = held[part]
                held[last] = value
    altered = Assembly(prod.stage, prod.folder)
    vars(altered)["templates"] = templates
    told = [each for each in suppressed(altered) if reason in each.reason]
    assert told
    facts = [fact for each in told for claim, fact in CLAIMS.items() if re.fullmatch(claim, each.reason)]
    assert not any(fact(each) for fact, each in zip(facts, told, strict=True))
