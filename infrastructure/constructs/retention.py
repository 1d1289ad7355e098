"""What becomes of a resource that holds data when its stack goes."""

from aws_cdk import RemovalPolicy

from infrastructure.settings import Settings


def removal_policy(settings: Settings) -> RemovalPolicy:
    """Kept where the stage retains data, except while a first deploy is rolled back.

    It holds nothing then, and most have fixed names: what stayed would be in the way of the second deploy.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.retain_data else RemovalPolicy.DESTROY
