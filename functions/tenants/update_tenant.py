"""PUT /v1/tenants/{tenant_id}: change a tenant; the operator also suspends it and sets its ceilings.

The tenant's back end changes name and settings, within the ceilings.
"""

from parley.http import CurrentAdministrator, IfMatch, create_api
from parley.tenants import administration
from parley.tenants.schemas import Tenant, UpdateTenant

api = create_api()


@api.put("/v1/tenants/<tenant_id>")
def update_tenant(caller: CurrentAdministrator, tenant_id: str, body: UpdateTenant, if_match: IfMatch = None) -> Tenant:
    return administration.do_update(caller, tenant_id, body, if_match=if_match)


handler = api.resolve
