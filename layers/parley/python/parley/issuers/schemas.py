"""What crosses the wire about issuers: the logins that tenants bring."""

from typing import Annotated

from pydantic import Field, StringConstraints

from parley.tenants.schemas import TokenName
from parley.wire import Answer, Body, Timestamp

MOST_AUDIENCES = 5
HttpsUrl = Annotated[str, StringConstraints(min_length=8, max_length=512, pattern=r"^https?://[!-~]+$")]
ClaimName = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
"""A claim by its name, or within others by names with dots between them: `realm_access.roles`."""


class CreateIssuer(Body):
    """An issuer whose tokens are accepted as those of users of the tenant."""

    issuer: TokenName = Field(
        description="What `iss` of its tokens is, to the letter. Without `jwks_url` a URL, under which "
        "`/.well-known/openid-configuration` says where the keys are"
    )
    jwks_url: HttpsUrl | None = Field(None, description="Where the keys are (RFC 7517), for who has no discovery")
    audiences: list[TokenName] = Field(
        min_length=1,
        max_length=MOST_AUDIENCES,
        description="`aud` of its tokens names one of them; of a token without `aud`, `client_id` does",
    )
    user_id_claim: ClaimName = Field(
        "sub", description="The claim that is the user's id; what no id of a user has becomes `=` and two digits"
    )
    name_claim: ClaimName | None = Field(None, description="The claim that is the name of a user who is created")
    scope_claim: ClaimName | None = Field(
        None, description="The claim that holds the caller's scopes, a list or words; `server` is never taken"
    )
    create_users: bool = Field(
        default=False, description="Whether a user who is not there is created with the first token"
    )


class Issuer(Answer):
    """A registered issuer, and how its keys were last fetched."""

    id: str
    issuer: str
    jwks_url: str | None = None
    audiences: list[str]
    user_id_claim: str
    name_claim: str | None = None
    scope_claim: str | None = None
    create_users: bool
    created_at: Timestamp
    keys_fetched_at: Timestamp | None = Field(None, description="Keys are kept for 24 hours without a further fetch")
    keys_failure: str | None = Field(None, description="Why the latest fetch failed; null where it did not")


class Issuers(Answer):
    """All issuers of a tenant, newest first."""

    data: list[Issuer]
