"""GET /v1/tenants/{tenant_id}: a tenant, for the operator or its own back end.

Its settings, and the ceilings that the operator has set for them.
"""

from parley.http import CurrentAdministrator, create_api
from parley.tenants import administration
from parley.tenants.schemas import Tenant

api = create_api()


@api.get("/v1/tenants/<tenant_id>")
def get_tenant(caller: CurrentAdministrator, tenant_id: str) -> Tenant:
    return administration.do_get(caller, tenant_id)


handler = api.resolve
