"""Every role allows what its function can reach on any path, however rare, and nothing that none of them reaches."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.access import Grant, chat, control
from infrastructure.layers import LIBRARY, ROOT
from infrastructure.routes import ROUTES
from infrastructure.triggered import TRIGGERED
from tests.infrastructure.reached.flow import FOREIGN, WITHOUT_KEYS, Flow, Use, client_operation
from tests.infrastructure.reached.places import WORKS_ON
from tests.infrastructure.reached.program import BUILT_IN_METHODS, FILES, Program
from tests.infrastructure.reached.values import BOTTOM

FUNCTIONS: dict[str, tuple[Grant, ...]] = {each.function: each.grants for each in (*ROUTES, *TRIGGERED)}
POSTS = {route.function for route in ROUTES if route.method == "POST"}
IDEMPOTENCY = "parley.http.idempotent.once"
"""What every API has and runs for a POST alone; `create_api(idempotent=False)` leaves it out."""
LIMITS = "parley.limits.take"
"""What every API runs that knows its caller; `create_api(public=True)` leaves it out."""
PUBLIC = {route.function for route in ROUTES if route.public}
NEVER = {
    ("canary/run", "parley.tenants.hook_settings._has_secret"): "as for the tenant that it makes",
    ("tenants/create_tenant", "parley.tenants.hook_settings._has_secret"): (
        "a tenant that is not there yet has no secret, and is refused before one is looked for"
    ),
}
"""Paths that the source has and no request takes."""

TRIAL = '''
"""GET /v1/conversations/{conversation_id}/stats: how many messages live."""

from parley.http import CurrentCaller, create_api
from parley.messaging.access import access_membership
from parley.messaging.conversations.conversations import meta_key
from parley.messaging.items import ConversationItem
from parley.messaging.sequence import count_live_after

api = create_api()


@api.get("/v1/conversations/<conversation_id>/stats")
def get_stats(caller: CurrentCaller, conversation_id: str) -> dict[str, int]:
    access_membership(caller, conversation_id)
    item = ConversationItem.at(meta_key(caller.tenant_id, conversation_id))
    return {"living": 0 if item is None else count_live_after(item, 0)}


handler = api.resolve
'''
TRIAL_GRANTS = (
    chat("GetItem", "user"),
    chat("GetItem", "conversation", "conversation_types"),
    control("UpdateItem", "rate_limit"),
)
"""All that it calls while a conversation has no more than 32 gaps."""


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    """The whole program, with the trial's function in a folder of its own."""
    folder = tmp_path_factory.mktemp("trial")
    (folder / "get_stats.py").write_text(TRIAL)
    return Flow(Program((LIBRARY / "parley", "parley"), (ROOT / "functions", "functions"), (folder, "functions.trial")))


def reached(flow: Flow, function: str) -> Iterator[Use]:
    """What a function can call, without the paths that it never takes."""
    source = (ROOT / "functions" / f"{function}.py").read_text() if function in FUNCTIONS else ""
    keeps_keys = function in POSTS and "idempotent=False" not in source
    for use in flow.uses(f"functions.{function.replace('/', '.')}"):
        name = use.origin.rpartition(":")[0]
        if function in PUBLIC and name == LIMITS:
            continue
        if (name != IDEMPOTENCY or keeps_keys) and (function, name) not in NEVER:
            yield use


def allows(grant: Grant, use: Use) -> bool:
    same = (grant.table, grant.index) == (use.table, use.index) and use.action in grant.actions
    return same and use.space in grant.spaces


def denied(flow: Flow, function: str, grants: tuple[Grant, ...]) -> list[Use]:
    return [use for use in reached(flow, function) if not any(allows(grant, use) for grant in grants)]


def as_grant(use: Use) -> str:
    """The grant as `infrastructure/routes/` writes it, and the call that needs it."""
    index = f', index="{use.index}"' if use.index else ""
    return f'{use.table}("{use.action}", "{use.space}"{index}) for {use.origin}'


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_granted_all_that_it_can_reach(function: str, flow: Flow) -> None:
    missing = [as_grant(use) for use in denied(flow, function, FUNCTIONS[function])]
    assert not missing, f"{function} needs {'; '.join(missing)}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_granted_nothing_that_it_cannot_reach(function: str, flow: Flow) -> None:
    uses = {(use.action, use.table, use.index, use.space) for use in reached(flow, function)}
    granted = {
        (action, grant.table, grant.index, space)
        for grant in FUNCTIONS[function]
        for action in grant.actions
        for space in grant.spaces
    }
    unused = granted - uses
    assert not unused, f"{function} never makes these calls: take them out of its grants"


def test_a_rare_branch_of_a_helper_is_held_against_the_grants_of_who_calls_it(flow: Flow) -> None:
    """A trial endpoint whose tests pass: only a conversation with more than 32 gaps needs the Query."""
    refused = denied(flow, "trial/get_stats", TRIAL_GRANTS)
    assert {(use.action, use.table, use.index, use.space) for use in refused} == {
        ("Query", "chat", None, "conversation")
    }
    assert {use.origin.rpartition(":")[0] for use in refused} == {"parley.messaging.sequence.overflowed_gaps"}
    assert denied(flow, "trial/get_stats", (*TRIAL_GRANTS, chat("Query", "conversation"))) == []


def test_it_is_known_of_every_call_what_it_works_on(flow: Flow) -> None:
    """By tracing, or by what is stated; and nothing is stated that is not needed."""
    uses = [use for function in FUNCTIONS for use in reached(flow, function)]
    assert [use for use in uses if use.space is None or use.table == "?"] == []
    assert set(WORKS_ON) - flow.stated == set()


def test_only_the_bottom_holds_the_client(flow: Flow) -> None:
    """So that no call goes past what is looked at."""
    for function in flow.program.functions:
        unused = {node.value for node in function.nodes if isinstance(node, ast.Expr)}  # made ahead of its first use
        calls = [node for node in function.nodes if isinstance(node, ast.Call) and node not in unused]
        if {"dynamodb.client", "dynamodb.sdk_client"} & {ast.unparse(call.func) for call in calls}:
            assert function.name in FOREIGN, function.name
        operations = {operation for node in function.nodes if (operation := client_operation(node))}
        if function.module.name == BOTTOM and operations - WITHOUT_KEYS:
            assert "table" in function.parameters, function.name


def test_items_are_read_and_written_by_the_bottom_and_not_by_their_models(flow: Flow) -> None:
    """PynamoDB's own calls would go past it."""
    forbidden = {"save", "refresh", "batch_write", "batch_get_iter", "transact_write"}
    for each in flow.program.functions:
        for node in each.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden:
                known = {one.name for one in flow.types(node.func.value, each)}
                assert not any("items" in name for name in known), f"{each.name}: {ast.unparse(node)}"


def test_no_method_that_calls_is_lost_behind_a_built_in_name(flow: Flow) -> None:
    """Objects of unknown classes are taken to have every method by a name, but for names such as `get` and `read`."""
    hidden = {
        method
        for name in BUILT_IN_METHODS | FILES
        for method in flow.program.methods.get(name, ())
        if flow.accesses[method] and not name.startswith("__")
    }
    called = {target for targets in flow.called.values() for target in targets}
    assert hidden - called == set()


def test_the_library_calls_nothing_by_a_name_made_up_at_run_time() -> None:
    """`getattr` reads attributes of models and events, and an operation of SNS: no function of ours. What is compiled
    are the readers of items, which convert attributes.
    """
    for path in sorted(Path(LIBRARY / "parley").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=("eval" | "exec" | "globals" | "__import__"))):
                    assert path.match("tables/items.py"), f"{path}: {ast.unparse(node)}"
                case ast.Import(names=names) if any(each.name == "importlib" for each in names):
                    pytest.fail(f"{path} imports by name")
                case ast.Call(func=ast.Call(func=ast.Name(id="getattr"), args=[ast.Call(func=called), *_])):
                    assert path.name == "sns.py", f"{path}: {ast.unparse(called)}"
