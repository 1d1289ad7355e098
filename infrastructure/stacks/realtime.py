"""The WebSocket API: its authorizer, its routes with a function each, and the sweeper of expired connections."""

from dataclasses import replace
from typing import cast

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk.aws_apigatewayv2_integrations import WebSocketLambdaIntegration
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.domain import ApiDomain
from infrastructure.constructs.function import Function, construct_name
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.sockets import SocketApi
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.realtime import SOCKET_AUTHORIZER, SOCKET_FUNCTIONS, SWEEPER
from infrastructure.triggered.triggered import SocketRoutes, Triggered

STAGE = "v1"
CONNECT = "$connect"


class RealtimeStack(Stack):
    """`resources` are the given ones with the WebSocket API, for functions of other stacks that send frames."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-sockets",
            description=f"Parley {settings.stage}: the WebSocket API",
            env={"region": settings.region},
        )
        self._settings = settings
        self._package = Package(self, "realtime", settings.target)
        self._api = apigateway.WebSocketApi(
            self,
            "Api",
            api_name=f"{settings.prefix}-sockets",
            description=f"Parley {settings.stage}: realtime",
            route_selection_expression="$request.body.action",
        )
        stage = apigateway.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self._api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=settings.throttle.rate, burst_limit=settings.throttle.burst
            ),
        )
        reason = "Each function logs its line; access logs of WebSocket APIs need a role set for the whole account."
        acknowledge(stage, {"AwsSolutions-APIG1": reason})
        sockets = SocketApi(
            self._api.api_id,
            STAGE,
            stage.callback_url,
            self.format_arn(
                service="execute-api", resource=self._api.api_id, resource_name=f"{STAGE}/*/@connections/*"
            ),
            stage.url,
        )
        self.resources = replace(resources, sockets=sockets)
        authorizer = self._authorizer()
        for each in SOCKET_FUNCTIONS:
            self._route(each, authorizer)
        rule = events.Rule(
            self, "EveryMinute", schedule=events.Schedule.rate(Duration.minutes(SWEEPER.trigger.minutes))
        )
        rule.add_target(targets.LambdaFunction(self._function(SWEEPER).live))
        CfnOutput(self, "SocketApiId", value=self._api.api_id)
        domain = settings.domain
        if domain:
            made = cast("apigateway.CfnStage", stage.node.default_child)
            ApiDomain(self, domain.sockets, domain.certificate, api_id=self._api.api_id, stage=made, output="Socket")
        CfnOutput(self, "SocketUrl", value=f"wss://{domain.sockets}" if domain else stage.url)

    def _route(
        self, socket_function: Triggered[SocketRoutes], authorizer: apigateway.IWebSocketRouteAuthorizer
    ) -> None:
        function = self._function(socket_function)
        for key in socket_function.trigger.keys:
            name = "".join(part.capitalize() for part in key.strip("$").split("."))
            answers = self._settings.features.route_responses and (not key.startswith("$") or key == "$default")
            route = self._api.add_route(
                key,
                integration=WebSocketLambdaIntegration(f"{name}Integration", function.live),
                authorizer=authorizer if key == CONNECT else None,
                return_response=True if answers else None,
            )
            if key != CONNECT:
                reason = "Only $connect can have an authorizer; what it says comes with every frame."
                acknowledge(route, {"AwsSolutions-APIG4": reason})

    def _function(self, declared: Deployed) -> Function:
        return Function(
            self,
            construct_name(declared.endpoint),
            declared,
            package=self._package,
            resources=self.resources,
            settings=self._settings,
        )

    def _authorizer(self) -> apigateway.IWebSocketRouteAuthorizer:
        """It is asked whatever the handshake carries: the token may be a parameter or a subprotocol."""
        function = self._function(SOCKET_AUTHORIZER)
        authorizer = apigateway.CfnAuthorizer(
            self,
            "TokenAuthorizer",
            api_id=self._api.api_id,
            authorizer_type="REQUEST",
            identity_source=[],
            name="token",
            authorizer_uri=(
                f"arn:{self.partition}:apigateway:{self.region}:lambda:path"
                f"/2015-03-31/functions/{function.live.function_arn}/invocations"
            ),
        )
        function.live.add_permission(
            "Api",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=self.format_arn(
                service="execute-api",
                resource=self._api.api_id,
                resource_name=f"authorizers/{authorizer.ref}",
            ),
        )
        return apigateway.WebSocketAuthorizer.from_web_socket_authorizer_attributes(
            self, "Imported", authorizer_id=authorizer.ref, authorizer_type="CUSTOM"
        )
