"""Reactions by name, as Slack, Mattermost and Stream keep them: an emoji for the common ones, else `:name:`."""

import re

_NAME = re.compile(r"[a-z0-9_+-]{1,32}")
_COMMON = {
    "+1": "👍", "thumbsup": "👍", "like": "👍", "-1": "👎", "thumbsdown": "👎", "heart": "❤️", "love": "❤️",
    "joy": "😂", "haha": "😂", "laughing": "😆", "smile": "😄", "grinning": "😀", "slightly_smiling_face": "🙂",
    "wow": "😮", "open_mouth": "😮", "sad": "😢", "cry": "😢", "sob": "😭", "angry": "😡", "rage": "😡",
    "tada": "🎉", "fire": "🔥", "rocket": "🚀", "eyes": "👀", "100": "💯", "clap": "👏", "pray": "🙏", "wave": "👋",
    "raised_hands": "🙌", "muscle": "💪", "ok_hand": "👌", "thinking_face": "🤔", "thinking": "🤔", "heart_eyes": "😍",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️", "star": "⭐", "sparkles": "✨",
    "point_up": "☝️", "coffee": "☕", "bulb": "💡", "party_popper": "🎉",
}  # fmt: skip


def reaction_of(name: str) -> str | None:
    """What Parley takes for a reaction of this name; None for one that it takes in no form."""
    plain = name.strip(":").split("::")[0].lower()
    if plain in _COMMON:
        return _COMMON[plain]
    if _NAME.fullmatch(plain):
        return f":{plain}:"
    return name if name and not name.isascii() else None
