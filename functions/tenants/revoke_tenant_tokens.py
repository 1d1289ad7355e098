"""POST /v1/tenants/{tenant_id}/revoke-tokens: refuse all tokens of a tenant that were issued before now.

Its users sign in again. From then on all of its tokens need `iat`.
"""

from parley.http import CurrentAdministrator, create_api
from parley.tenants import administration
from parley.tenants.schemas import Tenant

api = create_api()


@api.post("/v1/tenants/<tenant_id>/revoke-tokens")
def revoke_tenant_tokens(caller: CurrentAdministrator, tenant_id: str) -> Tenant:
    return administration.do_revoke_tokens(caller, tenant_id)


handler = api.resolve
