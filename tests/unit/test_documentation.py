"""What the documents say of the code: every path that they name is there, and the table of keys has every key."""

import fnmatch
import functools
import inspect
import re
from pathlib import Path

import pytest

from parley.tables import keys

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda path: path.as_posix(),
)
PATH = re.compile(r"`([\w.-]+(?:/[\w.*-]+)*/?)`")
"""What is set as code and looks like a path: it has a slash, or the ending of a file."""
ENDINGS = (".py", ".md", ".json", ".toml", ".txt", ".yaml")
MADE = (".local/", ".venv/", "node_modules/", "cdk.out")
"""What the commands make, which no clone has."""


@functools.cache
def tree() -> frozenset[str]:
    """Every file and folder of the repository that is no product of a command."""
    tops = [path for path in ROOT.iterdir() if path.name not in {".git", ".local", ".venv", "node_modules", "cdk.out"}]
    found = [path for top in tops for path in (top, *top.rglob("*"))]
    return frozenset(f"/{path.relative_to(ROOT).as_posix()}" for path in found)


def paths_in(text: str) -> set[str]:
    """The paths of the tree that a document names."""
    found = {match[1] for match in PATH.finditer(text)}
    roots = {path.name for path in ROOT.iterdir()} | {"parley"}
    return {path for path in found if ("/" in path and path.split("/")[0] in roots) or path.endswith(ENDINGS)}


def is_there(path: str) -> bool:
    """Whether a path, from the root or from any folder, is in the tree."""
    wanted = f"*/{path.rstrip('/')}"
    return path.startswith(MADE) or any(fnmatch.fnmatch(each, wanted) for each in tree())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_names_no_path_that_is_not_there(document: Path) -> None:
    assert [path for path in sorted(paths_in(document.read_text())) if not is_there(path)] == []


def test_a_path_that_is_not_there_is_seen() -> None:
    assert paths_in("see `parley/messaging/forgotten.py`, `tests/unit/` and `message.created`") == {
        "parley/messaging/forgotten.py",
        "tests/unit/",
    }
    assert not is_there("parley/messaging/forgotten.py")
    assert is_there("tests/unit/")


def test_the_table_of_keys_has_every_key_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = [line for line in text.split("## Keys")[1].splitlines() if line.startswith("|")][2:]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[5])}
    written = {
        name
        for name, member in vars(keys).items()
        if inspect.isfunction(member) and member.__module__.startswith(keys.__name__)
    }
    readers = {name for name in written if name.startswith("is_") or name.endswith("_of")}
    assert named == written - readers - {"named", "after", "number"}


def test_the_index_of_decisions_has_every_decision_under_its_title() -> None:
    folder = ROOT / "docs" / "adr"
    titles = {path.name: path.read_text().splitlines()[0].partition(". ")[2] for path in folder.glob("0*.md")}
    listed = dict(
        re.findall(r"^\| \[\d+\]\((0[\w-]+\.md)\) \| (.+?) \| ", (folder / "README.md").read_text(), re.MULTILINE)
    )
    assert listed == titles
