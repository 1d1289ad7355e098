"""Makes a key pair that signs media URLs, once: a custom resource of CloudFormation."""

from typing import Any

from parley.media.delivery import signing_key
from parley.operations import custom_resources

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Make the pair, or find it; when the stack goes, the secret goes with it."""

    def act() -> dict[str, str]:
        if event["RequestType"] == "Delete":
            return {}
        properties = event["ResourceProperties"]
        return {"public_key": signing_key.ensure(properties["secret"], properties["name"])}

    custom_resources.answer(event, context, act, physical_id="media-signing-key")
