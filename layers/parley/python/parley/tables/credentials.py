"""Where the credentials of a request come from: the environment, the container's endpoint, else botocore.

A function has them in its environment. One that was restored from a snapshot asks the endpoint that Lambda names, and
asks again before they end. A profile, a role to assume or an instance's metadata are botocore's business.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol, cast, runtime_checkable
from urllib.parse import urlsplit

import botocore
from botocore.exceptions import BotoCoreError

from parley import pools
from parley.tables.signing import Credentials

Source = Callable[[], Credentials]
"""The credentials to sign a request with now."""

RENEWED_SECONDS = 600
"""How long before their end credentials are asked for anew; until then the old ones still serve."""
ENDPOINT_SECONDS = 2
ENDPOINT_ATTEMPTS = 3
PAUSE_SECONDS = 5
"""How long the endpoint is not asked again, whether it answered or not: no request waits for one that is down."""
_OK = 200
_RELATIVE_HOST = "http://169.254.170.2"


class Frozen(NamedTuple):
    access_key: str
    secret_key: str
    token: str | None = None


class NoCredentials(BotoCoreError):
    """The container's endpoint gave none, and there are none that still serve: the same call may succeed later."""

    fmt = "No credentials to sign with"


@runtime_checkable
class Renewed(Protocol):
    """A source that can ask for others before those that it has are due."""

    def forget(self) -> None: ...


def forget(source: Source) -> bool:
    """Have the source ask anew, since the service says that its credentials have ended; False where it cannot."""
    if not isinstance(source, Renewed):
        return False
    source.forget()
    return True


def find() -> Source:
    """Where this process's credentials come from."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        own = Frozen(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN") or None)
        return lambda: own
    if address := _container_address():
        return ContainerCredentials(address)
    return _from_botocore()


def _container_address() -> str | None:
    if relative := os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        return _RELATIVE_HOST + relative
    return os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")


def _from_botocore() -> Source:
    from botocore.session import get_session  # noqa: PLC0415 - slow to load, and no function needs it

    found = get_session().get_credentials()
    if found is None:
        raise NoCredentials
    return cast("Source", found.get_frozen_credentials)


class ContainerCredentials:
    """What the container's endpoint gives, kept until shortly before it ends."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._kept: Frozen | None = None
        self._ends_at = 0.0
        self._asked_again_at = 0.0

    def __call__(self) -> Credentials:
        with self._lock:
            now = time.time()
            if self._ends_at - now < RENEWED_SECONDS and now >= self._asked_again_at:
                self._asked_again_at = now + PAUSE_SECONDS
                with suppress(NoCredentials, OSError, ValueError, KeyError, TypeError):
                    self._ask()
            if self._kept is None or self._ends_at <= now:
                raise NoCredentials
            return self._kept

    def forget(self) -> None:
        """Ask again before the next request."""
        with self._lock:
            self._ends_at = self._asked_again_at = 0.0

    def _ask(self) -> None:
        given = json.loads(self._answer().data)
        ends_at = datetime.fromisoformat(given["Expiration"]).timestamp()
        self._kept = Frozen(given["AccessKeyId"], given["SecretAccessKey"], given.get("Token"))
        self._ends_at = ends_at

    def _answer(self) -> pools.Answer:
        """What the endpoint says: asked again where it fails. Raises `NoCredentials`."""
        parts = urlsplit(self._address)
        pool = pools.Pool(self._address, ca_certs=trusted_authorities(), size=0)
        headers = {"host": parts.netloc, **_authorization()}
        path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
        for _ in range(ENDPOINT_ATTEMPTS):
            with suppress(pools.RequestFailed):
                answer = pool.request(
                    "GET", path, headers=headers, connect_seconds=ENDPOINT_SECONDS, seconds=ENDPOINT_SECONDS
                )
                if answer.status == _OK:
                    return answer
        raise NoCredentials


def trusted_authorities() -> str:
    """The certificates that the SDK brings, or those of `AWS_CA_BUNDLE`."""
    return os.environ.get("AWS_CA_BUNDLE") or str(Path(botocore.__file__).with_name("cacert.pem"))


def _authorization() -> dict[str, str]:
    if path := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        return {"Authorization": Path(path).read_text().strip()}
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    return {"Authorization": token} if token else {}
