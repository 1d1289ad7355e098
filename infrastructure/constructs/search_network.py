"""A VPC of the search engine's own: no way in or out but to the AWS services that its functions call."""

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infrastructure.constructs.log_group import rejected_flows
from infrastructure.constructs.resources import Network
from infrastructure.settings import Settings

ZONES = 3
HTTPS = ec2.Port.tcp(443)


class SearchNetwork(Construct):
    """Three isolated subnets. `domain_group` is the engine's, which takes HTTPS from functions alone; `network` theirs.

    DynamoDB and S3 are reached by gateway endpoints, which cost nothing: the tables, exports of a table, and where
    CloudFormation takes the answer of the set-up. What else acts for these functions does so from outside: Lambda polls
    the change stream and writes the logs, DynamoDB and S3 ask KMS.
    """

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, "Network")
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in range(ZONES)],
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="search", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
            gateway_endpoints={
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
            flow_logs={"Rejected": rejected_flows(self, settings, "search")},
        )
        functions = self._group("Functions", "Functions that use the search engine")
        functions.add_egress_rule(ec2.Peer.any_ipv4(), HTTPS, "the engine, and AWS by the endpoints")
        self.domain_group = self._group("Domain", "The search engine")
        self.domain_group.add_ingress_rule(functions, HTTPS, "functions that use it")
        self.network = Network(self.vpc, functions)

    def _group(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False)

    def subnets(self, *, every_zone: bool) -> list[ec2.SubnetSelection]:
        """Where the engine's nodes are: one subnet for each zone that they are in."""
        isolated = self.vpc.isolated_subnets
        return [ec2.SubnetSelection(subnets=isolated if every_zone else isolated[:1])]
