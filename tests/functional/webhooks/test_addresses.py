"""Where webhooks are not sent to, whatever a name gives and in whatever form an address comes."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.outbound import addresses, transport
from parley.outbound.addresses import is_public
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Deliveries, Server, certificate, create, log_of, serving

NAME = "hooks.example.com"
PRIVATE = [
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "::",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "ff02::1",
    "2001:db8::1",
]


@pytest.fixture
def listening() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def general_webhook(acme: Workspace, general: str, listening: Server, deliveries: Deliveries) -> dict[str, Any]:
    """A webhook whose name looks public, at the port on which something private listens."""
    made = create(acme.server, f"https://{NAME}:{listening.port}/", "message.created")
    deliveries.changes.take(acme.tenant_id)
    return made


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_not_connected_to(
    alice: Person,
    acme: Workspace,
    general: str,
    listening: Server,
    general_webhook: dict[str, Any],
    deliveries: Deliveries,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("93.184.215.14"), ip_address(address)])
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    (entry,) = log_of(acme.server, general_webhook)
    assert (entry["status"], entry["failure"], entry["response_status"]) == ("failed", "address_refused", None)
    assert listening.received == []
    assert deliveries.waiting == []


@pytest.mark.parametrize("address", PRIVATE)
def test_no_such_address_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "2002:101:101::"]
)
def test_what_is_public_may_be_called(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_what_it_is_in_every_ipv6_form(inner: IPv4Address) -> None:
    number = int(inner)
    forms = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    for form in forms:
        assert not is_public(IPv6Address(form)) or is_public(inner)
    assert is_public(IPv6Address(0xFFFF << 32 | number)) == is_public(inner)
    if inner.is_private or inner.is_multicast or inner.is_loopback:
        assert not is_public(inner)


def test_the_connection_goes_to_the_checked_address_with_the_name_in_tls_and_host(
    local_stage: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, *_: Any) -> list[Any]:
        asked.append(host)
        return [ip_address("127.0.0.1")]

    monkeypatch.setattr(addresses, "ask_system", resolve)
    server_context, client_context = certificate(tmp_path, NAME)
    monkeypatch.setattr(transport, "tls", lambda: client_context)
    with serving(server_context) as server:
        outcome = transport.post(f"https://{NAME}:{server.port}/a?b=c", b"{}", {})
        assert (outcome.status, outcome.shown) == (200, "ok")
        (received,) = server.received
        assert (received.path, received.headers["host"]) == ("/a?b=c", f"{NAME}:{server.port}")
        assert server.names == [NAME]
        assert asked == [NAME], "the name is resolved once"
        other = transport.post(f"https://other.example.com:{server.port}/", b"{}", {})
        assert other.failure == "tls_failed", "the certificate is another name's"


@pytest.mark.parametrize("answers", [1, 2, 3])
def test_another_address_is_tried_where_one_does_not_answer(
    local_stage: None, monkeypatch: pytest.MonkeyPatch, answers: int
) -> None:
    asked: list[str] = []
    found = [ip_address(f"127.0.0.{number}") for number in (2, 3, 4)]
    found[answers - 1] = ip_address("127.0.0.1")

    def resolve(host: str, *_: Any) -> list[Any]:
        asked.append(host)
        return found

    monkeypatch.setattr(addresses, "ask_system", resolve)
    with serving() as server:
        outcome = transport.post(f"http://{NAME}:{server.port}/", b"{}", {})
        assert (outcome.status, len(server.received), asked) == (200, 1, [NAME])


def test_a_silent_address_leaves_time_for_the_next(local_stage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    connect = socket.create_connection

    def silent_first(address: tuple[str, int], timeout: float) -> socket.socket:
        shares.append(timeout)
        if len(shares) == 1:
            raise TimeoutError
        return connect(address, timeout)

    monkeypatch.setattr(socket, "create_connection", silent_first)
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("127.0.0.2"), ip_address("127.0.0.1")])
    with serving() as server:
        assert transport.post(f"http://{NAME}:{server.port}/", b"{}", {}).status == 200
    assert shares[0] <= transport.DELIVERY.connect / 2
    assert sum(shares) <= transport.DELIVERY.connect * 1.5


def test_no_more_than_four_addresses_are_tried(local_stage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def refuse(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address(f"127.0.0.{last}") for last in range(1, 100)])
    assert transport.post(f"http://{NAME}/", b"{}", {}).failure == "connection_failed"
    assert tried == ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]


def test_a_server_that_breaks_off_is_not_asked_again_at_its_other_address(
    local_stage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("127.0.0.1"), ip_address("127.0.0.1")])
    with serving() as server:
        server.behave = lambda handler: handler.connection.close()
        assert transport.post(f"http://{NAME}:{server.port}/", b"{}", {}).failure == "connection_failed"
        assert len(server.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    local_stage: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("127.0.0.1")])
    server_context, _ = certificate(tmp_path, NAME)
    with serving(server_context) as server:
        assert transport.post(f"https://{NAME}:{server.port}/", b"{}", {}).failure == "tls_failed"
        assert server.received == []


def test_plain_http_is_for_loopback_alone(local_stage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [ip_address("93.184.215.14")])
    assert transport.post(f"http://{NAME}/", b"{}", {}).failure == "address_refused"


def test_the_systems_shorthands_are_checked_as_addresses() -> None:
    for shorthand in ("127.1", "0x7f000001", "2130706433", "localhost"):
        with pytest.raises(addresses.AddressRefused):
            addresses.resolve(shorthand, 443)


def test_a_name_that_leads_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "ask_system", lambda *_: [])
    assert transport.post(f"https://{NAME}/", b"{}", {}).failure == "name_not_found"
