"""The code of the documentation's pages and of React's README compiles against the clients, in each language."""

import json
import sys
from pathlib import Path

from infrastructure.layers import ROOT
from tests.support.clients.generators import TOOLS, run
from tests.support.documentation.samples import DOCS, LANGUAGES, PAGES, QUICK_START, samples

WITH_CODE = (*PAGES, QUICK_START)
REACT_README = ROOT / "clients" / "react" / "README.md"


def test_python_is_typed_as_the_client_is(tmp_path: Path) -> None:
    for sample in samples(*WITH_CODE, language="python"):
        (tmp_path / sample.name).write_text(sample.code)
    files = sorted(tmp_path.glob("*.py"))
    assert len(files) > 10
    options = ("--config-file", ROOT / "pyproject.toml", "--no-error-summary")
    run(Path(sys.executable).parent / "mypy", *options, *files, folder=ROOT)


def test_typescript_compiles_strictly(tmp_path: Path) -> None:
    for sample in [*samples(*WITH_CODE, language="ts"), *samples(*WITH_CODE, language="tsx")]:
        (tmp_path / sample.name).write_text(sample.code)
    assert len(list(tmp_path.glob("*.ts*"))) > 10
    (readme,) = samples(REACT_README, language="tsx")
    (tmp_path / "react_readme.tsx").write_text(readme.code)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    clients = {name: [str(ROOT / "clients" / folder / "src" / "index.ts")] for name, folder in CLIENTS.items()}
    settings = {
        "extends": str(ROOT / "clients" / "react" / "tsconfig.json"),
        "compilerOptions": {"paths": clients, "typeRoots": [str(ROOT / "node_modules" / "@types")]},
        "include": ["*.ts", "*.tsx"],
    }
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))
    run(TOOLS / "tsc", "-p", tmp_path, folder=tmp_path)


CLIENTS = {"@parley/client": "typescript", "@parley/react": "react"}


def test_every_page_has_code_of_a_language_that_is_checked() -> None:
    """What is fenced under another name would be looked at by nobody."""
    pages = sorted([*WITH_CODE, *(DOCS / "migration").glob("*.md"), DOCS / "index.md"])
    unknown = [f"{each.page.name}: {each.language}" for each in samples(*pages) if each.language not in LANGUAGES]
    assert unknown == []
    for page in pages:
        assert page.read_text().count("\n```") == 2 * len(samples(page)), page
