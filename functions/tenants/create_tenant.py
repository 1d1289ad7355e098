"""POST /v1/tenants: create a tenant.

By the operator. The tenant has no signing key yet: `POST /v1/tenants/{tenant_id}/keys` makes one.
"""

from parley.http import CurrentOperator, IdempotencyKey, create_api
from parley.tenants import administration
from parley.tenants.schemas import CreateTenant, Tenant

api = create_api()


@api.post("/v1/tenants", status_code=201)
def create_tenant(caller: CurrentOperator, body: CreateTenant, idempotency_key: IdempotencyKey = None) -> Tenant:
    return administration.do_create(caller, body, idempotency_key=idempotency_key)


handler = api.resolve
