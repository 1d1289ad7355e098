"""Verdicts of moderation on a text: that it passes, with what is masked in it and what moderators are told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parley.moderation.folding import Span
from parley.moderation.masking import mask

Source = Literal["block_list", "pre_send"]
REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the tenant's moderators are to look at: who found it, and why."""

    source: Source
    reason: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is masked of a text, and what is flagged about it; `refused`, it is not taken at all."""

    masked: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.masked or self.findings)

    def apply(self, text: str) -> str:
        """The text as it is to be stored."""
        return mask(text, self.masked) if self.masked else text

    def joined(self, other: "Verdict") -> "Verdict":
        return Verdict(self.masked + other.masked, self.findings + other.findings, self.refused or other.refused)

    def stored(self) -> str:
        """The verdict as JSON: said of the same text, it masks the same again."""
        spans = [[span.start, span.end] for span in self.masked]
        return json.dumps([spans, [[each.source, each.reason] for each in self.findings]], separators=(",", ":"))

    @classmethod
    def of(cls, stored: str) -> "Verdict":
        """The verdict that was stored."""
        spans, findings = json.loads(stored)
        return cls(tuple(Span(*each) for each in spans), tuple(Finding(*each) for each in findings))


CLEAN = Verdict()
REFUSED = Verdict(refused=True)


def reason_of(reasons: Sequence[str]) -> str | None:
    """Reasons as moderators see them, cut to what a flag holds."""
    return ", ".join(dict.fromkeys(reasons))[:REASON_LIMIT] or None
