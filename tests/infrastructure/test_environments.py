"""Every deployed function has the environment variables that its code cannot work without."""

import pytest

from infrastructure.access import JOB_QUEUES
from infrastructure.layers import LIBRARY, ROOT
from infrastructure.routes import ROUTES
from parley import settings
from parley.settings import Variable
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.reached.environment import settings_of
from tests.infrastructure.reached.flow import Flow
from tests.infrastructure.reached.program import Program

BY_LAMBDA = {"AWS_REGION"}
"""Set by Lambda itself."""
ONLY_WITH = {
    "MEDIA_CDN_KEY_ID": "MEDIA_CDN_URL",
    "MEDIA_CDN_KEY_NAME": "MEDIA_CDN_URL",
    "MEDIA_CDN_SECRET": "MEDIA_CDN_URL",
    "SEARCH_EXPORT_TABLE": "SEARCH_EXPORT_BUCKET",
    "CLAMD_ADDRESS": "CLAMD_ADDRESS",
}
"""Asked for only where the other variable says so."""
QUEUES = {f"{kind.upper()}_QUEUE_URL" for kind in JOB_QUEUES}
"""A function sends jobs of one kind, to one of these."""
FOR_POSTS = "parley.http.idempotent.once"
"""Every route has this middleware, and it acts on a POST alone."""
FOR_CALLERS = "parley.http.limited.limited"
"""Every route but the public ones has this middleware."""
FOR_OPERATORS = "parley.identity.authorizer._authorize_operator"
"""The authorizer of sockets refuses an operator's key before it decides on tokens."""
PUBLIC = {route.function for route in ROUTES if route.public}
POSTS = {route.function for route in ROUTES if route.method == "POST"}
FUNCTIONS = sorted(
    str(path.relative_to(ROOT / "functions").with_suffix(""))
    for path in (ROOT / "functions").rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.fixture(scope="module")
def flow() -> Flow:
    return Flow(Program((LIBRARY / "parley", "parley"), (ROOT / "functions", "functions")))


def required(flow: Flow, function: str) -> set[str]:
    """The variables without which some code that the function can reach does not work."""
    names = set()
    without = set() if function in POSTS else {FOR_POSTS}
    if function in PUBLIC:
        without.add(FOR_CALLERS)
    if function == "realtime/authorizer":
        without.add(FOR_OPERATORS)
    for group, member in settings_of(flow, function, frozenset(without)):
        kind = getattr(settings, group, None)
        variable = vars(kind.__wrapped__).get(member) if kind else None
        if isinstance(variable, Variable) and variable.required:
            names.add(variable.name)
    return names


def deployed(assembly: Assembly) -> dict[str, set[str]]:
    """The variables of each deployed function."""
    found = {}
    for function in assembly.resources("AWS::Lambda::Function").values():
        name = str(function.get("FunctionName", "")).removeprefix(f"parley-{assembly.stage}-")
        found[name] = set(function.get("Environment", {}).get("Variables", {}))
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_deployed_function_has_every_variable_that_its_code_can_ask_for(
    function: str, flow: Flow, dev: Assembly, msk: Assembly, prod: Assembly
) -> None:
    assembly = {"streams/publish_changes": msk, "canary/run": prod}.get(function, dev)
    variables = deployed(assembly)[function.replace("/", "-")]
    wanted = {
        name for name in required(flow, function) if ONLY_WITH.get(name, name) in variables or name not in ONLY_WITH
    }
    missing = wanted - variables - BY_LAMBDA
    assert missing - QUEUES == set()
    assert not missing >= QUEUES, "neither queue of jobs"
