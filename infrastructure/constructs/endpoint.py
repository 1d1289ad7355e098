"""A route of the HTTP API and the Lambda function that answers it."""

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function, construct_name
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.routes import Route
from infrastructure.settings import Settings


class Endpoint(Construct):
    def __init__(
        self,
        scope: Construct,
        route: Route,
        *,
        api: apigateway.IHttpApi,
        authorizer: apigateway.IHttpRouteAuthorizer,
        package: Package,
        resources: Resources,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_name(route.endpoint))
        self.function = Function(self, "Function", route, package=package, resources=resources, settings=settings)
        http_route = apigateway.HttpRoute(
            self,
            "Route",
            http_api=api,
            route_key=apigateway.HttpRouteKey.with_(route.path, apigateway.HttpMethod[route.method]),
            integration=HttpLambdaIntegration("Integration", self.function.live),
            authorizer=None if route.public else authorizer,
        )
        if route.public:
            acknowledge(http_route, {"AwsSolutions-APIG4": f"{route.method} {route.path} needs no token, by contract."})
