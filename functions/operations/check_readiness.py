"""GET /v1/health/ready: each dependency with its state, and the breakers'; for operators.

DynamoDB, the search engine and the breakers that guard others' servers, each asked once, without retries.
"""

from parley.http import CurrentOperator, create_api
from parley.operations.schemas import Readiness
from parley.search import readiness

api = create_api()


@api.get("/v1/health/ready")
def check_readiness(_: CurrentOperator) -> Readiness:
    return readiness.do_check()


handler = api.resolve
