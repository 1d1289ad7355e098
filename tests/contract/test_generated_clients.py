"""What public generators make of the document compiles under the strictest settings, with code that trusts it."""

import sys
from pathlib import Path

from tests.support.clients import generators
from tests.support.clients.generators import TOOLS, run


def test_typescript_of_two_generators_compiles(tmp_path: Path) -> None:
    """With lines that must not compile: who takes a null for a text."""
    generators.typescript(tmp_path)
    run(TOOLS / "tsc", "-p", ".", folder=tmp_path)


def test_a_python_client_passes_mypy(tmp_path: Path) -> None:
    generators.python(tmp_path)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n")
    run(sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "generated_client", "calls.py", folder=tmp_path)
