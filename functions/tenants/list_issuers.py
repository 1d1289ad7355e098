"""GET /v1/tenants/{tenant_id}/issuers: the issuers whose tokens a tenant accepts.

Newest first, with how the keys of each were last fetched.
"""

from parley.http import CurrentAdministrator, create_api
from parley.issuers import registrations
from parley.issuers.schemas import Issuers

api = create_api()


@api.get("/v1/tenants/<tenant_id>/issuers")
def list_issuers(caller: CurrentAdministrator, tenant_id: str) -> Issuers:
    return registrations.do_list(caller, tenant_id)


handler = api.resolve
