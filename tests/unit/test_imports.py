"""Which heavy modules each function may load at its cold start: those that it cannot do without, and no others."""

import ast
import sys

import pytest

from tests.support.clients.modules import HEAVY, ROOT, all_functions, load, modules_of_functions

ALLOWED_BY_SERVICE: dict[str, set[str]] = {
    "identity": {"jwt", "cryptography"},
}
"""Beyond these a service's functions load nothing heavy; `ALLOWED` adds what one function needs."""

ALLOWED: dict[str, set[str]] = {
    "canary/run": {"jwt", "cryptography"},  # it signs tokens
    "media/make_signing_key": {"cryptography"},
    "realtime/authorizer": {"jwt", "cryptography"},
    "streams/publish_changes": {"kafka"},
    "tenants/create_issuer": {"jwt", "cryptography"},  # it fetches the keys once
    "tenants/create_key": {"cryptography"},
}
COMMON = {"asyncio", "jmespath"}
"""What Powertools loads by itself."""


@pytest.mark.parametrize("function", all_functions())
def test_a_function_loads_nothing_heavy_that_it_does_not_need(function: str) -> None:
    allowed = COMMON | ALLOWED_BY_SERVICE.get(function.partition("/")[0], set()) | ALLOWED.get(function, set())
    assert modules_of_functions()[function] & set(HEAVY) <= allowed


def test_the_library_itself_loads_nothing() -> None:
    bare = load("pass").modules
    assert load("import parley").modules - bare == {"parley", "gc"}


def test_the_probe_sees_what_is_loaded() -> None:
    assert "boto3" in load("import boto3").heavy
    assert set(HEAVY) >= {"boto3", "jwt", "cryptography", "opensearchpy", "PIL"}


@pytest.mark.parametrize("function", all_functions())
def test_parley_is_imported_before_what_it_is_built_on(function: str) -> None:
    """It tells Python's collector to wait: the import of a function that comes to it late takes a twentieth longer."""
    tree = ast.parse((ROOT / "functions" / f"{function}.py").read_text())
    modules = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    modules += [each.name for node in tree.body if isinstance(node, ast.Import) for each in node.names]
    foreign = [name.partition(".")[0] for name in modules if name.partition(".")[0] not in sys.stdlib_module_names]
    assert foreign[:1] == ["parley"]
