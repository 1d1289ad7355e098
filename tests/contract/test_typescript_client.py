"""The TypeScript client is of this contract, compiles strictly, keeps its size and survives faults; so with React."""

from pathlib import Path

from infrastructure.layers import ROOT
from tests.support.clients.generators import TOOLS, run

CLIENT = ROOT / "clients" / "typescript"
REACT = ROOT / "clients" / "react"


def test_generated_types_are_current(tmp_path: Path) -> None:
    run("node", CLIENT / "tools" / "generate.mjs", tmp_path, folder=ROOT)
    for name in ("openapi.ts", "asyncapi.ts"):
        assert (tmp_path / name).read_text() == (CLIENT / "src" / "generated" / name).read_text(), "run `make clients`"


def test_it_compiles_strictly() -> None:
    """With `tests/types.ts`, whose lines must not compile."""
    run(TOOLS / "tsc", "-p", CLIENT, folder=ROOT)


def test_it_keeps_its_size() -> None:
    assert "send and receive" in run("node", CLIENT / "tools" / "size.mjs", folder=ROOT)


def test_it_survives_faults() -> None:
    run("node", CLIENT / "tools" / "test.mjs", folder=ROOT)


def test_react_compiles_strictly() -> None:
    run(TOOLS / "tsc", "-p", REACT, folder=ROOT)


def test_react_shows_writes_and_uploads() -> None:
    run("node", CLIENT / "tools" / "test.mjs", "--in", "../react", folder=ROOT)
