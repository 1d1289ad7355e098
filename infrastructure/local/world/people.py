"""Who is in the world. A user's name follows from the seed, the language and the number alone, whatever the size."""

import random
from dataclasses import dataclass

from infrastructure.local.world.phrases import Language

_WITHOUT_SPACE = frozenset({"zh"})
_FAMILY_FIRST = frozenset({"zh", "ja"})
SEARCHED = frozenset({"en", "de", "fr", "es", "pt", "ar"})
"""Languages that a profile may name for search."""


@dataclass(frozen=True)
class Someone:
    user_id: str
    name: str
    language: str


SHOWN = (
    Someone("alice", "Alice", "en"),
    Someone("bob", "Bob", "en"),
    Someone("carol", "Carol Hughes", "en"),
    Someone("greta", "Greta Brandt", "de"),
    Someone("camille", "Camille Moreau", "fr"),
    Someone("layla", "ليلى حداد", "ar"),
    Someone("sakura", "佐藤 さくら", "ja"),
)
"""Whom the page offers: they have much to read."""


def someone(seed: int, language: Language, number: int) -> Someone:
    chance = random.Random(f"{seed} {language.code} {number}")  # noqa: S311 - the same world from the same seed
    given, family = chance.choice(language.given), chance.choice(language.family)
    first, last = (family, given) if language.code in _FAMILY_FIRST else (given, family)
    space = "" if language.code in _WITHOUT_SPACE else " "
    return Someone(f"{language.code}-{number:03}", f"{first}{space}{last}", language.code)
