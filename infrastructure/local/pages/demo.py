"""The back end of the demo tenant, as a customer's own: it knows its users and signs tokens for them with its key.

A customer's would first make sure who asks, with its own login. This one gives a page of its own origin the token of
any demo user, so `server` lets nobody else ask.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt

from infrastructure.local import state
from infrastructure.local.seed import TENANT, credentials, users
from infrastructure.local.state import StackState
from parley_client.tokens import TenantKey


class NotReady(RuntimeError):
    """The stack is coming up: it has no address or no key yet."""


class UnknownUser(LookupError):
    """The demo tenant has no such user."""


@dataclass(frozen=True)
class BackEnd:
    """Reads the stack's files anew for each request: seeding and deploying change them."""

    directory: Path

    def config(self) -> dict[str, Any]:
        """Where a page finds the API, and who may be chosen there."""
        stack = self.stack()
        if not stack.api_url:
            raise NotReady
        known = [{"id": user, "name": name} for user, name in self._users().items()]
        return {"api": stack.api_url, "sockets": stack.socket_url, "tenant": TENANT, "users": known}

    def stack(self) -> StackState:
        current = state.load(self.directory)
        if current is None:
            raise NotReady
        return current

    def user_token(self, user_id: str) -> dict[str, str]:
        if user_id not in self._users():
            raise UnknownUser(user_id)
        return _shown(self._key().user_token(user_id))

    def console_token(self) -> dict[str, str]:
        """A token of the tenant's back end itself, which may administer the tenant.

        No route that a tenant needs asks for the operator, so the operator's key is given to no page.
        """
        return _shown(self._key().server_token())

    def _users(self) -> dict[str, str]:
        try:
            return users(self.directory)
        except FileNotFoundError:
            raise NotReady from None

    def _key(self) -> TenantKey:
        try:
            key = credentials(self.directory).signing_key
        except (FileNotFoundError, json.JSONDecodeError):
            raise NotReady from None
        return TenantKey(key.kid, key.secret)


def _shown(token: str) -> dict[str, str]:
    """The token, and when a new one is needed, as `POST /v1/tokens` says it."""
    expires = jwt.decode(token, options={"verify_signature": False})["exp"]
    return {"token": token, "expires_at": datetime.fromtimestamp(expires, UTC).isoformat().replace("+00:00", "Z")}
