"""The threat model names the tests that hold each threat off: they are there, and each threat has one."""

import ast
import re
from functools import cache

import pytest

from infrastructure.layers import ROOT

PAGE = ROOT / "docs" / "security.md"
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def threats() -> list[list[str]]:
    """The cells of each row of the table of threats."""
    table = PAGE.read_text().split("## Threats")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


@cache
def names_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.is_file():
        return set()
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", threats(), ids=lambda row: row[0])
def test_a_threat_has_an_actor_a_defence_and_tests_that_exist(row: list[str]) -> None:
    _, actor, defence, tests = row
    assert actor
    assert defence
    named = _NAMED.findall(tests)
    assert named, "each threat is held off by a test"
    assert [name for path, name in named if name not in names_in(path)] == []


def test_every_test_that_the_page_names_anywhere_exists() -> None:
    named = _NAMED.findall(PAGE.read_text())
    assert len(named) >= 40
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_actor_is_introduced() -> None:
    actors = set(re.findall(r"^\| \*\*([\w ']+)\*\*", PAGE.read_text(), re.MULTILINE))
    used = {each.strip() for _, actor, _, _ in threats() for each in actor.split(",")}
    assert used <= actors, "in the table of actors"


def test_a_test_that_is_not_there_is_found() -> None:
    assert "test_nothing_of_the_kind" not in names_in("tests/unit/test_security.py")
    assert names_in("tests/unit/no_such_file.py") == set()
    assert "test_every_actor_is_introduced" in names_in("tests/unit/test_security.py")
