"""`python -m infrastructure.supply licences|sbom|advisories|layers`."""

import argparse
import sys
from pathlib import Path

from infrastructure.layers import ROOT
from infrastructure.settings import Settings
from infrastructure.supply import advisories, licences, rebuilding, sbom

SBOM = ROOT / ".local" / "sbom.cdx.json"


def write_licences() -> int:
    licences.PAGE.write_text(licences.page())
    print(f"{_shown(licences.PAGE)} is written.")
    refused = licences.refused()
    print("\n".join(refused) if refused else "All licences are allowed.")
    return 1 if refused else 0


def write_sbom() -> int:
    SBOM.parent.mkdir(parents=True, exist_ok=True)
    SBOM.write_text(sbom.written())
    print(f"{_shown(SBOM)} is written: {len(sbom.bill()['components'])} components.")
    return 0


def ask_for_advisories() -> int:
    words, code = advisories.report()
    print(words)
    return code


def rebuild_layers() -> int:
    differ = False
    for stage in ("dev", "local"):
        target = Settings.from_context({"stage": stage}.get).target
        for name, (first, second) in rebuilding.all_layers(target).items():
            differ |= first != second
            said = "the same" if first == second else f"DIFFERS from {second}"
            print(f"{name:12}{target.architecture:8}{target.python:6}{first} {said}")
    return 1 if differ else 0


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


COMMANDS = {
    "licences": write_licences,
    "sbom": write_sbom,
    "advisories": ask_for_advisories,
    "layers": rebuild_layers,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m infrastructure.supply", description="What is shipped")
    parser.add_argument("command", choices=COMMANDS)
    sys.exit(COMMANDS[parser.parse_args().command]())
