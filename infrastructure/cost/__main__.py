"""`make cost`: synthesize dev and prod, and print the idle month of each and what three workloads cost."""

import json
import tempfile
from pathlib import Path
from typing import Any

from aws_cdk import App

from infrastructure.application import build
from infrastructure.cost import idle
from infrastructure.cost.prices import prices
from infrastructure.cost.workloads import WORKLOADS, bill, listed, of_a_message
from infrastructure.layers import ROOT

NOBODY = "arn:aws:sns:us-east-1:000000000000:alarms"
OTHERS = ("Stream", "Sendbird")


def templates(stage: str, **context: str) -> dict[str, dict[str, Any]]:
    """The templates of a stage, synthesized as `cdk deploy` would."""
    given = json.loads((ROOT / "cdk.json").read_text())["context"] | context
    given |= {"stage": stage, "alarm_topic_arn": NOBODY, "aws:cdk:disable-asset-staging": True}
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder, context=given)
        build(app)
        app.synth()
        return {file.name: json.loads(file.read_text()) for file in Path(folder).glob("*.template.json")}


def _print_idle(stage: str, lines: list[idle.Line]) -> None:
    print(f"\n{stage}: a month without a call, ${idle.total(lines):,.2f}")
    for line in lines:
        print(f"  {line.dollars:9,.2f}  {line.what}: {line.quantity}")


def _print_workloads(fixed: float) -> None:
    names = ", ".join(f"{name}'s {prices()['others'][name]['plan']}" for name in OTHERS)
    print(f"\nA month in prod, beside {names}; a million messages without the stage itself")
    columns = ("workload", "users", "$ a million messages", "$ a month", "$ a user", *(f"{n} a user" for n in OTHERS))
    print("  " + "  ".join(f"{column:>20}" for column in columns))
    for load in WORKLOADS:
        made = bill(load, idle=fixed)
        values = [load.name, f"{load.users:,}", *(f"{v:,.2f}" for v in (made.a_million_messages, made.month))]
        values += [f"{v:,.4f}" for v in (made.a_user, *(listed(name, load.users) / load.users for name in OTHERS))]
        print("  " + "  ".join(f"{value:>20}" for value in values))
    for load in WORKLOADS:
        parts = ", ".join(f"{what} {dollars * 1e6:,.2f}" for what, dollars in of_a_message(load).items())
        print(f"  {load.name}, a million: {parts}")


def main() -> None:
    print(f"Prices of {prices()['as_of']}, us-east-1, written by hand. {prices()['note']}")
    dev, prod = (idle.month(templates(stage)) for stage in ("dev", "prod"))
    _print_idle("dev", dev)
    _print_idle("prod", prod)
    _print_workloads(idle.total(prod))


if __name__ == "__main__":
    main()
