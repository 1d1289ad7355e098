"""GET /v1/tenants/{tenant_id}/keys/{kid}: one signing key, without its secret.

An asymmetric key is shown with its public half.
"""

from parley.http import CurrentAdministrator, create_api
from parley.tenants import signing_keys
from parley.tenants.schemas import SigningKey

api = create_api()


@api.get("/v1/tenants/<tenant_id>/keys/<kid>")
def get_key(caller: CurrentAdministrator, tenant_id: str, kid: str) -> SigningKey:
    return signing_keys.do_get(caller, tenant_id, kid)


handler = api.resolve
