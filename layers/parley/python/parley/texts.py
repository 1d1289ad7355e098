"""Texts that people write: what in them can be seen, and what none of them holds.

One notion for messages, names, file names and notes: a text of blanks and of characters without a form says nothing.
"""

import re

_INVISIBLE = (
    "\\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00016fe4\U0001bca0-\U0001bca3\U0001d159"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Spaces, controls, Unicode's Default_Ignorable_Code_Point, and the letters and signs that are drawn blank."""
_VISIBLE = re.compile(f"[^{_INVISIBLE}]")
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Controls, line breaks, and what turns the direction of the characters after it, so that a name reads as another."""
_NOT_IN_NOTES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""As in names, but notes have lines and tabs."""


def says_something(text: str | None) -> bool:
    """Whether there is anything to see in a text."""
    return text is not None and _VISIBLE.search(text) is not None


def what_is_seen(text: str) -> str:
    """The characters of a text that can be seen."""
    return "".join(_VISIBLE.findall(text))


def check_text(text: str) -> str:
    """The text; raises `ValueError` for NUL, which databases and clients cut texts at."""
    if "\0" in text:
        raise ValueError("a text does not hold the character NUL")
    return text


def check_visible(text: str) -> str:
    """The text, where something in it can be seen; raises `ValueError`."""
    if not says_something(text):
        raise ValueError("a text has a character that can be seen")
    return check_text(text)


def check_note(note: str) -> str:
    """The note, what somebody says of something; raises `ValueError` for one that cannot be read as it is written.

    An empty one says that there is nothing to say.
    """
    if _NOT_IN_NOTES.search(note):
        raise ValueError("a note has no control characters or changes of direction")
    return check_visible(note) if note else note


def readable(note: str) -> str:
    """What can be shown of a note that somebody else's server wrote; empty where nothing in it can be seen."""
    shown = _NOT_IN_NOTES.sub("", note)
    return shown if says_something(shown) else ""


def check_name(name: str) -> str:
    """The name; raises `ValueError` for one that cannot be seen, is of several lines or changes its direction."""
    if _NOT_IN_NAMES.search(name):
        raise ValueError("a name has no control characters, line breaks or changes of direction")
    return check_visible(name)
