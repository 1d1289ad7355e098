"""Names of one's own for the API and its sockets, by setting."""

import re

import pytest

from infrastructure.settings import InvalidContext, Settings
from tests.infrastructure.conftest import Assembly, synthesize

NAME = "chat.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0c0ffee0"
DOMAIN, MAPPING, STAGE = (f"AWS::ApiGatewayV2::{each}" for each in ("DomainName", "ApiMapping", "Stage"))


@pytest.fixture(scope="module")
def named() -> Assembly:
    return synthesize("dev", domain=NAME, certificate=CERTIFICATE)


@pytest.mark.parametrize(
    ("stack", "output", "url"),
    [("api", "Api", f"https://{NAME}"), ("sockets", "Socket", f"wss://sockets.{NAME}")],
)
def test_each_api_has_its_name(stack: str, output: str, url: str, named: Assembly) -> None:
    ((domain_id, domain),) = named.resources(DOMAIN, stack).items()
    assert domain["DomainName"] == url.partition("://")[2]
    (configuration,) = domain["DomainNameConfigurations"]
    assert configuration == {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    ((key, mapping),) = named.resources(MAPPING, stack).items()
    ((stage_id, stage),) = named.resources(STAGE, stack).items()
    assert mapping["DomainName"] == {"Ref": domain_id.partition("/")[2]}
    assert mapping["ApiId"] == stage["ApiId"]
    assert mapping["Stage"] == {"Ref": stage_id.partition("/")[2]}
    assert "ApiMappingKey" not in mapping, "what clients call is the API's own paths"
    assert named.templates[stack]["Resources"][key.partition("/")[2]]["DependsOn"] == [stage_id.partition("/")[2]]
    outputs = named.templates[stack]["Outputs"]
    assert outputs[f"{output}Url"]["Value"] == url
    assert {f"{output}Target", f"{output}TargetZone"} <= set(outputs)


def test_no_one_goes_past_the_name(named: Assembly, dev: Assembly) -> None:
    (api,) = named.resources("AWS::ApiGatewayV2::Api", "api").values()
    assert api["DisableExecuteApiEndpoint"] is True
    (unnamed,) = dev.resources("AWS::ApiGatewayV2::Api", "api").values()
    assert not unnamed.get("DisableExecuteApiEndpoint", False)


def test_functions_answer_connections_by_api_gateways_own_address(named: Assembly) -> None:
    """The management API has none of the names."""
    (sockets,) = named.resources("AWS::ApiGatewayV2::Api", "sockets").values()
    assert "DisableExecuteApiEndpoint" not in sockets
    urls = [
        variables["SOCKET_MANAGEMENT_URL"]
        for each in named.resources("AWS::Lambda::Function").values()
        if "SOCKET_MANAGEMENT_URL" in (variables := each["Environment"]["Variables"])
    ]
    assert urls
    assert all("execute-api" in str(url) and NAME not in str(url) for url in urls)


def test_without_a_name_there_is_none(dev: Assembly, prod: Assembly) -> None:
    for assembly in (dev, prod):
        assert assembly.resources(DOMAIN) == {}
        assert "example.com" not in str(assembly.templates["api"]["Outputs"]["ApiUrl"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"domain": NAME}, "one needs the other"),
        ({"certificate": CERTIFICATE}, "one needs the other"),
        ({"domain": NAME, "certificate": CERTIFICATE, "region": "eu-west-1"}, "must be one of ACM in eu-west-1"),
        ({"domain": NAME, "certificate": "arn:aws:iam::123456789012:server-certificate/x"}, "must be one of ACM"),
        ({"domain": "https://chat.example.com", "certificate": CERTIFICATE}, "is no domain name"),
        ({"domain": "Chat.example.com", "certificate": CERTIFICATE}, "is no domain name"),
        ({"domain": NAME, "certificate": CERTIFICATE, "socket_domain": NAME}, "the API has that name"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_the_deploy(given: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidContext, match=re.escape(said)):
        Settings.from_context(({"stage": "dev"} | given).get)


def test_sockets_may_have_any_other_name() -> None:
    given = {"stage": "dev", "domain": NAME, "certificate": CERTIFICATE, "socket_domain": "live.example.com"}
    found = Settings.from_context(given.get).domain
    assert found is not None
    assert (found.api, found.sockets) == (NAME, "live.example.com")
    assert Settings.from_context((given | {"stage": "local"}).get).domain is None
