"""What differs between deployments, read once from the CDK context (`cdk.json`, `-c name=value`).

A stage is a deployment of the whole product: `local` (the emulator on one machine), `dev` or `prod`. Everything that a
stack or construct decides by stage, it decides by a field here, so that this file is the list of all differences.
"""

import platform
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from infrastructure import names

Stage = Literal["local", "dev", "prod"]
Stream = Literal["kinesis", "msk"]
Emulator = Literal["ministack", "localstack"]
Architecture = Literal["arm64", "x86_64"]

AWS_PYTHON = "3.13"
CLASSES = ("authorizers", "hot", "consumers", "others")
"""Of functions, as `infrastructure.classes` tells them apart."""
UNRESERVED = 100
"""Executions that Lambda wants left to functions for which none are reserved."""
FEWEST_WORKERS = 2
"""As SQS event sources have it."""
MOST_CONSUMERS = 5
"""Of changes; a test holds it to those that there are."""
MOST_KEYS_OF_A_GROUP = 5
"""Of CloudFront's."""


class InvalidContext(ValueError):
    """The CDK context names a stage, stream, … that does not exist."""


@dataclass(frozen=True)
class LambdaTarget:
    """What the functions run on: the Python version and processor that layers must be built for."""

    python: str
    architecture: Architecture
    system: Literal["lambda", "host"]
    """`host`: the machine's own interpreter runs the functions, whatever its operating system."""


@dataclass(frozen=True)
class Throttle:
    """API Gateway's default limit for each route: requests a second, and the burst above it."""

    rate: int
    burst: int


@dataclass(frozen=True)
class Concurrency:
    """How many executions run at once: `quota` is the account's in this region, and a new account may have 10.

    `authorizer` is reserved for each of the two authorizers, and the most that each may run; `consumer` so for each
    consumer of changes. Where they are None, nothing is reserved: all share the account's. The others are the most that
    the workers of a queue run at once; `jobs` of each kind, and of what effects of changes left over.
    """

    quota: int
    authorizer: int | None
    consumer: int | None
    webhooks: int
    uploads: int
    jobs: int

    @classmethod
    def named(cls, stage: Stage, context: Callable[[str], Any]) -> "Concurrency":
        """From the context; with a quota of a thousand, the workers and what is reserved leave most to the routes."""
        quota = int(context("concurrency") or 1000)
        share = min(1.0, quota / 1000)
        found = cls(
            quota,
            _number(context("authorizer_concurrency"), 100 if stage == "prod" and quota >= 1000 else None),  # noqa: PLR2004
            _number(context("consumer_concurrency"), None),
            int(context("webhook_concurrency") or max(FEWEST_WORKERS, int(50 * share))),
            int(context("upload_concurrency") or max(FEWEST_WORKERS, int(50 * share))),
            int(context("job_concurrency") or max(FEWEST_WORKERS, int(10 * share))),
        )
        if stage != "local":
            found.check()
        return found

    @property
    def reserved(self) -> int:
        """Two authorizers', and the consumers'."""
        return 2 * (self.authorizer or 0) + MOST_CONSUMERS * (self.consumer or 0)

    def check(self) -> None:
        """Lambda refuses to leave fewer than a hundred; the workers may take half of what is left."""
        left = self.quota - self.reserved
        workers = self.webhooks + self.uploads + 3 * self.jobs
        if self.reserved and left < UNRESERVED:
            raise InvalidContext(
                f"-c concurrency={self.quota}: {self.reserved} are reserved, {UNRESERVED} must be left"
            )
        if self.quota >= UNRESERVED and workers > left / 2:
            raise InvalidContext(f"-c concurrency={self.quota}: workers of queues may take {workers} of {left}")


@dataclass(frozen=True)
class SearchCapacity:
    """The search engine's nodes: how many, of which type, with how many GiB each; `masters` are three more."""

    nodes: int
    node_type: str
    gigabytes: int
    masters: bool


@dataclass(frozen=True)
class Domain:
    """The names of the API and of its sockets, which cannot share one, and the certificate of both."""

    api: str
    sockets: str
    certificate: str

    @classmethod
    def named(cls, stage: Stage, region: str, context: Callable[[str], Any]) -> "Domain | None":
        """From the context; an emulator has no names."""
        api, certificate = context("domain"), context("certificate")
        if stage == "local" or not (api or certificate):
            return None
        if not (api and certificate):
            raise InvalidContext("-c domain=<name> -c certificate=<ARN>: one needs the other")
        if not re.fullmatch(rf"arn:aws[\w-]*:acm:{region}:\d{{12}}:certificate/.+", certificate):
            raise InvalidContext(f"-c certificate={certificate}: must be one of ACM in {region}")
        found = cls(api, context("socket_domain") or f"sockets.{api}", certificate)
        for name in (found.api, found.sockets):
            if not re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", name):
                raise InvalidContext(f"{name}: is no domain name in small letters")
        if found.api == found.sockets:
            raise InvalidContext(f"-c socket_domain={found.sockets}: the API has that name")
        return found


@dataclass(frozen=True)
class MediaKeys:
    """The key pairs for media URLs: so many have been made, and number `signing` signs.

    CloudFront trusts the newest five, as many as a key group holds: what an earlier one has signed, for a day at most,
    opens until its end, however often the key is rotated meanwhile.
    """

    made: int
    signing: int

    @property
    def trusted(self) -> range:
        return range(max(1, self.made - MOST_KEYS_OF_A_GROUP + 1), self.made + 1)

    @classmethod
    def named(cls, made: str | int | None, signing: str | int | None) -> "MediaKeys":
        """From the context; unless said, one has been made, and the newest signs."""
        pairs = int(made or 1)
        found = cls(pairs, int(signing or pairs))
        if found.signing not in found.trusted:
            raise InvalidContext(f"-c media_key={signing}: must be one of {list(found.trusted)}, by media_keys={pairs}")
        return found


@dataclass(frozen=True)
class Features:
    """What an emulator does not have, or what has no use on one machine."""

    alarms: bool
    route_responses: bool
    """WebSocket routes declare that their functions' answers go back; an emulator sends them anyway."""
    cdc_stream: bool = True
    cdn: bool = True
    """CloudFront delivers media, and GuardDuty looks at uploads for malware."""
    phones: bool = True
    """SNS reaches phones; where it does not, a queue shows what they would get."""
    table_exports: bool = True
    """DynamoDB exports its table to S3: a search index is filled from there, and not from the table itself."""


@dataclass(frozen=True)
class Settings:
    stage: Stage
    region: str
    stream: Stream
    target: LambdaTarget
    features: Features
    throttle: Throttle
    cors_origins: tuple[str, ...]
    log_retention_days: int
    log_level: str
    audit_retention_days: int
    """How long a line of the audit log is kept: of what was written from now on, since each line has its own end."""
    retain_data: bool
    """Tables, keys and secrets outlive their stack."""
    protected: bool
    """Nobody deletes the stacks that hold data, nor the table of messages. Off for a first deploy: CloudFormation has
    to take back what it made when that fails, or the next one finds it in its way."""
    customer_managed_key: bool
    """Tables, stream and secrets are encrypted with a KMS key of the account's own, whose use CloudTrail records."""
    snap_start: tuple[str, ...]
    """The classes of functions that are restored from a snapshot taken after their imports (`infrastructure.classes`).
    AWS bills each cached snapshot, whether or not anybody calls, and each restore; and a version that nobody has
    called for 14 days fails its first call."""
    tracing: bool
    """Functions send traces to X-Ray, which bills each that is recorded."""
    domain: Domain | None
    """Names of one's own for the API and its sockets; without them they have API Gateway's."""
    gradual: bool
    """Functions whose callers wait come to a new version in steps, and go back on an alarm; else at once."""
    concurrency: Concurrency
    stream_shards: int | None
    """So many shards of the change stream, paid by the hour; without a number it scales by itself, for a higher price.
    """
    search: "SearchCapacity"
    stream_retention_hours: int
    enhanced_fan_out: bool
    """Changes are pushed to the function that delivers them to sockets, instead of being asked for once a second."""
    search_vpc: bool
    """The search engine and all functions that use it are in a VPC without a way to the internet."""
    tenant_sessions: bool
    """Functions that act for one tenant reach its partitions alone, by sessions that IAM binds to it."""
    canary: bool
    """A function chats every five minutes in a tenant of its own, and an alarm tells when it cannot."""
    clamd_address: str | None
    """A ClamAV daemon, `host:port`, that judges uploads instead of GuardDuty; functions must be able to reach it."""
    media_keys: "MediaKeys"
    alarm_topic_arn: str | None
    """An SNS topic that alarms tell. Prod has one; elsewhere, without it, they only show in CloudWatch."""
    push_applications: dict[str, str]
    """By platform, the SNS platform applications of tenants that have none of their own."""

    @property
    def prefix(self) -> str:
        return names.prefix(self.stage)

    def worldwide(self, name: str) -> str:
        """A name that AWS does not keep by region, so that a stage can stand in two: it ends with the region."""
        return f"{self.prefix}-{name}-{self.region}"

    @classmethod
    def from_context(cls, context: Callable[[str], Any]) -> "Settings":
        """Settings from a function that looks a name up in the CDK context (`node.try_get_context`)."""
        stage = cast("Stage", _choice("stage", context("stage") or "dev", get_args(Stage)))
        local, prod = stage == "local", stage == "prod"
        stream = cast("Stream", _choice("stream", context("stream") or "kinesis", get_args(Stream)))
        enhanced_fan_out = not local and _is_true("enhanced_fan_out", context("enhanced_fan_out"))
        if enhanced_fan_out and stream != "kinesis":
            raise InvalidContext("-c enhanced_fan_out=true: only Kinesis has it")
        search_vpc = not local and _is_true("search_vpc", context("search_vpc"))
        tenant_sessions = not local and _is_true("tenant_sessions", context("tenant_sessions"))
        if search_vpc and tenant_sessions:
            raise InvalidContext("-c tenant_sessions=true: functions in the VPC of search_vpc have no way to STS")
        return cls(
            stage=stage,
            region=context("region") or "us-east-1",
            stream=stream,
            target=_target(stage, context("emulator") or "ministack"),
            features=Features(
                alarms=not local,
                route_responses=not local,
                cdn=not local,
                phones=not local,
                table_exports=not local,
            ),
            throttle=Throttle(
                rate=int(context("throttle_rate") or (2000 if prod else 500)),
                burst=int(context("throttle_burst") or (4000 if prod else 1000)),
            ),
            cors_origins=_origins(stage, context("cors_origins")),
            log_retention_days=90 if prod else 7,
            log_level=context("log_level") or "INFO",
            audit_retention_days=_audit_days(context("audit_retention_days")),
            retain_data=prod,
            protected=prod and not _is_true("first_deploy", context("first_deploy")),
            customer_managed_key=prod,
            snap_start=_snap_start(stage, context("snap_start")),
            tracing=not local and _is_true("tracing", context("tracing")),
            domain=Domain.named(stage, context("region") or "us-east-1", context),
            gradual=not local and _is_true("gradual", prod if context("gradual") is None else context("gradual")),
            concurrency=Concurrency.named(stage, context),
            stream_shards=_shards(stage, context("stream_shards")),
            search=SearchCapacity(
                nodes=3 if prod else 1,
                node_type=context("search_node") or ("m7g.large.search" if prod else "t3.small.search"),
                gigabytes=int(context("search_gigabytes") or (100 if prod else 10)),
                masters=prod and _is_true("search_masters", context("search_masters")),
            ),
            stream_retention_hours=168 if prod else 24,
            enhanced_fan_out=enhanced_fan_out,
            search_vpc=search_vpc,
            tenant_sessions=tenant_sessions,
            canary=not local and _is_true("canary", context("canary"), otherwise=prod),
            clamd_address=context("clamd_address") or None,
            media_keys=MediaKeys.named(context("media_keys"), context("media_key")),
            alarm_topic_arn=_alarm_topic(stage, context("alarm_topic_arn")),
            push_applications=_push_applications(stage, context),
        )


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise InvalidContext(f"-c {name}={value}: must be one of {', '.join(allowed)}")
    return value


def _number(given: str | int | None, otherwise: int | None) -> int | None:
    return otherwise if given is None or given == "" else int(given) or None


def _is_true(name: str, given: str | bool | None, *, otherwise: bool = False) -> bool:  # noqa: FBT001 - as the context has it
    return _choice(name, str(otherwise if given in {None, ""} else given).lower(), ("true", "false")) == "true"


def _snap_start(stage: Stage, given: str | None) -> tuple[str, ...]:
    """Classes separated by commas, `none` for none; in prod those whose callers wait, unless said."""
    if stage == "local" or given == "none":
        return ()
    if not given:
        return ("authorizers", "hot", "consumers") if stage == "prod" else ()
    return tuple(_choice("snap_start", each, CLASSES) for each in given.split(","))


def _audit_days(given: str | int | None) -> int:
    """400 unless said: a year, and the weeks in which somebody looks back on it."""
    days = int(given or 400)
    if days < 1:
        raise InvalidContext(f"-c audit_retention_days={given}: a line is kept for a day at least")
    return days


def _shards(stage: Stage, given: str | int | None) -> int | None:
    """A number, or `on-demand`; in dev one shard, which costs a third of a stream that scales by itself."""
    if given == "on-demand" or (given is None and stage != "dev"):
        return None
    return int(given or 1)


def _alarm_topic(stage: Stage, given: str | None) -> str | None:
    if stage == "prod" and not given:
        raise InvalidContext("-c alarm_topic_arn=<an SNS topic's ARN>: in prod somebody must be told of alarms")
    return given or None


def _origins(stage: Stage, given: str | list[str] | None) -> tuple[str, ...]:
    """Browser origins that may call the API: a list, or separated by commas; none in prod until they are named."""
    if given is None:
        return () if stage == "prod" else ("*",)
    return tuple(given.split(",")) if isinstance(given, str) else tuple(given)


def _push_applications(stage: Stage, context: Callable[[str], Any]) -> dict[str, str]:
    """ARNs that the context names (`-c push_fcm_application=…`); on one machine those that `make up` makes."""
    if stage == "local":
        here = f"arn:aws:sns:{context('region') or 'us-east-1'}:000000000000"
        name = names.platform_application_name(stage)
        return {platform: f"{here}:app/{sns}/{name}" for platform, sns in names.PUSH_PLATFORMS.items()}
    given = {platform: context(f"push_{platform}_application") for platform in names.PUSH_PLATFORMS}
    return {platform: arn for platform, arn in given.items() if arn}


def _target(stage: Stage, emulator: str) -> LambdaTarget:
    if stage != "local":
        return LambdaTarget(AWS_PYTHON, "arm64", "lambda")
    host: Architecture = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
    if _choice("emulator", emulator, get_args(Emulator)) == "localstack":
        return LambdaTarget(AWS_PYTHON, host, "lambda")  # runs functions in AWS's own container images
    return LambdaTarget(f"{sys.version_info.major}.{sys.version_info.minor}", host, "host")
