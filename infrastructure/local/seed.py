"""The demo tenant, made through the API as an operator and a tenant's back end would make it.

It has a signing key, users alice and bob, and tokens for all. Running it again changes nothing but the tokens, which
are fresh. Where the stack was started anew but `tokens.json` is still there, the operator key stays the same.
"""

import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt

from infrastructure.local import aws
from infrastructure.local.deploy import STAGE
from infrastructure.names import OPERATOR_KEY, secret_name

TENANT = "demo"
USERS = {"alice": "Alice", "bob": "Bob"}
TOKENS = "tokens.json"
USERS_FILE = "users.json"
"""Who is in the demo tenant, by id, with names: what the demo's back end knows of its users."""
TOKEN_SECONDS = 12 * 3600
SECONDS = 30
"""A first call to a function starts it."""


class SeedFailed(RuntimeError):
    """The API refused to make the demo tenant; the message is its answer."""


@dataclass(frozen=True)
class SigningKey:
    kid: str
    secret: str


@dataclass(frozen=True)
class Credentials:
    """What a developer needs to call the API. The signing key is the demo tenant's own, HS256."""

    operator_key: str
    signing_key: SigningKey
    server: str
    alice: str
    bob: str


def seed(directory: Path, endpoint: str, api_url: str) -> Credentials:
    """Make the tenant if it is not there, and write `tokens.json` with fresh tokens, readable by the owner alone."""
    earlier = _earlier(directory)
    operator_key = earlier.operator_key if earlier else f"op_{secrets.token_urlsafe(32)}"
    put_operator_key(endpoint, operator_key)
    with httpx.Client(base_url=api_url, timeout=SECONDS, trust_env=False) as api:
        made = _make_tenant(api, operator_key)
        signing_key = _signing_key(api, operator_key, None if made or not earlier else earlier.signing_key)
        server = server_token(signing_key)
        fresh = Credentials(operator_key, signing_key, server, **{user: _user(api, server, user) for user in USERS})
    if made or not (directory / USERS_FILE).exists():
        keep_users(directory, USERS)
    file = directory / TOKENS
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(fresh), indent=2) + "\n")
    return fresh


def users(directory: Path) -> dict[str, str]:
    """The names of the demo tenant's users by their ids."""
    kept: dict[str, str] = json.loads((directory / USERS_FILE).read_text())
    return kept


def keep_users(directory: Path, known: dict[str, str]) -> None:
    """Replace the file at once: the demo's back end may be reading it."""
    new = directory / f"{USERS_FILE}.new"
    new.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    new.replace(directory / USERS_FILE)


def credentials(directory: Path) -> Credentials:
    """What the last seeding of the stack in this directory wrote."""
    written = json.loads((directory / TOKENS).read_text())
    return Credentials(**written | {"signing_key": SigningKey(**written["signing_key"])})


def put_operator_key(endpoint: str, key: str) -> None:
    """Let this key act as the operator: only its hash is stored."""
    value = json.dumps({"sha256": hashlib.sha256(key.encode()).hexdigest()})
    manager = aws.client("secretsmanager", endpoint)
    secret = secret_name(STAGE, OPERATOR_KEY)
    if manager.get_secret_value(SecretId=secret)["SecretString"] != value:
        manager.put_secret_value(SecretId=secret, SecretString=value)


def server_token(key: SigningKey) -> str:
    """A token of the tenant's own back end, which signs for itself."""
    now = int(time.time())
    claims = {"scope": "server", "iat": now, "exp": now + TOKEN_SECONDS}
    return jwt.encode(claims, key.secret, algorithm="HS256", headers={"kid": key.kid})


def _earlier(directory: Path) -> Credentials | None:
    try:
        return credentials(directory)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _make_tenant(api: httpx.Client, operator_key: str) -> bool:
    """Make the tenant; false when it is there already."""
    created = _call(
        api, operator_key, "POST", "/v1/tenants", {"id": TENANT, "name": "Demo"}, expected=(httpx.codes.CONFLICT,)
    )
    return "id" in created


def _signing_key(api: httpx.Client, operator_key: str, known: SigningKey | None) -> SigningKey:
    """The known key if it is still there, else a new one."""
    if known:
        keys = _call(api, operator_key, "GET", f"/v1/tenants/{TENANT}/keys")["data"]
        if any(key["kid"] == known.kid for key in keys):
            return known
    key = _call(api, operator_key, "POST", f"/v1/tenants/{TENANT}/keys", {"algorithm": "HS256"})
    return SigningKey(key["kid"], key["secret"])


def _user(api: httpx.Client, server: str, user: str) -> str:
    """Make the user, and mint a token for it."""
    _call(api, server, "PUT", f"/v1/users/{user}", {"name": USERS[user]})
    minted = _call(api, server, "POST", "/v1/tokens", {"user_id": user, "ttl_seconds": TOKEN_SECONDS})
    return str(minted["token"])


def _call(
    api: httpx.Client, token: str, method: str, path: str, body: Any = None, *, expected: tuple[int, ...] = ()
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = api.request(method, path, headers=headers, json=body)
    if not answer.is_success and answer.status_code not in expected:
        raise SeedFailed(f"{method} {path} answered {answer.status_code}: {answer.text}")
    answered: dict[str, Any] = answer.json()
    return answered
