"""Sessions that IAM binds to one tenant, where the stage asks for them: a second wall behind `parley.tables.keys`.

The role of such a function reaches the partitions of the tenant that its session is tagged with, and none of a tenant
without a tag. `act_for` names the tenant that the authorizer verified; from then on each call to DynamoDB is signed by
a session of the function's own role, tagged with it. So a tenant that comes from anywhere else (a path, a body, a
stored item) is refused by DynamoDB. Sessions are opened at the first call of a tenant and kept for the next ones.
"""

import threading
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from parley import aws, clock
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import credentials
from parley.tables.credentials import Frozen
from parley.tables.signing import Credentials

TAG = "tenant"
SESSION_SECONDS = 3600
"""The longest that a session of a session may last."""
RENEWED_MS = 300_000
"""How long before its end a session is followed by the next: longer than any request."""
MOST_SESSIONS = 200


@dataclass
class _Acting:
    """A process answers one request at a time, and its threads work for the same."""

    tenant_id: str = ""


_acting = _Acting()


def act_for(tenant_id: str) -> None:
    """Sign what follows as this tenant's; as nobody's where it is empty."""
    _acting.tenant_id = tenant_id


@dataclass(frozen=True, slots=True)
class _Opened:
    credentials: Frozen
    expires_at: int


class TenantCredentials:
    """Credentials that are, whenever a request is signed, those of the tenant that is acted for."""

    def __init__(self, role: str) -> None:
        self._own, self._role, self._lock = credentials.find(), role, threading.Lock()
        self._opened: Remembered[str, _Opened] = Remembered(most=MOST_SESSIONS)

    def __call__(self) -> Credentials:
        tenant_id = _acting.tenant_id
        if not tenant_id:
            return self._own()
        with self._lock:
            opened = self._opened.get(tenant_id)
            if opened is None or opened.expires_at - RENEWED_MS <= clock.now_ms():
                opened = self._open(tenant_id)
                self._opened.set(tenant_id, opened)
        return opened.credentials

    def forget(self) -> None:
        """Open another session for the tenant that is acted for."""
        credentials.forget(self._own)
        self._opened.drop(_acting.tenant_id)

    @cached_property
    def _sts(self) -> Any:
        return aws.client("sts", {"connect_timeout": 1, "read_timeout": 3})

    def _open(self, tenant_id: str) -> _Opened:
        answer = self._sts.assume_role(
            RoleArn=self._role,
            RoleSessionName=f"tenant-{tenant_id}"[:64],
            DurationSeconds=SESSION_SECONDS,
            Tags=[{"Key": TAG, "Value": tenant_id}],
            TransitiveTagKeys=[TAG],
        )["Credentials"]
        return _Opened(
            Frozen(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]),
            int(answer["Expiration"].timestamp() * 1000),
        )


@cache
def source() -> credentials.Source:
    """What the process's calls are signed with, whichever client makes them."""
    return TenantCredentials(settings().tenant_role)
