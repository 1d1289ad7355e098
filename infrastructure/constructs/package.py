"""What a stack's functions share: the code asset of their service, and the layers beside it.

An asset object belongs to one stack, and a layer version that another stack exports could not be replaced while it is
imported. So each stack makes its own of both, from the same folders.
"""

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure import layers
from infrastructure.settings import LambdaTarget

FUNCTIONS = layers.ROOT / "functions"
ALWAYS = "api"
"""The dependency layer that every function has."""


class MissingFunction(FileNotFoundError):
    """A route names a function that has no module."""


class Package(Construct):
    """The code of one service under `functions/`, with the layers that its functions ask for."""

    def __init__(self, scope: Construct, service: str, target: LambdaTarget, *, name: str = "Package") -> None:
        super().__init__(scope, name)
        self.service = service
        self._target = target
        self._layers: dict[str, lambda_.LayerVersion] = {}
        folder = FUNCTIONS / service
        if not folder.is_dir():
            raise MissingFunction(f"{folder.relative_to(layers.ROOT)}/ does not exist, but routes name its functions")
        self.code = lambda_.Code.from_asset(str(folder), exclude=["**/__pycache__", "**/*.pyc"])
        self.architecture = (
            lambda_.Architecture.ARM_64 if target.architecture == "arm64" else lambda_.Architecture.X86_64
        )
        self.runtime = lambda_.Runtime(f"python{target.python}", lambda_.RuntimeFamily.PYTHON, supports_snap_start=True)

    def handler(self, endpoint: str) -> str:
        """The handler's name in the asset; raises `MissingFunction` before AWS would find no module."""
        module = FUNCTIONS / self.service / f"{endpoint}.py"
        if not module.is_file():
            raise MissingFunction(f"{module.relative_to(layers.ROOT)} does not exist, but a route names it")
        return f"{endpoint}.handler"

    @property
    def fingerprint(self) -> str:
        """Another one whenever Parley's library is another."""
        return layers.library_layer(self._target).name

    def layers(self, extra: tuple[str, ...] = ()) -> list[lambda_.ILayerVersion]:
        """Parley's library, the `api` dependencies and those that the function asks for beside them."""
        return [self._layer("parley"), *(self._layer(name) for name in (ALWAYS, *extra))]

    def _layer(self, name: str) -> lambda_.LayerVersion:
        if name not in self._layers:
            library = name == "parley"
            folder = layers.library_layer(self._target) if library else layers.dependency_layer(name, self._target)
            self._layers[name] = lambda_.LayerVersion(
                self,
                f"{name.capitalize()}Layer",
                code=lambda_.Code.from_asset(
                    str(folder), asset_hash=folder.name.removeprefix(f"{name}-"), asset_hash_type=AssetHashType.CUSTOM
                ),
                compatible_runtimes=[self.runtime],
                compatible_architectures=[self.architecture],
                description=f"parley {name}",
            )
        return self._layers[name]
