"""POST /v1/users/query: find users by name, role, declared keys and when they were seen last, or get them by their ids.

By the tenant's back end. What is found is what the index knew some seconds ago and the table confirms; ids are read
from the table alone. A page may be shorter than its limit and go on.
"""

from parley.http import CurrentServer, create_api
from parley.search.querying import user_query
from parley.search.schemas import QueriedUsers, QueryUsers

api = create_api(idempotent=False)


@api.post("/v1/users/query")
def query_users(caller: CurrentServer, body: QueryUsers) -> QueriedUsers:
    return user_query.do_query(caller, body)


handler = api.resolve
