"""Profiles: where a Parley is, and as whom one speaks to it. Kept in a file that its owner alone may read.

`PARLEY_URL`, `PARLEY_SOCKETS_URL` and `PARLEY_TOKEN` of the environment count more than the file.
"""

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import typer

from parley_client.client import Client, TokenSource
from parley_client.tokens import TenantKey

APP = "parley"


@dataclass(frozen=True, slots=True)
class Profile:
    """A token, or a tenant's key, of which tokens are made as they are needed: of `user`, else of the back end."""

    url: str = ""
    sockets_url: str = ""
    token: str = ""
    kid: str = ""
    secret: str = ""
    user: str = ""

    def client(self) -> Client:
        """A client as this profile says. Raises `NoProfile` where there is none."""
        source = self._token()
        if not self.url or source is None:
            raise NoProfile("There is no profile: parley login --help")
        return Client(self.url, source)

    def _token(self) -> TokenSource | None:
        if self.token:
            return self.token
        if not self.kid:
            return None
        key, user = TenantKey(self.kid, self.secret), self.user
        return (lambda: key.user_token(user)) if user else key.server_token


class NoProfile(Exception):
    """Nobody has logged in."""


def file() -> Path:
    return Path(os.environ.get("PARLEY_CONFIG") or Path(typer.get_app_dir(APP)) / "profiles.json")


def load(name: str) -> Profile:
    """The profile of this name, with what the environment says in its place."""
    kept = _all().get(name, {})
    profile = Profile(**{each.name: kept[each.name] for each in fields(Profile) if each.name in kept})
    said = {"url": "PARLEY_URL", "sockets_url": "PARLEY_SOCKETS_URL", "token": "PARLEY_TOKEN"}
    return replace(profile, **{field: os.environ[name] for field, name in said.items() if os.environ.get(name)})


def save(name: str, profile: Profile) -> Path:
    """Keep a profile, in the place of one of its name."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_all() | {name: asdict(profile)}, indent=2) + "\n"
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)
    return path


def _all() -> dict[str, dict[str, str]]:
    try:
        said: dict[str, dict[str, str]] = json.loads(file().read_text())
    except FileNotFoundError:
        return {}
    return said
