"""POST /v1/tenants/{tenant_id}/issuers: accept the tokens of an OIDC issuer, or of a JWKS URL, as a tenant's own.

Its keys are fetched at once: what cannot be had is 422 `issuer_unusable` with a `reason`. A token of it is verified
by `iss` and `aud`, which no two tenants share, with the key that its `kid` names.
"""

from parley.http import CurrentAdministrator, create_api
from parley.issuers import creation
from parley.issuers.schemas import CreateIssuer, Issuer

api = create_api()


@api.post("/v1/tenants/<tenant_id>/issuers", status_code=201)
def create_issuer(caller: CurrentAdministrator, tenant_id: str, body: CreateIssuer) -> Issuer:
    return creation.do_create(caller, tenant_id, body)


handler = api.resolve
