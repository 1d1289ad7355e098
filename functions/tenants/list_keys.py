"""GET /v1/tenants/{tenant_id}/keys: a tenant's signing keys, without secrets.

Newest first, with those that run out.
"""

from parley.http import CurrentAdministrator, create_api
from parley.tenants import signing_keys
from parley.tenants.schemas import SigningKeys

api = create_api()


@api.get("/v1/tenants/<tenant_id>/keys")
def list_keys(caller: CurrentAdministrator, tenant_id: str) -> SigningKeys:
    return signing_keys.do_list(caller, tenant_id)


handler = api.resolve
