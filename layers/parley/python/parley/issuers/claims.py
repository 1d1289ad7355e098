"""What a registered issuer's token says of its user, in the claims that the tenant named."""

import re
from typing import Any

from parley import ids
from parley.errors import TokenMalformed
from parley.identity.caller import OPERATOR_SCOPE, SERVER_SCOPE

MOST_SCOPES = 20
_SCOPE = re.compile(r"[a-z0-9:._-]{1,60}")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._@:+-]")
MOST_AUDIENCES = 10


def claim(payload: dict[str, Any], name: str) -> Any:
    """A claim by its whole name, else by the names with dots between them; None where it is not there."""
    if name in payload:
        return payload[name]
    found: Any = payload
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def audiences_of(payload: dict[str, Any]) -> list[str]:
    """Whom a token is for: `aud`; of one without it, as Cognito's access tokens are, the client that it was made for.

    Raises `TokenMalformed`.
    """
    named = payload.get("aud", payload.get("client_id", []))
    listed = named if isinstance(named, list) else [named]
    if len(listed) > MOST_AUDIENCES or not all(isinstance(each, str) and 0 < len(each) <= 255 for each in listed):  # noqa: PLR2004
        raise TokenMalformed(f"A token has at most {MOST_AUDIENCES} audiences, of up to 255 characters")
    return list(dict.fromkeys(listed))


def user_id_of(payload: dict[str, Any], name: str) -> str:
    """The user's id. Raises `TokenMalformed`.

    What no id has is written as quoted-printable writes it: `auth0|5f7c` is `auth0=7C5f7c`. `=` is written so too,
    hence two users of an issuer never have one id.
    """
    value = claim(payload, name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise TokenMalformed(f"The token's {name} is no string")
    quoted = _NOT_IN_IDS.sub(_quoted, value)
    if not ids.is_user_id(quoted):
        raise TokenMalformed(f"The token's {name} makes no user id")
    return quoted


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"={byte:02X}" for byte in found[0].encode())


def scopes_of(payload: dict[str, Any], name: str | None) -> frozenset[str]:
    """The scopes that the named claim holds; never those of a back end or of an operator."""
    held = claim(payload, name) if name else None
    words = held.split() if isinstance(held, str) else held
    if not isinstance(words, list):
        return frozenset()
    usable = [word for word in words if isinstance(word, str) and _SCOPE.fullmatch(word)]
    return frozenset(usable[:MOST_SCOPES]) - {SERVER_SCOPE, OPERATOR_SCOPE}
