"""A name of one's own for an API: API Gateway's regional domain, and what the DNS must point at."""

from aws_cdk import CfnOutput
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct


class ApiDomain(Construct):
    """`name` leads to the API's stage. API Gateway keeps HTTP and WebSocket APIs apart: each needs its own name.

    The outputs say what an alias record points at; the record is its zone's owner's to make.
    """

    def __init__(
        self, scope: Construct, name: str, certificate: str, *, api_id: str, stage: apigateway.CfnStage, output: str
    ) -> None:
        super().__init__(scope, "Domain")
        domain = apigateway.CfnDomainName(
            self,
            "Name",
            domain_name=name,
            domain_name_configurations=[
                apigateway.CfnDomainName.DomainNameConfigurationProperty(
                    certificate_arn=certificate, endpoint_type="REGIONAL", security_policy="TLS_1_2"
                )
            ],
        )
        mapping = apigateway.CfnApiMapping(self, "Mapping", api_id=api_id, domain_name=domain.ref, stage=stage.ref)
        mapping.add_dependency(stage)
        CfnOutput(scope, f"{output}Target", value=domain.attr_regional_domain_name)
        CfnOutput(scope, f"{output}TargetZone", value=domain.attr_regional_hosted_zone_id)
