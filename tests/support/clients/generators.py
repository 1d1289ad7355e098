"""Public generators of clients, run on the committed documents, and what checks their output."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
OPENAPI = ROOT / "docs" / "openapi.json"
TOOLS = ROOT / "node_modules" / ".bin"
SAMPLES = ROOT / "tests" / "contract" / "clients"


def run(*command: str | Path, folder: Path) -> str:
    """What a command printed; it fails as an assertion, with all of that."""
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own tools
    assert done.returncode == 0, f"{command[0]}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def typescript(folder: Path) -> None:
    """Both generators' TypeScript, with the code that uses it."""
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    run(TOOLS / "openapi-typescript", OPENAPI, "-o", folder / "schema.ts", folder=folder)
    plugins = ("@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch")
    run(TOOLS / "openapi-ts", "-i", OPENAPI, "-o", "sdk", "-p", *plugins, "--no-log-file", folder=folder)
    for sample in ("reads_types.ts", "calls_sdk.ts", "tsconfig.json"):
        shutil.copy(SAMPLES / sample, folder)


def python(folder: Path) -> None:
    """openapi-python-client's package `generated_client`, with the code that uses it."""
    settings = folder / "generator.json"
    settings.write_text(json.dumps({"post_hooks": []}))
    generator = ("openapi-python-client", "generate", "--meta", "none", "--config", settings, "--fail-on-warning")
    place = ("--path", OPENAPI, "--output-path", folder / "generated_client")
    run(Path(sys.executable).parent / generator[0], *generator[1:], *place, folder=folder)
    shutil.copy(SAMPLES / "calls.py", folder)
