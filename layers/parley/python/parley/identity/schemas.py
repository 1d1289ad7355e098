"""What crosses the wire about tokens."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from parley.identity.caller import OPERATOR_SCOPE, SERVER_SCOPE
from parley.ids import UserId
from parley.wire import Answer, Body, Timestamp


def _check_scope(scope: str) -> str:
    if {SERVER_SCOPE, OPERATOR_SCOPE} & set(scope.split()):
        raise ValueError("a user token has neither the scope server nor operator")
    return scope


Scope = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[a-z0-9:._-]+( [a-z0-9:._-]+)*$"), AfterValidator(_check_scope)
]


class MintToken(Body):
    """A token to mint for a user, who need not exist yet."""

    user_id: UserId
    ttl_seconds: int = Field(3600, ge=60, le=86_400)
    scope: Scope | None = Field(None, description="Scopes, with a space between them")


class Token(Answer):
    """A user token; it also ends with the key that signed it, where that is being retired."""

    token: str
    user_id: str
    expires_at: Timestamp


class Revocation(Answer):
    """Tokens of the user that were issued before this moment are refused."""

    user_id: str
    tokens_valid_from: Timestamp
