"""Builds the site: lays the pages out, has Zensical make HTML of them, and puts that where it is served.

A build is skipped while nothing that it is made of has changed, by a stamp in the folder. A new one takes the place of
the old one when it is whole, so a page that is open meanwhile finds what it asks for.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from infrastructure.docs import errors, events, limits, routes
from infrastructure.docs.reference import add_reference
from infrastructure.layers import ROOT

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
DOCUMENTS = ("openapi.json", "asyncapi.json", "postman.json", "llms.txt")
"""What programs read, as it is in `docs/`."""
ELSEWHERE = {
    "changelog.md": "CHANGELOG.md",
    "reporting.md": "SECURITY.md",
    "clients/python.md": "clients/python/README.md",
    "clients/typescript.md": "clients/typescript/README.md",
    "clients/react.md": "clients/react/README.md",
}
"""Pages that are kept beside what they tell of."""
GENERATED = {
    "reference/api.md": routes.page,
    "reference/errors.md": errors.page,
    "reference/events.md": events.page,
    "reference/limits.md": limits.page,
}
TRY = "reference/try"
STAMP = ".stamp"
UNUSED = ("404.html", "sitemap.xml")
"""Pages that need to know the site's address, which is the reader's own."""
READ_BY_PAGES = ("errors.py", "limits.py", "http/families.py", "identity/tenant_settings.py")
FOLDER = re.compile(r'"([^"]+)" = "([^"]+)/\*"')
COLOURS = re.compile(r"\x1b\[[\d;]*m")


class BuildFailed(RuntimeError):
    """Zensical refused a page or a link; the message is what it printed."""


def build(folder: Path) -> bool:
    """Build the site into `folder`; whether anything had to be done. Raises `BuildFailed` and leaves what was there."""
    stamp = hash_of_sources()
    if (folder / STAMP).exists() and (folder / STAMP).read_text() == stamp:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".docs-", dir=folder.parent) as working:
        project = Path(working)
        lay_out(project / "docs")
        (project / "zensical.toml").write_text(configuration(), encoding="utf-8")
        site = make_html(project)
        shutil.copytree(project / "docs", site, ignore=_all_but_pages, dirs_exist_ok=True)  # for programs, by llms.txt
        add_reference(ASSETS / "try", site / TRY)
        for unused in UNUSED:
            (site / unused).unlink()
        (site / STAMP).write_text(stamp)
        if folder.exists():
            folder.rename(project / "before")
        site.rename(folder)
    return True


def hash_of_sources() -> str:
    """A hash of all that the site is made of."""
    digest = hashlib.sha256(f"{version('zensical')} {version('flask-openapi-scalar')}".encode())
    for path in sorted(sources()):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    """Every file that the site is made of."""
    yield from (path for path in (ROOT / "docs").rglob("*") if path.suffix in {".md", ".svg"})
    yield from (ROOT / "docs" / name for name in DOCUMENTS)
    yield from (ROOT / path for path in ELSEWHERE.values())
    yield from (ROOT / "layers/parley/python/parley" / path for path in READ_BY_PAGES)
    yield from (path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc")


def lay_out(pages: Path) -> None:
    """The pages where the site has them."""
    shutil.copytree(ROOT / "docs", pages, ignore=_all_but_pages)
    for name in DOCUMENTS:
        shutil.copy(ROOT / "docs" / name, pages / name)
    for name, path in ELSEWHERE.items():
        (pages / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, pages / name)
        for top in pages.glob("*.md"):  # which lead to it where the repository has it
            top.write_text(top.read_text(encoding="utf-8").replace(f"](../{path}", f"]({name}"), encoding="utf-8")
    for name, page in GENERATED.items():
        (pages / name).parent.mkdir(exist_ok=True)
        (pages / name).write_text(page(), encoding="utf-8")
    shutil.copytree(ASSETS / "site", pages / "assets")


def configuration() -> str:
    """Zensical's, with a list of its pages where `site.toml` names a whole folder."""
    return FOLDER.sub(
        lambda match: f'"{match[1]}" = [{", ".join(_pages_of(match[2]))}]', (HERE / "site.toml").read_text()
    )


def _pages_of(folder: str) -> Iterator[str]:
    for page in sorted((ROOT / "docs" / folder).glob("*.md"), key=lambda path: (path.stem != "README", path.stem)):
        title = page.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        yield f"{{ {json.dumps(title, ensure_ascii=False)} = {json.dumps(f'{folder}/{page.name}')} }}"


def _all_but_pages(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith((".md", ".svg")) or (Path(folder) / name).is_dir())]


def make_html(project: Path) -> Path:
    """The folder with the site's HTML. Raises `BuildFailed` at any warning."""
    command = (sys.executable, "-m", "zensical", "build", "--strict", "--clean")
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - of our own environment
    if done.returncode:
        said = done.stdout if "issue" in done.stdout else done.stderr
        raise BuildFailed(COLOURS.sub("", said).strip())
    return project / "site"
