"""What links may lead to: public addresses alone, in bounded time and size, and pages that are hostile to who reads."""

import gzip
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.messaging.messages.link_previews.shown import MOST_CHARACTERS, MOST_LINKS, links_of
from parley.outbound import addresses
from parley.outbound.documents import Document, NotFetched, checked
from parley.previews import fetching, pages
from parley.previews.fetching import fetch
from parley.previews.pages import PageFacts
from tests.support.people.tenant_servers import answer, drip, flood
from tests.support.people.websites import Website, page, redirect

HTML = frozenset({"text/html"})


def fetched(url: str, *, whole: bool = False, most: int = 10_000) -> Document:
    return fetch(url, HTML, most_bytes=most, whole=whole)


def reason(url: str, **said: bool) -> str:
    with pytest.raises(NotFetched) as refused:
        fetched(url, **said)
    return str(refused.value)


@pytest.mark.parametrize(
    "inside",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://[::ffff:169.254.169.254]/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://[fd00:ec2::254]/",
        "https://metadata.internal/",
        "https://user:secret@example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https:///nowhere",
        "//[bad",
    ],
)
def test_a_redirect_inside_is_not_followed(site: Website, monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    def resolve(host: str, *_: object) -> list[object]:
        return [ip_address("10.1.2.3" if host == "metadata.internal" else host)]

    monkeypatch.setattr(addresses, "ask_system", resolve)
    site.pages["/"] = redirect(inside)
    assert reason(site.url()) in {"address_refused", "no_url"}
    assert len(site.asked()) == 1


def test_a_name_that_changes_its_mind_leads_nowhere_else(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: each request asks once, and connects to what it checked; what is private next time is refused."""
    given = iter([[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]])
    connected: list[str] = []
    real = socket.create_connection

    def connect(address: tuple[str, int], *said: object, **named: object) -> socket.socket:
        connected.append(address[0])
        return real(address, *said, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(addresses, "ask_system", lambda *_: next(given))
    monkeypatch.setattr(socket, "create_connection", connect)
    name = f"http://localhost:{site.server.port}"
    site.pages["/"] = redirect(f"{name}/again")
    site.pages["/again"] = page()
    assert reason(f"{name}/") == "address_refused"
    assert connected == ["127.0.0.1"]


def test_outside_the_local_stage_this_machine_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://127.0.0.1:9/", "https://localhost/", "https://[::1]/"):
        assert reason(url) == "address_refused"
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("127.0.0.1")])
    assert reason("https://looks.example.com/") == "address_refused"


def test_a_link_is_asked_for_by_https_in_ascii_and_without_its_fragment() -> None:
    assert checked("http://example.com/a?b=c#d") == "https://example.com/a?b=c"
    assert checked("http://example.com:80/") == "https://example.com/"
    assert checked("https://bücher.example/größe?q=ä") == "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?q=%C3%A4"
    for url in ("https://example.com:99999/", "https://" + "a" * 70 + ".com/", "https://example.com/" + "x" * 2_100):
        with pytest.raises(NotFetched):
            checked(url)


def test_redirects_are_followed_three_times(site: Website) -> None:
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(5)}
    site.pages["/3"] = page()
    assert fetched(site.url("/0")).url == site.url("/3")
    site.pages["/3"] = redirect("/4")
    assert reason(site.url("/0")) == "too_many_redirects"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (answer(b"{}", 200, **{"Content-Type": "application/json"}), "other_type"),
        (answer(b"<title>x</title>"), "other_type"),
        (page(status=500), "status_500"),
        (
            answer(gzip.compress(b"0" * 10**7), 200, **{"Content-Type": "text/html", "Content-Encoding": "gzip"}),
            "compressed",
        ),
        (redirect(""), "status_302"),
    ],
)
def test_what_is_no_page_is_not_read(
    site: Website, behaviour: Callable[[BaseHTTPRequestHandler], None], why: str
) -> None:
    site.pages["/"] = behaviour
    assert reason(site.url()) == why


def test_a_long_answer_is_read_in_part_and_what_must_be_whole_is_refused(site: Website) -> None:
    site.pages["/"] = page("x" * 50_000)
    assert len(fetched(site.url()).body) == 10_000
    assert reason(site.url(), whole=True) == "too_large"

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    site.pages["/"] = endless
    assert len(fetched(site.url()).body) == 10_000
    site.pages["/"] = flood
    assert reason(site.url()) == "other_type"


def test_a_slow_answer_is_not_waited_for(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    site.pages["/"] = drip
    began = time.monotonic()
    assert reason(site.url()) == "timed_out"
    assert time.monotonic() - began < 5


def read(html: str | bytes, content_type: str = "text/html") -> PageFacts | None:
    body = html.encode() if isinstance(html, str) else html
    return pages.read(Document("https://example.com/a/", content_type, body))


def test_a_page_says_what_it_is() -> None:
    facts = read(
        '<title>plain</title><meta name="description" content="d"><meta name="twitter:title" content="tw">'
        '<meta property="og:image" content="/p.png">'
    )
    assert facts == PageFacts("tw", "d", None, "https://example.com/p.png")
    assert read("<title>  plain\n text &lt;b&gt;</title>") == PageFacts("plain text <b>")
    assert read('<meta property="og:title" content=" "><title>t</title>') == PageFacts("t")
    for nothing in ("", "<p>no title", "<title> </title>", "\x00\x01", "<?xml version='1.0' encoding='x'?>"):
        assert read(nothing) is None
    hostile = read('<title>a\u202eb\x07c</title><meta property="og:image" content="javascript:alert(1)">')
    assert hostile == PageFacts("a b c")


@pytest.mark.parametrize(
    ("charset", "content_type", "head"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=zip", ""),
        ("utf-8", "text/html; charset=punycode", ""),
        ("utf-8", 'text/html; charset="UTF-8"', ""),
        ("iso-8859-1", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", '<meta charset="windows-1252">'),
        ("shift_jis", "text/html; charset=Shift_JIS", ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_a_page_is_read_in_its_charset(charset: str, content_type: str, head: str) -> None:
    title = "日本" if charset == "shift_jis" else "Größe"
    assert read(f"{head}<title>{title}</title>".encode(charset), content_type) == PageFacts(title)


def test_bytes_that_are_not_of_the_charset_are_replaced() -> None:
    assert read(b"<title>a\xff\xfeb</title>", "text/html; charset=utf-8") == PageFacts("a\ufffd\ufffdb")


@pytest.mark.parametrize(
    "piece", ["<!--", "<!", "<", "<a ", "<a b='", "&#", "<?", "</", "<![CDATA[", "<title>", "<div>", "<meta content='"]
)
def test_a_page_that_is_made_to_take_long_does_not(piece: str) -> None:
    began = time.monotonic()
    read(piece * (256 * 1024 // len(piece)))
    assert time.monotonic() - began < pages.WALL_SECONDS + 2


@given(st.text(alphabet="htps:/.()[]<> \"'ab,é日", max_size=300))
def test_links_are_few_short_and_of_the_text(text: str) -> None:
    links = links_of(text)
    assert len(links) == len(set(links)) <= MOST_LINKS
    assert all(link in text and len(link) <= MOST_CHARACTERS for link in links)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a.", ["https://example.com/a"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("<https://example.com>, HTTP://EXAMPLE.com!", ["https://example.com", "HTTP://EXAMPLE.com"]),
        ("https://", []),
        ("**https://example.com/**", ["https://example.com/"]),
        (f"https://example.com/{'x' * 600} https://b.example", ["https://b.example"]),
    ],
)
def test_links_of_a_text(text: str, links: list[str]) -> None:
    assert links_of(text) == links
