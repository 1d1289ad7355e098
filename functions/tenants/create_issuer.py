"""POST /v1/tenants/{tenant_id}/issuers: accept the tokens of an OIDC issuer, or of a JWKS URL, as a tenant's own."""

from parley.http import CurrentAdministrator, create_api
from parley.issuers import creation
from parley.issuers.schemas import CreateIssuer, Issuer

api = create_api()


@api.post("/v1/tenants/<tenant_id>/issuers", status_code=201)
def create_issuer(caller: CurrentAdministrator, tenant_id: str, body: CreateIssuer) -> Issuer:
    return creation.do_create(caller, tenant_id, body)


handler = api.resolve
