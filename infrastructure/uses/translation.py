"""Amazon Translate, for tenants that have chosen it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infrastructure.uses.use import Place, Statement, Use


@dataclass(frozen=True)
class Translate(Use):
    """Translating a text whose language is not known: Translate has Comprehend find it, in the caller's name."""

    def statements(self, place: Place) -> Iterable[Statement]:  # noqa: ARG002 - the same everywhere
        yield Statement(("translate:TranslateText", "comprehend:DetectDominantLanguage"), ("*",))

    def findings(self, place: Place) -> Mapping[str, str]:  # noqa: ARG002
        return {"AwsSolutions-IAM5[Resource::*]": "What translates a text has no resource that could be named."}
