"""The stacks of media: what is private stays so, uploads are bound, and the emulator is asked for what it has."""

import json
from typing import Any

import pytest

from infrastructure.settings import InvalidContext, MediaKeys
from infrastructure.triggered import media
from tests.infrastructure.conftest import Assembly, synthesize


@pytest.fixture(scope="module")
def local() -> Assembly:
    return synthesize("local")


def _only(assembly: Assembly, kind: str, stack: str = "media-storage") -> dict[str, Any]:
    (found,) = assembly.resources(kind, stack).values()
    return found


def _bucket(assembly: Assembly) -> dict[str, Any]:
    buckets = assembly.resources("AWS::S3::Bucket", "media-storage").values()
    (bucket,) = (each for each in buckets if "QueueConfigurations" in each.get("NotificationConfiguration", {}))
    return bucket


def test_buckets_are_private_encrypted_and_tls_only(dev: Assembly) -> None:
    buckets = dev.resources("AWS::S3::Bucket", "media-storage")
    assert len(buckets) == 2
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketEncryption" in bucket
    for policy in dev.resources("AWS::S3::BucketPolicy", "media-storage").values():
        statements = policy["PolicyDocument"]["Statement"]
        assert any(each.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}} for each in statements)


def test_browsers_may_upload_and_read_the_etag(dev: Assembly) -> None:
    uploads, reads = _bucket(dev)["CorsConfiguration"]["CorsRules"]
    assert set(uploads["AllowedMethods"]) == {"PUT", "POST"}
    assert "ETag" in uploads["ExposedHeaders"]
    assert (set(reads["AllowedMethods"]), reads["AllowedOrigins"]) == ({"GET", "HEAD"}, ["*"])


def test_no_page_may_upload_where_no_origin_is_named(prod: Assembly) -> None:
    (reads,) = _bucket(prod)["CorsConfiguration"]["CorsRules"]
    assert set(reads["AllowedMethods"]) == {"GET", "HEAD"}


def test_what_is_left_in_quarantine_goes_by_itself(dev: Assembly) -> None:
    rules = {rule["Id"]: rule for rule in _bucket(dev)["LifecycleConfiguration"]["Rules"]}
    assert rules["unfinished"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
    assert (rules["unchecked"]["Prefix"], rules["unchecked"]["ExpirationInDays"]) == ("quarantine/", 2)


def test_production_keeps_versions_of_what_is_overwritten(prod: Assembly) -> None:
    assert _bucket(prod)["VersioningConfiguration"] == {"Status": "Enabled"}


def test_a_key_that_is_rotated_leaves_earlier_ones_trusted_and_exported(rotated: Assembly) -> None:
    """Three have been made, the second signs: a deploy may change to the third, and URLs of the first still open."""
    keys = {name.rpartition("/")[2] for name in rotated.resources("AWS::CloudFront::PublicKey")}
    group = _only(rotated, "AWS::CloudFront::KeyGroup")["KeyGroupConfig"]["Items"]
    assert {each["Ref"] for each in group} == keys
    assert len(keys) == 3
    pairs = [rotated.templates["media-storage"]["Resources"][name] for name in _in_order(rotated)]
    assert [pair["Properties"]["name"] for pair in pairs] == ["private_key", "private_key_2", "private_key_3"]
    exported = json.dumps(rotated.templates["media-storage"]["Outputs"])
    assert all(f'{{"Ref": "{key}"}}' in exported for key in keys)
    variables = rotated.function("media", "download")["Environment"]["Variables"]
    assert variables["MEDIA_CDN_KEY_NAME"] == "private_key_2"


def _in_order(assembly: Assembly) -> list[str]:
    """The pairs as CloudFormation makes them: each waits for the one before it."""
    stack = assembly.templates["media-storage"]["Resources"]
    waits = {
        name: {each for each in resource.get("DependsOn", []) if stack[each]["Type"] == "Custom::MediaSigningKey"}
        for name, resource in stack.items()
        if resource["Type"] == "Custom::MediaSigningKey"
    }
    assert sorted(map(len, waits.values())) == [0, 1, 1]
    ordered: list[str] = []
    while len(ordered) < len(waits):
        ordered += [name for name, before in waits.items() if name not in ordered and before <= set(ordered[-1:])]
    return ordered


@pytest.mark.parametrize(
    ("made", "signing", "trusted"),
    [(None, None, [1]), ("2", "1", [1, 2]), ("5", None, [1, 2, 3, 4, 5]), ("7", "6", [3, 4, 5, 6, 7])],
)
def test_the_newest_five_keys_are_trusted(made: str | None, signing: str | None, trusted: list[int]) -> None:
    keys = MediaKeys.named(made, signing)
    assert list(keys.trusted) == trusted
    assert keys.signing == int(signing or made or 1)


@pytest.mark.parametrize(("made", "signing"), [("1", "2"), ("7", "2"), ("0", "1"), ("-1", None), ("2", "-1")])
def test_a_key_that_is_not_trusted_signs_nothing(made: str, signing: str | None) -> None:
    with pytest.raises(InvalidContext):
        MediaKeys.named(made, signing)


def test_cloudfront_reads_with_a_signature_and_never_from_quarantine(dev: Assembly) -> None:
    behavior = _only(dev, "AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
    assert behavior["TrustedKeyGroups"]
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert _only(dev, "AWS::CloudFront::OriginAccessControl")
    headers = _only(dev, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    assert headers["SecurityHeadersConfig"]["ContentTypeOptions"] == {"Override": True}
    policy = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]
    assert policy["Override"]
    directives = {each.strip() for each in policy["ContentSecurityPolicy"].split(";")}
    assert {"default-src 'none'", "sandbox"} <= directives
    assert headers["CorsConfig"]["AccessControlAllowOrigins"]["Items"] == ["*"]
    assert not headers["CorsConfig"]["AccessControlAllowCredentials"]
    statements = [
        statement
        for policy in dev.resources("AWS::S3::BucketPolicy", "media-storage").values()
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    (denied,) = (each for each in statements if each.get("Sid") == "NothingUnchecked")
    assert (denied["Effect"], denied["Action"]) == ("Deny", "s3:GetObject")


def test_guardduty_looks_at_quarantine_alone(dev: Assembly) -> None:
    plan = _only(dev, "AWS::GuardDuty::MalwareProtectionPlan")
    assert plan["ProtectedResource"]["S3Bucket"]["ObjectPrefixes"] == ["quarantine/"]
    assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}
    check = dev.function("media", "process_upload")
    assert check["Environment"]["Variables"]["MEDIA_SCANNER"] == "guardduty"


def test_checks_that_fail_go_to_a_dead_letter_queue(dev: Assembly) -> None:
    queues = {each["QueueName"]: each for each in dev.resources("AWS::SQS::Queue", "media-storage").values()}
    uploads = queues["parley-dev-media-uploads"]
    assert uploads["RedrivePolicy"]["maxReceiveCount"] == 5
    assert uploads["VisibilityTimeout"] >= 6 * dev.function("media", "process_upload")["Timeout"]
    mapping = _only(dev, "AWS::Lambda::EventSourceMapping", "media-pipeline")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_uploads_role_may_write_to_quarantine_and_nothing_else(dev: Assembly) -> None:
    policies = dev.resources("AWS::IAM::Policy", "media-storage")
    (policy,) = (each for name, each in policies.items() if name.startswith("media-storage/Uploader"))
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"]["Fn::Join"][1][-1].endswith("/quarantine/*")


def test_the_functions_behind_the_api_never_read_what_is_not_checked(dev: Assembly) -> None:
    for endpoint in ("download", "sign_download", "sign_downloads", "stream"):
        for statement in dev.statements("media", endpoint):
            assert "s3:GetObject" not in statement["Action"]


def test_every_job_is_deployed(dev: Assembly) -> None:
    for each in media.FUNCTIONS:
        assert dev.function("media", each.endpoint)["Handler"] == f"{each.endpoint}.handler"


def test_the_local_stage_leaves_out_what_the_emulator_lacks(local: Assembly) -> None:
    kinds = {resource["Type"] for resource in local.templates["media-storage"]["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith(("AWS::CloudFront", "AWS::GuardDuty"))}
    assert local.function("media", "process_upload")["Environment"]["Variables"]["MEDIA_SCANNER"] == "none"
