"""botocore's own DynamoDB client: for exports, for libraries that bring their own calls, and where the environment
asks for it. Loaded when it is first used, since most functions never do.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.session import Session

from parley.settings import settings
from parley.tables import tenant_sessions, transport


@cache
def client() -> Any:
    """The process's one client of botocore, untyped as botocore makes it."""
    session = Session()
    if settings().tenant_role:
        session.register_component("credential_provider", _Provider())
    config = Config(
        connect_timeout=transport.CONNECT_TIMEOUT_SECONDS,
        read_timeout=transport.READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": transport.ATTEMPTS},
    )
    return session.create_client("dynamodb", settings().region, config=config)


class _TenantCredentials(Credentials):
    """Credentials that are, whenever a request is signed, those of the tenant that is acted for."""

    def __init__(self) -> None:
        self._source = tenant_sessions.source()
        found = self._source()
        super().__init__(found.access_key, found.secret_key, found.token)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        found = self._source()
        return ReadOnlyCredentials(found.access_key, found.secret_key, found.token or "")


class _Provider:
    """What a botocore session asks for its credentials."""

    def load_credentials(self) -> Credentials:
        return _TenantCredentials()
