"""At every deploy: make the templates, indices and aliases that are missing. A custom resource of CloudFormation."""

from typing import Any

from parley.operations import custom_resources
from parley.search.rebuilding import maintenance

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Set up, unless the stack goes: the indices are left alone then."""

    def act() -> None:
        if event["RequestType"] != "Delete":
            maintenance.set_up()

    custom_resources.answer(event, context, act, physical_id="search-indices")
