"""What is said in each language: dialogues of turns, with places for words that change."""

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "phrases"
CODES = ("en", "de", "fr", "es", "pt", "ar", "ja", "zh")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Language:
    """The phrases of one language. In a dialogue two or three take turns."""

    code: str
    given: Sequence[str]
    family: Sequence[str]
    groups: Sequence[str]
    channels: Sequence[str]
    slots: Mapping[str, Sequence[str]]
    dialogues: Sequence[Sequence[str]]
    replies: Sequence[str]
    lines: Sequence[str]
    captions: Sequence[str]
    welcome: str

    def words(self, chance: random.Random) -> dict[str, str]:
        """One word for each place: a dialogue keeps to them."""
        return {slot: chance.choice(words) for slot, words in self.slots.items()}


def fill(phrase: str, words: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: words[found[1]], phrase)


def load(code: str) -> Language:
    return Language(code, **json.loads((FOLDER / f"{code}.json").read_text()))
