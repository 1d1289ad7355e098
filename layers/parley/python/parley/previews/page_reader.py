"""The process in which a page is read: `python -m parley.previews.page_reader <bytes of memory> <cpu seconds>`.

It reads a line of JSON (where the page is from, and its `Content-Type`) and then the page from standard input, and
writes what the page says of itself as JSON: OpenGraph's properties first, then Twitter's, then HTML's own.
"""

import codecs
import json
import re
import resource
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

MOST = {"title": 200, "description": 300, "site_name": 80}
"""Characters that are kept of each."""
MOST_IMAGE_URL = 512
SAYING = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description", "description"),
    "site_name": ("og:site_name", "application-name"),
    "image_url": ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 1024
"""Where HTML looks for a charset."""
_TEXT_CHARSETS = re.compile(
    r"utf-?8|utf-?16(le|be)?|iso-?8859-\d{1,2}|(windows|cp)-?125\d|koi8-[ru]|shift[_-]jis|sjis|windows-31j|euc-(jp|kr)|"
    r"iso-2022-jp|gb2312|gbk|gb18030|big5(-hkscs)?|us-ascii|ascii|latin-?1|macintosh|windows-874|tis-620"
)
"""The encodings of the web. Python knows others, of which some take long and some are none of text."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def decoded(body: bytes, content_type: str) -> str:
    """The page as text, by its byte order mark, its header or its own word; what is not of the charset is replaced."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, errors="replace")
    for said in (content_type, body[:_HEAD_BYTES].decode("latin-1")):
        found = _CHARSET.search(said)
        name = found[1].lower() if found else ""
        if _TEXT_CHARSETS.fullmatch(name):
            name = "cp1252" if name in {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii"} else name
            try:
                return body.decode(name, errors="replace")
            except LookupError:
                continue
    return body.decode("utf-8", errors="replace")


def facts_of(page: str, url: str) -> dict[str, str | None]:
    """What the page says of itself. Without a title there is nothing to show."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, huge_tree=False)
    root = etree.fromstring(page.encode("utf-8", errors="replace"), parser)
    if root is None:
        return {}
    said = _said(root.iter("meta"))
    facts: dict[str, str | None] = {}
    for name, most in MOST.items():
        facts[name] = _shown((said[key] for key in SAYING[name] if key in said), most)
    facts["title"] = facts["title"] or _shown(("".join(each.itertext()) for each in root.iter("title")), MOST["title"])
    facts["image_url"] = _image(url, (said[key] for key in SAYING["image_url"] if key in said))
    return facts


def _said(metas: Iterable[Any]) -> dict[str, str]:
    said: dict[str, str] = {}
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        content = meta.get("content")
        if name and content and name not in said:
            said[name] = content
    return said


def _shown(texts: Iterable[str], most: int) -> str | None:
    """The first of these texts that says something, on one line."""
    for text in texts:
        line = " ".join(_NOT_SHOWN.sub(" ", text[: most * 20]).split())
        if line:
            return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
    return None


def _image(url: str, places: Iterable[str]) -> str | None:
    for place in places:
        try:
            found = urljoin(url, place.strip())
            scheme = urlsplit(found).scheme
        except ValueError:
            continue
        if scheme in {"http", "https"} and len(found) <= MOST_IMAGE_URL:
            return found
    return None


def main() -> int:
    memory, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    first, _, body = sys.stdin.buffer.read().partition(b"\n")
    said = json.loads(first)
    sys.stdout.write(json.dumps(facts_of(decoded(body, said["content_type"]), said["url"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
