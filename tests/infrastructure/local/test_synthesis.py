"""The local stack's templates are written anew only when what decides them has changed."""

from pathlib import Path

import pytest

from infrastructure.local import deploy

ENDPOINT = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def quick_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """In the place of the CDK app: it writes how often it was run, and fails while there is a file `broken`."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "cdk.json").write_text('{"context": {}}')
    (app / "app.py").write_text(
        "import os, pathlib, sys\n"
        "out = pathlib.Path(os.environ['CDK_OUTDIR'])\n"
        "out.mkdir(exist_ok=True)\n"
        "with (out / 'manifest.json').open('a') as file:\n"
        "    file.write('x')\n"
        "sys.exit(pathlib.Path('broken').exists())\n"
    )
    monkeypatch.setattr(deploy, "ROOT", app)
    return app


def written(directory: Path, inputs: str) -> str:
    directory.mkdir(exist_ok=True)
    synthesis = deploy.Synthesis(directory, ENDPOINT, "ministack", inputs)
    return (synthesis.wait() / "manifest.json").read_text()


def test_the_same_inputs_are_synthesized_once(tmp_path: Path) -> None:
    assert [written(tmp_path / "stack", "one") for _ in range(3)] == ["x"] * 3


def test_other_inputs_are_synthesized_again_and_so_are_the_first_after_them(tmp_path: Path) -> None:
    assert [written(tmp_path / "stack", inputs) for inputs in ("one", "two", "one")] == ["x", "xx", "xxx"]


def test_what_failed_halfway_is_synthesized_again(tmp_path: Path, quick_app: Path) -> None:
    written(tmp_path / "stack", "one")
    (quick_app / "broken").touch()
    with pytest.raises(deploy.DeployFailed):
        written(tmp_path / "stack", "two")
    (quick_app / "broken").unlink()
    assert written(tmp_path / "stack", "one") == "xxx"


def test_removed_templates_are_written_again(tmp_path: Path) -> None:
    stack = tmp_path / "stack"
    written(stack, "one")
    (stack / "cdk.out" / "manifest.json").unlink()
    (stack / "cdk.out").rmdir()
    assert written(stack, "one") == "x"
