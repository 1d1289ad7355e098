"""`python -m infrastructure.smoke [STAGE]`; see the package's docstring."""

import argparse
import os
import sys

from infrastructure.smoke import stage
from infrastructure.smoke.checks import check
from infrastructure.smoke.report import Outcome, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.smoke", description="The whole story on a stage")
    parser.add_argument("stage", nargs="?", default=stage.LOCAL, help="of the account that your AWS credentials name")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION"))
    parser.add_argument("--webhook-url", default=os.environ.get("WEBHOOK_URL"), help="a tunnel to --webhook-port")
    parser.add_argument("--webhook-port", type=int, default=int(os.environ.get("WEBHOOK_PORT", "0")))
    given = parser.parse_args()
    try:
        found = stage.local() if given.stage == stage.LOCAL else stage.deployed(given.stage, given.region)
    except stage.NoStage as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"The stage {found.name} at {found.api_url}\n", flush=True)
    results = []
    for result in check(found, webhook_url=given.webhook_url, webhook_port=given.webhook_port):
        results.append(result)
        print(f"  {result.outcome.value:8}  {result.name}", flush=True)
    print(f"\n{table(results)}")
    return 1 if any(each.outcome is Outcome.FAILED for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
