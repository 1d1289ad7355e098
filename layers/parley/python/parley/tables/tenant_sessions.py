"""Sessions that IAM binds to one tenant, where the stage asks for them: a second wall behind `parley.tables.keys`.

The role of such a function reaches the partitions of the tenant that its session is tagged with, and none of a tenant
without a tag. `act_for` names the tenant that the authorizer verified; from then on each call to DynamoDB is signed by
a session of the function's own role, tagged with it. So a tenant that comes from anywhere else (a path, a body, a
stored item) is refused by DynamoDB. Sessions are opened at the first call of a tenant and kept for the next ones.
"""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.session import Session

from parley import clock
from parley.remembered import Remembered
from parley.settings import settings

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
    credentials: ReadOnlyCredentials
    expires_at: int


class TenantCredentials(Credentials):
    """Credentials that are, whenever a request is signed, those of the tenant that is acted for."""

    def __init__(self, own: Session, role: str) -> None:
        self._found = cast("Any", own.get_credentials())
        super().__init__(self._found.access_key, self._found.secret_key, self._found.token)
        self._own, self._role, self._lock = own, role, threading.Lock()
        self._opened: Remembered[str, _Opened] = Remembered(most=MOST_SESSIONS)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        tenant_id = _acting.tenant_id
        if not tenant_id:
            return cast("ReadOnlyCredentials", self._found.get_frozen_credentials())  # renewed where they are to be
        with self._lock:
            opened = self._opened.get(tenant_id)
            if opened is None or opened.expires_at - RENEWED_MS <= clock.now_ms():
                opened = self._open(tenant_id)
                self._opened.set(tenant_id, opened)
        return opened.credentials

    @cached_property
    def _sts(self) -> Any:
        config = Config(connect_timeout=1, read_timeout=3)
        return cast("Any", self._own).create_client("sts", settings().region, config=config)

    def _open(self, tenant_id: str) -> _Opened:
        answer = self._sts.assume_role(
            RoleArn=self._role,
            RoleSessionName=f"tenant-{tenant_id}"[:64],
            DurationSeconds=SESSION_SECONDS,
            Tags=[{"Key": TAG, "Value": tenant_id}],
            TransitiveTagKeys=[TAG],
        )["Credentials"]
        return _Opened(
            ReadOnlyCredentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]),
            int(answer["Expiration"].timestamp() * 1000),
        )


class _Provider:
    """What a botocore session asks for its credentials."""

    def __init__(self, role: str) -> None:
        self._credentials = TenantCredentials(Session(), role)

    def load_credentials(self) -> Credentials:
        return self._credentials


def sign_as_tenants(session: Session, role: str) -> None:
    """Have the clients that the session makes from now on sign as the tenant that is acted for."""
    session.register_component("credential_provider", _Provider(role))
