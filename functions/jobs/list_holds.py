"""GET /v1/holds: the tenant's holds, the oldest first.

For the tenant's back end. One whose `until` has passed keeps nothing, and is listed until it is released.
"""

from parley.holds import holds
from parley.holds.schemas import Holds
from parley.http import CurrentServer, create_api

api = create_api()


@api.get("/v1/holds")
def list_holds(caller: CurrentServer) -> Holds:
    return holds.do_list(caller)


handler = api.resolve
