"""Whether a file is text, and in which encoding: all of it is looked at, chunk by chunk."""

import codecs

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))
_NO_TEXT = bytes(code for code in range(32) if code not in b"\b\t\n\v\f\r\x1a\x1b")


class TextReader:
    """Text is UTF-8 or UTF-16 that decodes, or bytes of an older encoding without control characters.

    `charset` is only ever what was verified: the older encodings cannot be told apart, and browsers guess them.
    """

    def __init__(self) -> None:
        self._decoder: codecs.IncrementalDecoder | None = None
        self._charset: str | None = None
        self._has_controls = self._begun = False
        self._has_zeros = False

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes of the file."""
        if not self._begun:
            self._begun = True
            self._charset = next((name for bom, name in _BOMS if chunk.startswith(bom)), None) or _without_mark(chunk)
            self._decoder = codecs.getincrementaldecoder(self._charset)()
        if not self._has_zeros and b"\0" in chunk:
            self._has_zeros = True
        if not self._has_controls and len(chunk.translate(None, _NO_TEXT)) < len(chunk):
            self._has_controls = True
        self._decode(chunk, final=False)

    def end(self) -> None:
        """The file is over."""
        self._decode(b"", final=True)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        if self._decoder is None:
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._decoder = self._charset = None

    @property
    def charset(self) -> str | None:
        return self._charset if self.is_text else None

    @property
    def is_text(self) -> bool:
        if self._charset is None:
            return not self._has_controls
        return self._charset != "utf-8" or not self._has_zeros


def _without_mark(chunk: bytes) -> str:
    """UTF-16 of Latin letters has a zero in every other place, UTF-8 nowhere."""
    first, second = chunk[:1024:2].count(0), chunk[1:1024:2].count(0)
    if max(first, second) * 4 < len(chunk[:1024]) or min(first, second):
        return "utf-8"
    return "utf-16le" if second else "utf-16be"
