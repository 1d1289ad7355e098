"""The documents pass Spectral with all of its rules; the exceptions are in `.spectral.json`."""

import json
from pathlib import Path

import pytest

from tests.support.clients.generators import ROOT, TOOLS, run

DOCUMENTS = [ROOT / "docs" / name for name in ("openapi.json", "asyncapi.json")]


def lint(*documents: Path) -> None:
    ruleset = ROOT / ".spectral.json"
    run(TOOLS / "spectral", "lint", "-r", ruleset, "-F", "hint", *documents, folder=ROOT)


def test_the_documents_are_clean() -> None:
    lint(*DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_not_described_is_seen(document: Path, tmp_path: Path) -> None:
    """What is wrong with the whole is seen without the routes too, in a quarter of the time."""
    broken = json.loads(document.read_text(encoding="utf-8"))
    broken["info"].pop("description")
    if "openapi" in broken:
        broken |= {"paths": {}, "components": {}}
    (tmp_path / document.name).write_text(json.dumps(broken))
    with pytest.raises(AssertionError, match="info-description"):
        lint(tmp_path / document.name)
