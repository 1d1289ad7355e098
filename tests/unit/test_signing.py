"""Signatures against AWS's Signature Version 4 test suite (its cases of POST to `/`), and against botocore's."""

from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from parley.tables.credentials import Frozen
from parley.tables.signing import Signer

CREDENTIALS = Frozen("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
HEADERS = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
FORM = "application/x-www-form-urlencoded"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
    "x7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
    "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)


@pytest.mark.parametrize(
    ("name", "more", "body", "signature"),
    [
        ("post-vanilla", {}, b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "post-header-key-sort",
            {"my-header1": "value1"},
            b"",
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        ),
        (
            "post-header-value-case",
            {"my-header1": "VALUE1"},
            b"",
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        ),
        (
            "post-x-www-form-urlencoded",
            {"content-type": FORM},
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "post-x-www-form-urlencoded-parameters",
            {"content-type": f"{FORM}; charset=utf8"},
            b"Param1=value1",
            "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        ),
        (
            "post-sts-header-before",
            {"x-amz-security-token": TOKEN},
            b"",
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        ),
    ],
)
def test_the_suite(name: str, more: dict[str, str], body: bytes, signature: str) -> None:
    signer = Signer("us-east-1", "service")
    headers = dict(sorted((HEADERS | more).items()))
    for _ in range(2):  # the second time with the key that was kept
        told = signer.authorization(headers, body, CREDENTIALS)
        assert told == (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            f"SignedHeaders={';'.join(headers)}, Signature={signature}"
        ), name


def test_the_key_is_another_on_another_day_and_for_another_secret() -> None:
    signer, headers = Signer("us-east-1", "dynamodb"), dict(HEADERS)
    first = signer.authorization(headers, b"", CREDENTIALS)
    other = signer.authorization(headers, b"", Frozen("AKIDEXAMPLE", "another"))
    later = signer.authorization(headers | {"x-amz-date": "20150831T000000Z"}, b"", CREDENTIALS)
    assert len({told.rpartition("=")[2] for told in (first, other, later)}) == 3
    assert signer.authorization(headers, b"", CREDENTIALS) == first


NAMES = st.text("abcXYZ09-_.~, *é/+&=% ", min_size=1, max_size=8)
PATHS = st.lists(NAMES.filter(lambda name: name.strip(".")), max_size=3).map(
    lambda names: "/" + "/".join(quote(name, safe=",*") for name in names)
)


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]),
    PATHS,
    st.dictionaries(NAMES, NAMES, max_size=4),
    st.binary(max_size=20),
)
def test_a_request_of_any_form_is_signed_as_by_botocore(
    method: str, path: str, asked: dict[str, str], body: bytes
) -> None:
    query = urlencode(asked, quote_via=quote)
    url = f"https://{HEADERS['host']}{path}{'?' * bool(query)}{query}"
    theirs = AWSRequest(method, url, dict(HEADERS), body)
    theirs.context["timestamp"] = HEADERS["x-amz-date"]
    auth = SigV4Auth(BotoCredentials(CREDENTIALS.access_key, CREDENTIALS.secret_key), "es", "us-east-1")
    told = auth.signature(auth.string_to_sign(theirs, auth.canonical_request(theirs)), theirs)
    ours = Signer("us-east-1", "es").authorization(HEADERS, body, CREDENTIALS, method=method, path=path, query=query)
    assert ours.rpartition("=")[2] == told
