"""What is shipped: its licences, the bill of materials, what registries know of it, layers that build the same."""

import importlib.metadata
import json
import re
import urllib.error
from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.layers import ROOT
from infrastructure.supply import advisories, licences, rebuilding, sbom, shipped
from infrastructure.supply.shipped import Package

PACKAGE = Package("thing", "1.0", ("api",), ())


def test_the_page_is_what_the_locks_and_packages_say() -> None:
    assert (ROOT / "docs" / "licences.md").read_text() == licences.page(), "make licences"


def test_all_that_is_shipped_is_allowed() -> None:
    assert licences.refused() == []


def test_the_packages_that_are_read_are_those_that_are_locked() -> None:
    for package in shipped.layer_packages():
        assert importlib.metadata.version(package.name) == package.version


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("MIT AND BSD-3-Clause", True),
        ("(MIT AND GPL-3.0-only) OR Apache-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("LGPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_an_expression_is_allowed_by_one_of_its_alternatives(*, expression: str, is_allowed: bool) -> None:
    assert licences.is_allowed(expression) == is_allowed


def test_a_licence_that_is_not_on_the_list_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(licences.STATED, "pydantic", ("AGPL-3.0-only", "a trial"))
    monkeypatch.setattr(licences, "ACCEPTED", {})
    assert licences.refused() == [
        "pydantic: AGPL-3.0-only",
        "av's libx264: GPL-2.0-or-later",
        "av's libx265: GPL-2.0-or-later",
    ]


def test_a_package_that_says_nothing_is_not_taken_for_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "metadata", lambda _: _Silent())
    with pytest.raises(licences.NotReadable):
        licences.licence_of("nobody-knows")


class _Silent:
    @staticmethod
    def get_all(_: str, otherwise: list[str]) -> list[str]:
        return otherwise


@pytest.mark.parametrize("wheel", sorted({each.name for each in shipped.layer_packages()}))
def test_no_wheel_carries_a_library_that_is_not_listed(wheel: str) -> None:
    assert licences.libraries_in(wheel) <= licences.NATIVE.get(wheel, {}).keys()


def test_ffmpeg_is_built_as_the_page_says() -> None:
    said = licences.ffmpeg()
    assert said["license"] == "LGPL version 3 or later"
    assert {"--enable-version3", "--enable-libx264", "--enable-libx265"} <= set(said["configuration"].split())
    assert not {"--enable-gpl", "--enable-nonfree"} & set(said["configuration"].split())


# The bill of materials


def test_the_bill_names_each_package_of_the_locks_once() -> None:
    bill = sbom.bill()
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))
    assert {f"pkg:pypi/{each.name}@{each.version}" for each in shipped.layer_packages()} <= set(references)
    assert any(each.startswith("pkg:npm/aws-cdk@") for each in references)
    assert bill["dependencies"][0]["dependsOn"] == references
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])


def test_the_bill_has_hashes_and_licences_and_no_addresses() -> None:
    written = sbom.written()
    assert "://" not in written
    for each in sbom.bill()["components"]:
        if each["purl"].startswith("pkg:pypi/"):
            assert each["licenses"][0]["expression"]
            assert any(one["name"] == "parley:locked-sha256" for one in each["properties"])
        for hashed in each.get("hashes", ()):
            lengths = {"SHA-512": 128, "SHA-256": 64, "SHA-1": 40}
            assert len(hashed["content"]) == lengths[hashed["alg"]]


def test_the_same_locks_give_the_same_bill_and_others_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sbom.written() == sbom.written()
    before = sbom.bill()["serialNumber"]
    packages = shipped.layer_packages()
    monkeypatch.setattr(sbom, "layer_packages", lambda: packages[1:])
    assert sbom.bill()["serialNumber"] != before


# Advisories


def answering(said: object) -> Callable[[str], bytes]:
    return lambda _: json.dumps(said).encode()


def test_what_an_index_knows_of_a_release_is_told() -> None:
    known = [{"id": "PYSEC-1", "fixed_in": ["1.1"]}, {"id": "PYSEC-2", "fixed_in": [], "withdrawn": "2026-01-01"}]
    answer = advisories.of_python([PACKAGE], "https://index.test/simple/", answering({"vulnerabilities": known}))
    assert (answer.served, answer.found) == (True, ("thing 1.0: PYSEC-1, mended in 1.1",))


def test_an_index_that_serves_none_is_not_taken_for_a_good_answer() -> None:
    def missing(url: str) -> bytes:
        raise urllib.error.URLError(url)

    def no_json(url: str) -> bytes:
        asked.append(url)
        return b"<html>"

    asked: list[str] = []
    for get in (missing, answering({"info": {}}), no_json):
        assert not advisories.of_python([PACKAGE, PACKAGE], "https://index.test/simple", get).served
    assert asked == ["https://index.test/pypi/thing/1.0/json"], "the others are not asked for"


def test_what_npm_knows_is_told_with_how_bad_it_is() -> None:
    said = {
        "metadata": {"vulnerabilities": {"high": 1, "low": 2}},
        "vulnerabilities": {"left-pad": {"severity": "high", "range": "<1.3"}},
    }
    answer = advisories.of_npm(lambda: json.dumps(said))
    assert (answer.served, answer.found, answer.why) == (True, ("left-pad: high (<1.3)",), "1 high or critical")
    assert not advisories.of_npm(lambda: '{"message": "not implemented"}').served
    assert not advisories.of_npm(lambda: "").served


@pytest.mark.parametrize(
    ("python", "npm", "code"),
    [
        (advisories.Answer("a", served=True), advisories.Answer("b", served=True), 0),
        (advisories.Answer("a", served=False), advisories.Answer("b", served=True), 3),
        (advisories.Answer("a", served=False), advisories.Answer("b", served=True, found=("x",)), 1),
    ],
)
def test_the_exit_code_tells_well_from_unknown_from_bad(
    monkeypatch: pytest.MonkeyPatch, python: advisories.Answer, npm: advisories.Answer, code: int
) -> None:
    monkeypatch.setattr(advisories, "index_url", lambda: "https://index.test/simple")
    monkeypatch.setattr(advisories, "of_python", lambda *_: python)
    monkeypatch.setattr(advisories, "of_npm", lambda: npm)
    words, found = advisories.report()
    assert found == code
    assert ("nothing was checked" in words) == (not (python.served and npm.served))


# Layers


def test_a_digest_is_of_names_bytes_and_what_may_be_run(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.py"
    file.parent.mkdir()
    file.write_text("x")
    before = rebuilding.digest(tmp_path)
    file.touch()
    assert rebuilding.digest(tmp_path) == before
    file.chmod(0o755)
    runnable = rebuilding.digest(tmp_path)
    file.write_text("y")
    changed = rebuilding.digest(tmp_path)
    file.rename(file.with_name("c.py"))
    assert len({before, runnable, changed, rebuilding.digest(tmp_path)}) == 4


def test_a_build_that_differs_is_found(tmp_path: Path) -> None:
    builds = iter(range(2))

    def build() -> Path:
        folder = tmp_path / str(next(builds))
        folder.mkdir()
        (folder / "made.txt").write_text(folder.name)
        return folder

    first, second = rebuilding.built_twice(build)
    assert first != second
