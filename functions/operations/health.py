"""GET /v1/health: whether this function answers at all; needs no token and asks nothing of others.

For load balancers and monitors; `GET /v1/health/ready` asks the dependencies too.
"""

from parley.http import create_api
from parley.operations.schemas import Health

api = create_api(public=True)


@api.get("/v1/health")
def health() -> Health:
    return Health(status="ok")


handler = api.resolve
