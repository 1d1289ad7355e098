"""The documentation as it is built: nothing leads nowhere, nothing comes from elsewhere, and nothing is left out."""

import json
import re
import shutil
from pathlib import Path

import pytest

from infrastructure.docs import build as building
from infrastructure.docs import errors, limits
from infrastructure.docs.routes import anchor
from infrastructure.layers import ROOT
from parley.identity.tenant_settings import TenantSettings
from tests.support.documentation.site import Page, built, pages, target

TRY = "reference/try/index.html"


@pytest.fixture(scope="module")
def site() -> Path:
    return built()


@pytest.fixture(scope="module")
def read(site: Path) -> dict[Path, Page]:
    return pages(site)


def test_every_link_and_anchor_leads_somewhere(site: Path, read: dict[Path, Page]) -> None:
    broken = []
    for path, page in read.items():
        for address in (*page.links, *page.loaded):
            if (found := target(path, address)) is None:
                continue
            file, fragment = found
            known = not fragment or file == site / TRY or fragment in read[file].anchors
            if not file.is_file() or not file.is_relative_to(site) or not known:
                broken.append(f"{path.relative_to(site)}: {address}")
    assert broken == []


def test_a_broken_link_is_seen(site: Path, read: dict[Path, Page]) -> None:
    assert target(site / "index.html", "nowhere/") == (site / "nowhere", "")
    assert target(site / "index.html", "webhooks/#what-arrives") == (site / "webhooks" / "index.html", "what-arrives")
    assert "what-arrives" in read[site / "webhooks" / "index.html"].anchors


def test_nothing_is_loaded_from_elsewhere(site: Path, read: dict[Path, Page]) -> None:
    outside = [address for page in read.values() for address in page.loaded if re.match(r"(?i)(https?:)?//", address)]
    assert outside == []
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )['\"]?(?:https?:)?//[^)]*", sheet.read_text()) == [], sheet


def test_every_page_is_in_the_navigation(site: Path, read: dict[Path, Page]) -> None:
    """Of those that the site is made of; each has a title of its own."""
    named = set(re.findall(r'"([\w/.-]+\.md)"', building.configuration()))
    made = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert named == made | set(building.ELSEWHERE) | set(building.GENERATED)
    assert len(named) + 1 == len(read)  # and the page to try requests on


def test_every_error_of_the_code_is_in_the_catalogue(site: Path, read: dict[Path, Page]) -> None:
    source = (ROOT / "layers/parley/python/parley/errors.py").read_text()
    codes = set(re.findall(r'^    code(?:: [\w\[\]]+)? = "(\w+)"$', source, re.MULTILINE))
    assert {each.code for each in errors.all_errors()} == codes
    assert codes <= read[site / "reference/errors/index.html"].anchors


def test_every_route_is_in_the_reference(site: Path, read: dict[Path, Page]) -> None:
    document = json.loads((site / "openapi.json").read_text())
    assert document == json.loads((ROOT / "docs" / "openapi.json").read_text())
    page = read[site / "reference/api/index.html"]
    wanted = {
        f"../try/index.html#{anchor(operation['tags'][0], method, path)}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert wanted == {address for address in page.links if "/try/index.html#" in address}


def test_every_event_and_action_is_in_the_reference(site: Path, read: dict[Path, Page]) -> None:
    messages = json.loads((ROOT / "docs" / "asyncapi.json").read_text())["components"]["messages"]
    page = read[site / "reference/events/index.html"]
    missing = [
        name
        for name in messages
        if name not in page.text or not {events_anchor(name), events_anchor(f"action-{name}")} & page.anchors
    ]
    assert missing == []


def events_anchor(name: str) -> str:
    return name.replace(".", "-").lower()


def test_every_limit_and_setting_is_on_its_page(site: Path, read: dict[Path, Page]) -> None:
    text = " ".join(read[site / "reference/limits/index.html"].text.split())
    assert [name for name in TenantSettings.model_fields if name not in text] == []
    assert [each.name for each in limits.rate_limits().values() if each.name not in text] == []
    assert "60 a minutemessages_per_minute" in text


def test_what_programs_read_is_there(site: Path) -> None:
    for name in building.DOCUMENTS:
        assert (site / name).read_bytes() == (ROOT / "docs" / name).read_bytes()
    links = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text())
    assert len(set(links)) > 20
    assert [link for link in links if not (site / link).is_file()] == []
    assert (site / "reference/try/scalar.js").stat().st_size > 1_000_000


def test_it_is_searched_without_a_server(site: Path) -> None:
    items = json.loads((site / "search.json").read_text())["items"]
    assert any("rate_limited" in each["text"] for each in items)


def test_it_is_not_built_again_while_nothing_has_changed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = shutil.copytree(site, tmp_path / "docs")
    assert building.build(own) is False
    (own / "index.html").unlink()
    monkeypatch.setattr(building, "hash_of_sources", lambda: "of other pages")
    assert building.build(own) is True
    assert (own / "index.html").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["docs"]


def test_a_page_with_a_broken_link_is_refused_and_leaves_the_site_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "docs"
    own.mkdir()
    (own / "index.html").write_text("before")
    monkeypatch.setitem(building.GENERATED, "reference/errors.md", lambda: f"{errors.page()}\n[gone](nowhere.md)\n")
    with pytest.raises(building.BuildFailed, match=r"page does not exist\n.*\n.*\n.*nowhere\.md"):
        building.build(own)
    assert (own / "index.html").read_text() == "before"
