"""Settings: the environment variables of a function, each read at its first use; nothing else reads `os.environ`.

A group of variables is a class, and its members are declared as data: `required` for what a function cannot work
without, `optional` with the value that its absence means. Functions have the variables that they use and no others, so
a group is not read as a whole. A required variable that is missing or empty raises `MissingVariable` with its name.
"""

import os
from collections.abc import Callable
from functools import cache, cached_property
from typing import Generic, TypeVar, overload

Value = TypeVar("Value")

PUSH_PLATFORMS = ("apns", "apns_sandbox", "fcm")


class MissingVariable(Exception):
    """The function needs an environment variable that its deployment did not set: a fault of the deployment."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The environment variable {name} is not set")
        self.name = name


class Variable(Generic[Value]):
    """A member of a settings class that is read at its first use and kept in the instance from then on."""

    def __init__(self, name: str, read: Callable[[str], Value], default: str | None) -> None:
        self.name = name
        self.required = default is None
        self._read = read
        self._default = default
        self._member = name

    def __set_name__(self, _owner: type, member: str) -> None:
        self._member = member

    @overload
    def __get__(self, group: None, owner: type) -> "Variable[Value]": ...

    @overload
    def __get__(self, group: object, owner: type) -> Value: ...

    def __get__(self, group: object | None, owner: type) -> "Variable[Value] | Value":
        if group is None:
            return self
        text = os.environ.get(self.name) or self._default
        if text is None:
            raise MissingVariable(self.name)
        value = self._read(text)
        # this descriptor has no `__set__`, so the instance's own value hides it from now on
        vars(group)[self._member] = value
        return value


def required(name: str) -> Variable[str]:
    """A variable without which its reader cannot work."""
    return Variable(name, str, None)


def optional(name: str, default: str = "") -> Variable[str]:
    """A variable whose absence has a meaning of its own."""
    return Variable(name, str, default)


def optional_list(name: str) -> Variable[tuple[str, ...]]:
    """Values separated by commas; none where the variable is missing."""
    return Variable(name, lambda text: tuple(each for each in text.split(",") if each), "")


def required_number(name: str) -> Variable[int]:
    """A whole number without which its reader cannot work."""
    return Variable(name, int, None)


class Settings:
    """What every function has. `stage` is `local`, `dev` or `prod`; tables are physical names; secrets are ids;
    `service` is the folder of its function.

    `audit_days` is how long a line of the audit log is kept. `tenant_role` is the function's own role where its
    sessions are bound to a tenant. `tracing` is `on` where traces are sent to `trace_daemon`.
    """

    stage = required("PARLEY_STAGE")
    region = required("AWS_REGION")
    chat_table = required("CHAT_TABLE")
    control_table = required("CONTROL_TABLE")
    audit_table = required("AUDIT_TABLE")
    audit_days = required_number("AUDIT_DAYS")
    operator_secret = required("OPERATOR_SECRET")
    tenant_role = optional("TENANT_ROLE")
    log_level = optional("LOG_LEVEL", "INFO")
    service = optional("POWERTOOLS_SERVICE_NAME", "parley")
    tracing = optional("TRACING")
    trace_daemon = optional("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000")


def trace_header() -> str:
    """The trace that Lambda has begun for the invocation under way: another one for each, so it is kept nowhere."""
    return os.environ.get("_X_AMZN_TRACE_ID", "")


class MediaSettings:
    """Where media is kept and how it is delivered.

    `upload_role` is an IAM role that signs uploads: its sessions end at a known moment, and so do their URLs; without
    one, the function's own role signs. `cdn_url` is the CloudFront distribution's address, empty where S3 delivers;
    the private key `cdn_key_name` in `cdn_secret` signs for it as `cdn_key_id`. `scanner` is `none`, `guardduty` or
    `clamd`, the latter at `clamd_address` (`host:port` or a socket's path).
    """

    bucket = required("MEDIA_BUCKET")
    queue_url = required("MEDIA_QUEUE_URL")
    failures_url = required("MEDIA_FAILURES_URL")
    upload_role = optional("MEDIA_UPLOAD_ROLE")
    cdn_url = optional("MEDIA_CDN_URL")
    cdn_key_id = required("MEDIA_CDN_KEY_ID")
    cdn_key_name = required("MEDIA_CDN_KEY_NAME")
    cdn_secret = required("MEDIA_CDN_SECRET")
    scanner = required("MEDIA_SCANNER")
    clamd_address = required("CLAMD_ADDRESS")


class SearchSettings:
    """Where OpenSearch answers (`https://…` is signed with SigV4, `http://…` is a local engine), and its layout.

    `readers` and `writers` are the ARNs of the roles that the set-up maps; an engine without access control has none.
    A rebuild from the table reads an export of `export_table` (an ARN) in `export_bucket`, which `export_key` encrypts
    where it is named; without a bucket it reads the table itself.
    """

    endpoint = required("SEARCH_ENDPOINT")
    shards = required_number("SEARCH_SHARDS")
    replicas = required_number("SEARCH_REPLICAS")
    refresh_interval = optional("SEARCH_REFRESH_INTERVAL", "1s")
    readers = optional_list("SEARCH_READER_ROLES")
    writers = optional_list("SEARCH_WRITER_ROLES")
    export_bucket = optional("SEARCH_EXPORT_BUCKET")
    export_table = required("SEARCH_EXPORT_TABLE")
    export_key = optional("SEARCH_EXPORT_KEY")


class RealtimeSettings:
    """Where the WebSocket API takes what is to be sent to a connection.

    An emulator has one address for every API, and names the API in the path.
    """

    emulator = optional("AWS_ENDPOINT_URL")
    api_id = optional("SOCKET_API_ID")
    socket_stage = required("SOCKET_STAGE")
    api_url = required("SOCKET_MANAGEMENT_URL")

    @cached_property
    def management_url(self) -> str:
        """The address of the management API."""
        if self.emulator and self.api_id:
            return f"{self.emulator}/_aws/execute-api/{self.api_id}/{self.socket_stage}"
        return self.api_url


class KafkaSettings:
    """Where the Kafka variant publishes: an MSK cluster, which takes the function's role for identity, or `brokers`."""

    cluster_arn = required("KAFKA_CLUSTER_ARN")
    brokers = optional_list("KAFKA_BROKERS")


class StreamSettings:
    """The bucket where batches end that a consumer gave up on, and the queue of what an effect is to try again."""

    failure_bucket = required("FAILURE_BUCKET")
    retry_queue_url = required("RETRY_QUEUE_URL")


class JobSettings:
    """The queues of jobs, one a kind, and the bucket that the files of exports and imports are in."""

    erasures_url = required("ERASURES_QUEUE_URL")
    exports_url = required("EXPORTS_QUEUE_URL")
    imports_url = required("IMPORTS_QUEUE_URL")
    truncations_url = required("TRUNCATIONS_QUEUE_URL")
    retentions_url = required("RETENTIONS_QUEUE_URL")
    announcements_url = required("ANNOUNCEMENTS_QUEUE_URL")
    export_bucket = required("EXPORT_BUCKET")


class PreviewSettings:
    """The queue of messages whose links are to be looked at."""

    queue_url = required("PREVIEWS_QUEUE_URL")


class WebhookSettings:
    """The queue of deliveries to tenants' servers, and the one of those that were given up."""

    queue_url = required("WEBHOOK_QUEUE_URL")
    failures_url = required("WEBHOOK_FAILURES_URL")


class PushSettings:
    """The SNS platform applications of tenants that have none of their own.

    `capture_topic` is a topic that gets a copy of each push, where the stage reaches no phone.
    """

    apns = optional("PUSH_APNS_APPLICATION")
    apns_sandbox = optional("PUSH_APNS_SANDBOX_APPLICATION")
    fcm = optional("PUSH_FCM_APPLICATION")
    capture_topic = optional("PUSH_CAPTURE_TOPIC")

    @cached_property
    def applications(self) -> dict[str, str]:
        """The applications by platform, without the platforms that have none."""
        given = {platform: str(getattr(self, platform)) for platform in PUSH_PLATFORMS}
        return {platform: arn for platform, arn in given.items() if arn}


class CanarySettings:
    """The addresses that clients use. An emulator has one for every API, and names the API in the path."""

    emulator = optional("AWS_ENDPOINT_URL")
    api_id = optional("CANARY_API_ID")
    socket_api_id = optional("CANARY_SOCKET_API_ID")
    socket_stage = optional("SOCKET_STAGE")
    deployed_api_url = optional("CANARY_API_URL")
    deployed_socket_url = optional("CANARY_SOCKET_URL")

    @cached_property
    def api_url(self) -> str:
        if self.emulator and self.api_id:
            return f"{self.emulator}/_aws/execute-api/{self.api_id}/$default"
        return self.deployed_api_url

    @cached_property
    def socket_url(self) -> str:
        if self.emulator and self.socket_api_id:
            sockets = self.emulator.replace("http", "ws", 1)
            return f"{sockets}/_aws/execute-api/{self.socket_api_id}/{self.socket_stage}"
        return self.deployed_socket_url


settings = cache(Settings)
media_settings = cache(MediaSettings)
search_settings = cache(SearchSettings)
realtime_settings = cache(RealtimeSettings)
kafka_settings = cache(KafkaSettings)
stream_settings = cache(StreamSettings)
job_settings = cache(JobSettings)
preview_settings = cache(PreviewSettings)
webhook_settings = cache(WebhookSettings)
push_settings = cache(PushSettings)
canary_settings = cache(CanarySettings)
