"""A route of the HTTP API and the Lambda function that answers it."""

import re

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
    """The function has the endpoint's name, and its route that of what it answers.

    So a function can be renamed in one deploy: the route stays and is pointed at the new one. A route by another name
    would be made before the old one goes, and API Gateway refuses a second one for the same path.
    """

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
            scope,
            route_name(route),
            http_api=api,
            route_key=apigateway.HttpRouteKey.with_(route.path, apigateway.HttpMethod[route.method]),
            integration=HttpLambdaIntegration("Integration", self.function.live),
            authorizer=None if route.public else authorizer,
        )
        if route.public:
            acknowledge(http_route, {"AwsSolutions-APIG4": f"{route.method} {route.path} needs no token, by contract."})


def route_name(route: Route) -> str:
    """The construct of a route, by its method and path alone."""
    return "".join(word.capitalize() for word in (route.method, *re.findall(r"\w+", route.path)))
