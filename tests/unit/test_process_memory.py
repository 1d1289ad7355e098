"""What lives as long as a process is bounded: a warm function serves many tenants for hours."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley import clock
from parley.remembered import Remembered
from tests.support.people.clocks import Clock

ROOTS = (Path("layers/parley/python/parley"), Path("functions"))
GROWING = {"dict", "list", "set", "OrderedDict", "defaultdict", "deque", "Counter", "WeakValueDictionary"}
CHANGES = {"add", "append", "appendleft", "extend", "insert", "setdefault", "update"}


def _is_container(value: ast.expr | None) -> bool:
    """Whether this makes something that can be put into without end."""
    if isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp):
        return True
    if not isinstance(value, ast.Call):
        return False
    bounded = any(keyword.arg == "maxlen" for keyword in value.keywords)
    return ast.unparse(value.func).rpartition(".")[2] in GROWING and not bounded


def _assigned(statements: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    for statement in statements:
        if isinstance(statement, ast.Assign):
            yield from ((ast.unparse(target), statement.value) for target in statement.targets)
        elif isinstance(statement, ast.AnnAssign):
            yield ast.unparse(statement.target), statement.value


def _changed(tree: ast.AST) -> set[str]:
    """What some code puts something into."""
    changed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            changed.add(ast.unparse(node.func.value).partition("[")[0])
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            changed.add(ast.unparse(node.value).partition("[")[0])
        elif isinstance(node, ast.AugAssign):
            changed.add(ast.unparse(node.target))
    return changed


def unbounded_in(source: str) -> list[str]:
    """The names of what a module keeps for as long as the process lives and fills without a bound."""
    tree = ast.parse(source)
    kept = dict(_assigned(tree.body))
    definitions: list[ast.stmt] = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    changed = _changed(ast.Module(definitions, []))
    found = [name for name, value in kept.items() if _is_container(value) and name in changed]
    made = {ast.unparse(value.func) for value in kept.values() if isinstance(value, ast.Call)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in made:
            inits = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
            held = [name for init in inits for name, value in _assigned(init.body) if _is_container(value)]
            found += [f"{node.name}.{name}" for name in held]
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef) and each.args.args:
            decorators = {ast.unparse(decorator) for decorator in each.decorator_list}
            if decorators & {"cache", "functools.cache", "lru_cache(maxsize=None)", "lru_cache(None)"}:
                found.append(f"{each.name}()")
    return found


def test_nothing_that_lives_as_long_as_a_process_grows_without_bound() -> None:
    paths = [path for root in ROOTS for path in root.rglob("*.py")]
    assert len(paths) > 300
    found = {str(path): unbounded_in(path.read_text()) for path in paths}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("kept = {}\ndef put(x):\n    kept[x] = 1", ["kept"]),
        ("kept: set[str] = set()\ndef put(x):\n    kept.add(x)", ["kept"]),
        ("kept = defaultdict(list)\ndef put(x):\n    kept[x].append(1)", ["kept"]),
        (
            "class Kept:\n    def __init__(self):\n        self.held: dict[str, int] = {}\nkept = Kept()",
            ["Kept.self.held"],
        ),
        ("@cache\ndef read(tenant_id):\n    return 1", ["read()"]),
        ("@cache\ndef client():\n    return 1", []),
        ("NAMES = {'a': 1}\ndef read(x):\n    return NAMES[x]", []),
        ("kept: Remembered[str, int] = Remembered()\ndef put(x):\n    kept.set(x, 1)", []),
    ],
)
def test_the_walk_finds_what_grows(source: str, found: list[str]) -> None:
    assert unbounded_in(source) == found


def test_what_is_remembered_is_bounded_in_number_and_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Clock()
    monkeypatch.setattr(clock, "now_ms", moved)
    kept: Remembered[int, str] = Remembered(most=3, kept_ms=2_000)
    for number in range(100):
        kept.set(number, str(number))
    assert (len(kept), kept.get(96), kept.get(97)) == (3, None, "97")
    kept.set(97, "again")
    kept.set(100, "100")
    assert (kept.get(97), kept.get(98)) == ("again", None)
    moved.pass_seconds(2)
    assert kept.get(97) is None
