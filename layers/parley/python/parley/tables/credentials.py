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

from botocore.exceptions import BotoCoreError

from parley.tables.signing import Credentials

Source = Callable[[], Credentials]
"""The credentials to sign a request with now."""

RENEWED_SECONDS = 600
"""How long before their end credentials are asked for anew; until then the old ones still serve."""
ENDPOINT_SECONDS = 2
ENDPOINT_ATTEMPTS = 3
PAUSE_SECONDS = 5
"""How long the endpoint is not asked again, whether it answered or not: no request waits for one that is down."""
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
                with suppress(OSError, ValueError, KeyError, TypeError):
                    self._ask()
            if self._kept is None or self._ends_at <= now:
                raise NoCredentials
            return self._kept

    def forget(self) -> None:
        """Ask again before the next request."""
        with self._lock:
            self._ends_at = self._asked_again_at = 0.0

    def _ask(self) -> None:
        import urllib3  # noqa: PLC0415 - the transport has loaded it

        try:
            answer = urllib3.request(
                "GET",
                self._address,
                headers=_authorization(),
                timeout=ENDPOINT_SECONDS,
                retries=urllib3.Retry(ENDPOINT_ATTEMPTS - 1, status_forcelist=[429, 500, 502, 503, 504]),
            )
        except urllib3.exceptions.HTTPError as error:
            raise OSError(str(error)) from error
        given = json.loads(answer.data)
        ends_at = datetime.fromisoformat(given["Expiration"]).timestamp()
        self._kept = Frozen(given["AccessKeyId"], given["SecretAccessKey"], given.get("Token"))
        self._ends_at = ends_at


def _authorization() -> dict[str, str]:
    if path := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        return {"Authorization": Path(path).read_text().strip()}
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    return {"Authorization": token} if token else {}
