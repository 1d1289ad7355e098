"""The pages of `clients/web` compile strictly, and what they work out without a browser is right."""

from infrastructure.layers import ROOT
from tests.support.clients.generators import TOOLS, run

WEB = ROOT / "clients" / "web"


def test_they_compile_strictly() -> None:
    """A language that lacks a word, and an event or a setting that the console does not know, do not compile."""
    run(TOOLS / "tsc", "-p", WEB, folder=ROOT)


def test_what_they_work_out_is_right() -> None:
    run("node", ROOT / "clients" / "typescript" / "tools" / "test.mjs", "--in", "../web", folder=ROOT)
