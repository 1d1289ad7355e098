"""Files as people have them: what Parley answers to each, and that Chromium shows what it showed before."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from parley.media import storage
from tests.support.clients import chromium
from tests.support.clients.corpus import CASES as KINDS
from tests.support.clients.corpus import FAILED, PICTURE, Case
from tests.support.clients.uploading import checked, send
from tests.support.clients.variants import VARIANTS
from tests.support.people.people import Person

CASES = {**KINDS, **VARIANTS}

SHOW = """
(async () => {
  const shown = async (url, type) => {
    if (/^(audio|video)/.test(type)) {
      const media = document.createElement(type.slice(0, 5));
      media.muted = true;
      const loaded = new Promise((done) => {
        media.onloadeddata = () => done(true);
        media.onerror = () => done(false);
      });
      media.preload = "auto";
      media.src = url;
      if (!(await loaded)) return null;
      return [media.videoWidth || 0, media.videoHeight || 0, Math.round(media.duration * 10)];
    }
    const image = new Image();
    image.src = url;
    await new Promise((done) => { image.onload = image.onerror = done; });
    if (!image.naturalWidth) return null;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 24;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 24, 24);
    return [image.naturalWidth, image.naturalHeight, ...context.getImageData(0, 0, 24, 24).data];
  };
  const out = {};
  for (const [name, type, urls] of FILES) {
    out[name] = [];
    for (const url of urls) out[name].push(await shown(url, type));
  }
  return out;
})()
"""


@pytest.mark.parametrize("name", CASES)
def test_a_file_gets_the_answer_of_the_table(alice: Person, name: str) -> None:
    case = CASES[name]
    media = checked(alice, case.make(), case.declared)
    if case.preview is None:
        assert (media["status"], media["reason"]) == ("rejected", case.answer), media.text
        assert storage.head(f"quarantine/{alice.tenant_id}/{media['id']}") is None
        return
    assert (media["status"], media["content_type"], media["preview"]) == ("ready", case.answer, case.preview), (
        media.text
    )
    assert (media["reason"] is not None) == (case.preview == FAILED)
    assert bool(media["thumbnails"]) == (case.preview == PICTURE)


def _fetched(person: Person, media_id: str, variant: str = "original") -> bytes:
    return send("GET", str(person.get(f"/v1/download/{media_id}/signed", variant=variant)["url"])).body


def _data_url(content_type: str, body: bytes) -> str:
    return f"data:{content_type};base64,{base64.b64encode(body).decode()}"


def _shown(page: chromium.Page, files: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    return dict(page.evaluate(SHOW.replace("FILES", json.dumps(files))))


def _difference(one: list[int], other: list[int]) -> float:
    return sum(abs(a - b) for a, b in zip(one[2:], other[2:], strict=True)) / (len(one) - 2)


_KNOWN_TO_CHROMIUM = {"application/ogg": "audio/ogg", "audio/opus": "audio/ogg"}


def _seen(case: Case) -> bool:
    return case.declared.startswith(("image/", "audio/", "video/")) or case.shown


@pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")
@pytest.mark.parametrize("cases", [KINDS, VARIANTS], ids=["kinds", "variants"])
def test_nothing_that_chromium_shows_is_destroyed_or_looks_different(
    alice: Person, tmp_path: Path, cases: dict[str, Case]
) -> None:
    seen = [case for case in cases.values() if _seen(case)]
    with chromium.page(tmp_path / "profile", "about:blank") as page:
        problems = {case.name: _problems(alice, page, case) for case in seen}
    assert not {name: each for name, each in problems.items() if each}


def _is_same(before: list[int], after: list[int] | None) -> bool:
    """Of a film in fragments the browser reckons the duration from what it has loaded: a tenth of a second."""
    if after is not None and len(before) == len(after) == 3:
        return before[:2] == after[:2] and abs(before[2] - after[2]) <= 1
    return before == after


def _problems(alice: Person, page: chromium.Page, case: Case) -> list[str]:
    """What Chromium shows of a file otherwise than the table says, or otherwise once it is delivered."""
    body = case.make()
    kind = case.answer if "/" in case.answer else case.declared
    urls = [_data_url(_KNOWN_TO_CHROMIUM.get(case.declared, case.declared) or case.answer, body)]
    media = checked(alice, body, case.declared) if case.shown else None
    if media is not None:
        if media["status"] != "ready":
            return ["it is destroyed"]
        urls.append(_data_url(media["content_type"], _fetched(alice, media["id"])))
        if media["thumbnails"] and kind.startswith("image/"):
            urls.append(_data_url("image/webp", _fetched(alice, media["id"], "thumb_1024")))
    before, *after = _shown(page, [(case.name, kind, urls)])[case.name]
    found = []
    if (before is not None) != case.shown and case.preview is not None:
        return [f"the browser shows {before}"]
    if media is not None and not _is_same(before, after[0]):
        found.append("the original looks different")
    if len(after) > 1 and "cut" not in case.name and "108" not in case.name:
        same = after[1] is not None and _difference(before, after[1]) < 6
        found += [] if same else ["the thumbnail looks different"]
    size = [media["width"], media["height"]] if media is not None else [None]
    if size[0] and kind.startswith(("image/", "video/")) and before[:2] != size:
        found.append(f"its size is {before[:2]}")
    return found
