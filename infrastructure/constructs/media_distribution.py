"""The CloudFront distribution of media, and the key pair that signs for it."""

from aws_cdk import CfnOutput, CustomResource, Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function, using
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Cdn, Resources
from infrastructure.constructs.retention import removal_policy
from infrastructure.names import secret_name
from infrastructure.settings import Settings
from infrastructure.triggered.media import MAKE_SIGNING_KEY
from infrastructure.uses.use import Given, Statement

CDN_LOGS = "cdn/"
DOWNLOAD_PARAMETERS = "response-content-disposition"
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""For a file that a page shows in a frame: it runs nothing, fetches nothing and belongs to no origin. The browser's own
viewers of pictures, films, texts and PDFs need no more."""


class MediaDistribution(Construct):
    """Signed requests alone, each object for as long as its name is its content's. Functions sign with `cdn`."""

    def __init__(
        self, scope: Construct, bucket: s3.IBucket, logs: s3.IBucket | None, *, resources: Resources, settings: Settings
    ) -> None:
        super().__init__(scope, "Delivery")
        self._settings = settings
        secret = secretsmanager.Secret(
            self,
            "SigningKey",
            secret_name=secret_name(self._settings.stage, "media-signing-key"),
            description='{"private_key": PEM, "private_key_2": PEM}: sign for the key group of the media distribution',
            encryption_key=resources.key,
            removal_policy=removal_policy(settings),
        )
        reason = "CloudFront must learn a new key before the old one goes: `-c media_keys` rotates it."
        acknowledge(secret, {"AwsSolutions-SMG4": reason})
        public_keys = self._public_keys(secret, resources)
        named = settings.worldwide("media")
        group = cloudfront.KeyGroup(self, "KeyGroup", key_group_name=named, items=[*public_keys.values()])
        access = cloudfront.S3OriginAccessControl(self, "Access", origin_access_control_name=named)
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Parley {self._settings.stage}: media",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(bucket, origin_access_control=access),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
                trusted_key_groups=[group],
                cache_policy=self._cache_policy(),
                response_headers_policy=self._headers_policy(),
                compress=False,
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            log_bucket=logs,
            log_file_prefix=CDN_LOGS,
            log_includes_cookies=False,
        )
        acknowledge(
            distribution,
            {
                "AwsSolutions-CFR1": "Users are wherever their tenant is; its tokens say who may read.",
                "AwsSolutions-CFR2": "Every request carries a signature of ours, and can only read one object.",
                "AwsSolutions-CFR4": "It answers on CloudFront's own name, whose certificate sets the protocol.",
            },
        )
        signing = settings.media_keys.signing
        url, key_id = f"https://{distribution.distribution_domain_name}", public_keys[signing].public_key_id
        self.cdn = Cdn(url, key_id, _numbered("private_key", signing), secret)

    def _public_keys(self, secret: secretsmanager.Secret, resources: Resources) -> dict[int, cloudfront.PublicKey]:
        """The public halves of the trusted pairs, which a function of the stack makes one after the other.

        So nobody ever holds a private key. Each id is an output, used or not, by which an operator tells them apart.
        """
        function = self._maker(secret, resources)
        found: dict[int, cloudfront.PublicKey] = {}
        before: CustomResource | None = None
        for number in self._settings.media_keys.trusted:
            made = CustomResource(
                self,
                _numbered("KeyPair", number, ""),
                service_token=function.function.function_arn,
                resource_type="Custom::MediaSigningKey",
                service_timeout=Duration.seconds(2 * MAKE_SIGNING_KEY.timeout),
                properties={"secret": secret.secret_arn, "name": _numbered("private_key", number)},
            )
            if before is not None:
                made.node.add_dependency(before)
            before = made
            key = cloudfront.PublicKey(
                self,
                _numbered("PublicKey", number, ""),
                public_key_name=self._settings.worldwide(f"media-{number}"),
                encoded_key=made.get_att_string("public_key"),
            )
            CfnOutput(self, _numbered("KeyId", number, ""), value=key.public_key_id)
            found[number] = key
        return found

    def _maker(self, secret: secretsmanager.Secret, resources: Resources) -> Function:
        package = Package(self, "media", self._settings.target)
        allowed = [Statement(("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"), (secret.secret_arn,))]
        if resources.key is not None:
            via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{self._settings.region}.amazonaws.com"}}
            allowed.append(Statement(("kms:Decrypt", "kms:GenerateDataKey"), (resources.key.key_arn,), via))
        return Function(
            self,
            "MakeSigningKey",
            using(MAKE_SIGNING_KEY, Given(tuple(allowed))),
            package=package,
            resources=resources,
            settings=self._settings,
        )

    def _cache_policy(self) -> cloudfront.CachePolicy:
        """The disposition is part of what is asked for; the rest of the query is the signature's and the log's."""
        return cloudfront.CachePolicy(
            self,
            "CachePolicy",
            comment="Parley media: as long as the object says",
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list(DOWNLOAD_PARAMETERS),
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.days(1),
            max_ttl=Duration.days(365),
        )

    def _headers_policy(self) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "HeadersPolicy",
            response_headers_policy_name=self._settings.worldwide("media"),
            comment="Parley media: never sniffed, never a page",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=POLICY, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), include_subdomains=True, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(
                        header="Cross-Origin-Resource-Policy", value="cross-origin", override=True
                    )
                ]
            ),
            cors_behavior=self._cors(),
        )

    def _cors(self) -> cloudfront.ResponseHeadersCorsBehavior:
        """Scripts may read what they have a URL for, wherever they are from: no cookie and no name opens anything here.

        Named origins would refuse a script that follows a redirect, whose origin is `null` from then on.
        """
        return cloudfront.ResponseHeadersCorsBehavior(
            access_control_allow_credentials=False,
            access_control_allow_headers=["Range", "If-Range"],
            access_control_allow_methods=["GET", "HEAD"],
            access_control_allow_origins=["*"],
            access_control_expose_headers=["ETag", "Accept-Ranges", "Content-Range", "Content-Length"],
            origin_override=True,
        )


def _numbered(name: str, number: int, sign: str = "_") -> str:
    """The first has the bare name: it was there before there could be others."""
    return name if number == 1 else f"{name}{sign}{number}"
