"""`python -m infrastructure.restoring TABLE [OTHER]`: what a table holds; with another, where they differ (exit 1)."""

import argparse
import sys

import boto3

from infrastructure.restoring.backup import ledger_of
from infrastructure.restoring.ledger import Ledger

MOST_SHOWN = 20


def words(table: str, found: Ledger) -> str:
    kinds = ", ".join(f"{count} {kind or 'of no kind'}" for kind, count in sorted(found.entities.items()))
    holes = [f"{pk} {sorted(line.missing)[:10]}" for pk, line in found.lines.items() if line.missing][:MOST_SHOWN]
    return f"{table}: {found.items} items ({kinds})\nchecksum {found.checksum:064x}\nholes: {holes or 'none'}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.restoring", description="What a table holds")
    parser.add_argument("table")
    parser.add_argument("other", nargs="?")
    asked = parser.parse_args()
    client = boto3.client("dynamodb")
    found = ledger_of(client, asked.table)
    print(words(asked.table, found))
    if asked.other is None:
        return 0
    other = ledger_of(client, asked.other)
    print(words(asked.other, other))
    differences = list(found.differences(other))
    print("\n".join(differences[:MOST_SHOWN]) or "They hold the same.")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
