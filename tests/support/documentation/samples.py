"""The code in the documentation's pages.

What is fenced as `sh` is run on the local stack, as is `python`; `ts` and `tsx` are compiled. What is shown alone is
`console`, `text` or `json`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from infrastructure.layers import ROOT

FENCE = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL)
DOCS = ROOT / "docs"
PAGES = [*sorted((DOCS / "concepts").glob("*.md")), *sorted((DOCS / "guides").glob("*.md"))]
QUICK_START = DOCS / "quick-start.md"
LANGUAGES = {"sh", "python", "ts", "tsx", "console", "text", "json"}


@dataclass(frozen=True)
class Sample:
    page: Path
    number: int
    language: str
    title: str | None
    code: str

    @property
    def name(self) -> str:
        """Of a file for it, such as `guides_web_2.ts`."""
        page = self.page.relative_to(DOCS).with_suffix("").as_posix().replace("/", "_").replace("-", "_")
        return f"{page}_{self.number}.{'py' if self.language == 'python' else self.language}"


def samples(*pages: Path, language: str | None = None) -> list[Sample]:
    """The code of pages, in order; of one language where one is named."""
    found = [
        Sample(page, number, match["language"], match["title"], match["code"])
        for page in pages
        for number, match in enumerate(FENCE.finditer(page.read_text(encoding="utf-8")), 1)
    ]
    return [each for each in found if language is None or each.language == language]
