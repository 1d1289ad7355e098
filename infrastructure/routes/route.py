"""One route, as data."""

from dataclasses import dataclass
from typing import Literal

from infrastructure.access import BucketGrant, ExportUse, Grant, JobQueue, control

Method = Literal["GET", "POST", "PUT", "DELETE"]
IDEMPOTENCY = control("PutItem UpdateItem DeleteItem", "idempotency")
"""What every POST keeps, so that its repetition finds it."""


@dataclass(frozen=True)
class Route:
    """One route and the Lambda function behind it.

    `function` is `<service>/<endpoint>`, the module under `functions/` whose `handler` answers. `memory` is in MiB,
    `timeout` in seconds. `layers` are the dependency layers beyond `api`, which every function has. `public` routes
    need no token; `secrets` names the Secrets Manager secrets that the function may read. `buckets` are its grants on
    S3; a route that `signs_uploads` does so as the upload role, where the stage has one. One that `sends_frames` may
    send to WebSocket connections and close them.
    """

    method: Method
    path: str
    function: str
    grants: tuple[Grant, ...] = ()
    public: bool = False
    memory: int = 256
    timeout: int = 10
    layers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    buckets: tuple[BucketGrant, ...] = ()
    signs_uploads: bool = False
    delivers_media: bool = False
    redrives_uploads: bool = False
    """Whether the function moves checks of uploads that failed back into their queue."""
    sends_frames: bool = False
    engine: Literal["read", "write"] | None = None
    """What the function may do in OpenSearch."""
    webhooks: Literal["send", "redrive"] | None = None
    """What the function may do with the queue of deliveries to tenants' servers, and with those given up."""
    forgets_endpoints: bool = False
    """Whether the function has SNS forget devices."""
    jobs: tuple[JobQueue, ...] = ()
    """The queues of jobs that the function puts jobs into."""
    exports: ExportUse | None = None
    """What the function may do with the bucket of exports."""

    @property
    def service(self) -> str:
        return self.function.split("/")[0]

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]
