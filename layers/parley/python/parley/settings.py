"""The environment of a function, read once and on first use; nothing else in Parley reads `os.environ`."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """`stage` is `local`, `dev` or `prod`; the tables are physical names; secrets are Secrets Manager ids."""

    stage: str
    region: str
    chat_table: str
    control_table: str
    operator_secret: str
    log_level: str

    @classmethod
    def from_environment(cls) -> "Settings":
        env = os.environ
        return cls(
            stage=env.get("PARLEY_STAGE", "local"),
            region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1",
            chat_table=env.get("CHAT_TABLE", "chat"),
            control_table=env.get("CONTROL_TABLE", "control"),
            operator_secret=env.get("OPERATOR_SECRET", ""),
            log_level=env.get("LOG_LEVEL", "INFO"),
        )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_environment()


@dataclass(frozen=True)
class MediaSettings:
    """Where media is kept and how it is delivered; functions that touch no media have none of these.

    `upload_role` is an IAM role that signs uploads: its sessions end at a known moment, and so do their URLs. `cdn_url`
    is the CloudFront distribution's address, empty where S3 delivers; `cdn_key_id` and `cdn_secret` sign for it.
    `scanner` is `none`, `guardduty` or `clamd`, the latter at `clamd_address` (`host:port` or a socket's path).
    """

    bucket: str
    queue_url: str
    failures_url: str
    upload_role: str
    cdn_url: str
    cdn_key_id: str
    cdn_secret: str
    scanner: str
    clamd_address: str

    @classmethod
    def from_environment(cls) -> "MediaSettings":
        env = os.environ
        return cls(
            bucket=env.get("MEDIA_BUCKET", "media"),
            queue_url=env.get("MEDIA_QUEUE_URL", ""),
            failures_url=env.get("MEDIA_FAILURES_URL", ""),
            upload_role=env.get("MEDIA_UPLOAD_ROLE", ""),
            cdn_url=env.get("MEDIA_CDN_URL", ""),
            cdn_key_id=env.get("MEDIA_CDN_KEY_ID", ""),
            cdn_secret=env.get("MEDIA_CDN_SECRET", ""),
            scanner=env.get("MEDIA_SCANNER", "none"),
            clamd_address=env.get("CLAMD_ADDRESS", ""),
        )


@cache
def media_settings() -> MediaSettings:
    """The media settings of this process."""
    return MediaSettings.from_environment()


@dataclass(frozen=True)
class SearchSettings:
    """Where OpenSearch answers (`https://…` is signed with SigV4, `http://…` is a local engine), and its layout.

    `readers` and `writers` are the ARNs of the roles that the set-up maps; an engine without access control has none.
    A rebuild from the table reads an export of `export_table` (an ARN) in `export_bucket`, which `export_key` encrypts
    where it is named; without a bucket it reads the table itself.
    """

    endpoint: str
    shards: int
    replicas: int
    refresh_interval: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    export_bucket: str
    export_table: str
    export_key: str

    @classmethod
    def from_environment(cls) -> "SearchSettings":
        env = os.environ
        return cls(
            endpoint=env.get("SEARCH_ENDPOINT", "http://127.0.0.1:9200"),
            shards=int(env.get("SEARCH_SHARDS", "1")),
            replicas=int(env.get("SEARCH_REPLICAS", "0")),
            refresh_interval=env.get("SEARCH_REFRESH_INTERVAL", "1s"),
            readers=tuple(filter(None, env.get("SEARCH_READER_ROLES", "").split(","))),
            writers=tuple(filter(None, env.get("SEARCH_WRITER_ROLES", "").split(","))),
            export_bucket=env.get("SEARCH_EXPORT_BUCKET", ""),
            export_table=env.get("SEARCH_EXPORT_TABLE", ""),
            export_key=env.get("SEARCH_EXPORT_KEY", ""),
        )


@cache
def search_settings() -> SearchSettings:
    """The search settings of this process."""
    return SearchSettings.from_environment()


@dataclass(frozen=True)
class RealtimeSettings:
    """Where the WebSocket API takes what is to be sent to a connection."""

    management_url: str

    @classmethod
    def from_environment(cls) -> "RealtimeSettings":
        """An emulator answers for every API on its own address, in the path form."""
        env = os.environ
        emulator, api_id, stage = (env.get(n, "") for n in ("AWS_ENDPOINT_URL", "SOCKET_API_ID", "SOCKET_STAGE"))
        if emulator and api_id:
            return cls(f"{emulator}/_aws/execute-api/{api_id}/{stage}")
        return cls(env.get("SOCKET_MANAGEMENT_URL", "https://sockets.parley.test/v1"))


@cache
def realtime_settings() -> RealtimeSettings:
    """The realtime settings of this process."""
    return RealtimeSettings.from_environment()


@dataclass(frozen=True)
class KafkaSettings:
    """Where the Kafka variant publishes: an MSK cluster, which takes the function's role for identity, or `brokers`."""

    cluster_arn: str
    brokers: list[str]

    @classmethod
    def from_environment(cls) -> "KafkaSettings":
        env = os.environ
        return cls(env.get("KAFKA_CLUSTER_ARN", ""), [each for each in env.get("KAFKA_BROKERS", "").split(",") if each])


@cache
def kafka_settings() -> KafkaSettings:
    """The Kafka settings of this process."""
    return KafkaSettings.from_environment()


@dataclass(frozen=True)
class StreamSettings:
    """The bucket where batches end that a consumer gave up on."""

    failure_bucket: str

    @classmethod
    def from_environment(cls) -> "StreamSettings":
        return cls(os.environ.get("FAILURE_BUCKET", ""))


@cache
def stream_settings() -> StreamSettings:
    """The stream settings of this process."""
    return StreamSettings.from_environment()


@dataclass(frozen=True)
class JobSettings:
    """The queues of erasures and of exports, and the bucket that exports are written to."""

    erasures_url: str
    exports_url: str
    export_bucket: str

    @classmethod
    def from_environment(cls) -> "JobSettings":
        env = os.environ
        return cls(
            env.get("ERASURES_QUEUE_URL", ""), env.get("EXPORTS_QUEUE_URL", ""), env.get("EXPORT_BUCKET", "exports")
        )


@cache
def job_settings() -> JobSettings:
    """The job settings of this process."""
    return JobSettings.from_environment()


@dataclass(frozen=True)
class WebhookSettings:
    """The queue of deliveries to tenants' servers, and the one of those that were given up."""

    queue_url: str
    failures_url: str

    @classmethod
    def from_environment(cls) -> "WebhookSettings":
        return cls(os.environ.get("WEBHOOK_QUEUE_URL", ""), os.environ.get("WEBHOOK_FAILURES_URL", ""))


@cache
def webhook_settings() -> WebhookSettings:
    """The webhook settings of this process."""
    return WebhookSettings.from_environment()


@dataclass(frozen=True)
class PushSettings:
    """The SNS platform applications of tenants that have none of their own, by platform; empty where there is none.

    `capture_topic` is a topic that gets a copy of each push, where the stage reaches no phone.
    """

    applications: dict[str, str]
    capture_topic: str

    @classmethod
    def from_environment(cls) -> "PushSettings":
        env = os.environ
        given = {platform: env.get(f"PUSH_{platform.upper()}_APPLICATION", "") for platform in PUSH_PLATFORMS}
        return cls({platform: arn for platform, arn in given.items() if arn}, env.get("PUSH_CAPTURE_TOPIC", ""))


PUSH_PLATFORMS = ("apns", "apns_sandbox", "fcm")


@cache
def push_settings() -> PushSettings:
    """The push settings of this process."""
    return PushSettings.from_environment()
