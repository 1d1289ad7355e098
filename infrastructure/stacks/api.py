"""The HTTP API with its stage, access log, limits, CORS and authorizer. Its routes come from the service stacks."""

import json
from dataclasses import replace

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from infrastructure.constructs.domain import ApiDomain
from infrastructure.constructs.function import Function
from infrastructure.constructs.log_group import log_group
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.rollout import turning_back as alarm_of_deploys
from infrastructure.cross_origin import REQUEST_HEADERS, RESPONSE_HEADERS
from infrastructure.settings import Settings
from infrastructure.triggered.identity import AUTHORIZER

ACCESS_LOG_FIELDS = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "method": "$context.httpMethod",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "authorizer_latency_ms": "$context.authorizer.latency",
    "response_bytes": "$context.responseLength",
    "tenant_id": "$context.authorizer.tenant_id",
    "source_ip": "$context.identity.sourceIp",
    "error": "$context.error.message",
    "authorizer_error": "$context.authorizer.error",
    "integration_error": "$context.integrationErrorMessage",
}
"""Neither path nor query: both may carry what a user wrote."""

AUTHORIZER_CACHE = Duration.seconds(60)
"""How long a revoked token may still work: API Gateway keeps an answer for each Authorization header."""


class ApiStack(Stack):
    """`resources` are the given ones with the alarm that turns deploys back: this stack is deployed before others."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-api",
            description=f"Parley {settings.stage}: HTTP API and authorizer",
            env={"region": settings.region},
        )
        self._settings = settings
        turning_back = alarm_of_deploys(self, settings) if settings.gradual else None
        self.resources = replace(resources, turning_back=turning_back)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=settings.prefix,
            description=f"Parley {settings.stage}",
            create_default_stage=False,
            disable_execute_api_endpoint=settings.domain is not None,
            cors_preflight=self._cors(),
        )
        stage = self._stage()
        domain = settings.domain
        if domain:
            ApiDomain(self, domain.api, domain.certificate, api_id=self.api.api_id, stage=stage, output="Api")
        authorizer = self._authorizer(self.resources)
        self.authorizer = apigateway.HttpAuthorizer.from_http_authorizer_attributes(
            self, "Imported", authorizer_id=authorizer.authorizer_id, authorizer_type="CUSTOM"
        )
        CfnOutput(self, "ApiId", value=self.api.api_id)
        CfnOutput(self, "ApiUrl", value=f"https://{domain.api}" if domain else self.api.api_endpoint)

    def _cors(self) -> apigateway.CorsPreflightOptions | None:
        if not self._settings.cors_origins:
            return None
        methods = apigateway.CorsHttpMethod
        return apigateway.CorsPreflightOptions(
            allow_origins=list(self._settings.cors_origins),
            allow_methods=[methods.GET, methods.POST, methods.PUT, methods.DELETE],
            allow_headers=REQUEST_HEADERS,
            expose_headers=RESPONSE_HEADERS,
            max_age=Duration.hours(1),
        )

    def _stage(self) -> apigateway.CfnStage:
        logs = log_group(self, "AccessLogs", f"/aws/apigateway/{self._settings.prefix}", self._settings)
        return apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=logs.log_group_arn, format=json.dumps(ACCESS_LOG_FIELDS)
            ),
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=self._settings.throttle.rate,
                throttling_burst_limit=self._settings.throttle.burst,
            ),
        )

    def _authorizer(self, resources: Resources) -> apigateway.HttpAuthorizer:
        package = Package(self, "identity", self._settings.target)
        function = Function(
            self, "Authorizer", AUTHORIZER, package=package, resources=resources, settings=self._settings
        )
        authorizer = apigateway.HttpAuthorizer(
            self,
            "TokenAuthorizer",
            http_api=self.api,
            authorizer_name="token",
            type=apigateway.HttpAuthorizerType.LAMBDA,
            authorizer_uri=(
                f"arn:{self.partition}:apigateway:{self.region}:lambda:path"
                f"/2015-03-31/functions/{function.live.function_arn}/invocations"
            ),
            payload_format_version=apigateway.AuthorizerPayloadVersion.VERSION_2_0,
            enable_simple_responses=True,
            identity_source=["$request.header.Authorization"],
            results_cache_ttl=AUTHORIZER_CACHE,
        )
        function.live.add_permission(
            "Api",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=self.format_arn(
                service="execute-api",
                resource=self.api.api_id,
                resource_name=f"authorizers/{authorizer.authorizer_id}",
            ),
        )
        return authorizer
