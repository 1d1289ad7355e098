"""Waveforms of recordings: of real files, the same each time, and none where there is no telling."""

import io
import math
import struct
from array import array
from pathlib import Path
from typing import Any, cast

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.media.checking.decoders.streams import inspect_stream
from parley.media.checking.decoders.waveforms import LONGEST_MS, PARTS, in_parts
from tests.support.clients import samples

KINDS = [
    ("wav", "pcm_s16le", "audio/wav"),
    ("mp3", "libmp3lame", "audio/mpeg"),
    ("ogg", "libopus", "audio/ogg"),
    ("webm", "libopus", "audio/webm"),
    ("m4a", "aac", "audio/mp4"),
]


def wav(loudness: list[float], *, seconds: float = 4.0, rate: int = 8_000) -> bytes:
    """A tone whose loudness is this in each of as many parts."""
    total = int(seconds * rate)
    tone = array("h")
    for number in range(total):
        loud = loudness[number * len(loudness) // total]
        tone.append(int(32_000 * loud * math.sin(2 * math.pi * 440 * number / rate)))
    data = tone.tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(data))  # fmt: skip  # noqa: E501
    return head + data


def encoded(path: Path, codec: str, sound: bytes) -> bytes:
    """The sound in another format."""
    with av.open(io.BytesIO(sound), mode="r") as source, av.open(str(path), "w") as target:
        stream = cast("Any", target.add_stream(codec, rate=48_000))
        stream.layout = "mono"
        resampler = av.AudioResampler(stream.format, "mono", 48_000, frame_size=stream.frame_size or None)
        for frame in [*source.decode(audio=0), None]:
            for each in resampler.resample(frame):
                target.mux(stream.encode(each))
        target.mux(stream.encode())
    return path.read_bytes()


def waveform(body: bytes, content_type: str, folder: Path) -> Any:
    facts, _ = inspect_stream(cast("io.RawIOBase", io.BytesIO(body)), content_type, folder)
    return facts.get("waveform")


@pytest.mark.parametrize(("suffix", "codec", "content_type"), KINDS)
def test_loud_and_quiet_parts_are_seen(tmp_path: Path, suffix: str, codec: str, content_type: str) -> None:
    sound = wav([0.1, 1.0, 0.0, 0.5])
    body = sound if suffix == "wav" else encoded(tmp_path / f"a.{suffix}", codec, sound)
    shown = waveform(body, content_type, tmp_path)
    assert len(shown) == PARTS
    assert shown == waveform(body, content_type, tmp_path), "it is the same each time"
    for part, expected in zip((8, 24, 40, 56), (10, 100, 0, 50), strict=True):
        assert abs(shown[part] - expected) <= 6, shown


def test_what_is_quiet_all_over_is_shown_against_its_loudest_part(tmp_path: Path) -> None:
    assert waveform(wav([0.01, 0.005]), "audio/wav", tmp_path) == [100] * 32 + [50] * 32


def test_silence_is_zeros(tmp_path: Path) -> None:
    for suffix, codec, content_type in KINDS:
        assert waveform(samples.audio(tmp_path / f"s.{suffix}", codec), content_type, tmp_path) == [0] * PARTS


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.5])
def test_a_short_one_has_as_many_parts(tmp_path: Path, seconds: float) -> None:
    shown = waveform(wav([1.0], seconds=seconds), "audio/wav", tmp_path)
    assert len(shown) == PARTS
    assert max(shown) == 100


def test_a_very_long_one_has_none(tmp_path: Path) -> None:
    seconds = LONGEST_MS // 1000 + 1
    head, data = wav([0.0], seconds=1)[:44], bytes(seconds * 16_000)
    head = head[:4] + struct.pack("<I", 36 + len(data)) + head[8:40] + struct.pack("<I", len(data))
    facts, _ = inspect_stream(cast("io.RawIOBase", io.BytesIO(head + data)), "audio/wav", tmp_path)
    assert facts["duration_ms"] == seconds * 1000
    assert "waveform" not in facts


@pytest.mark.parametrize(("suffix", "codec", "content_type"), KINDS[1:4])
def test_a_broken_one_shows_what_can_be_heard(tmp_path: Path, suffix: str, codec: str, content_type: str) -> None:
    body = bytearray(encoded(tmp_path / f"a.{suffix}", codec, wav([1.0, 0.2])))
    middle = len(body) // 2
    body[middle : middle + 200] = b"\x55" * 200
    shown = waveform(bytes(body), content_type, tmp_path)
    assert len(shown) == PARTS
    assert shown[10] > 80


def test_a_film_has_none(tmp_path: Path) -> None:
    facts, _ = inspect_stream(
        cast("io.RawIOBase", io.BytesIO(samples.video(tmp_path / "v.webm", "libvpx"))), "video/webm", tmp_path
    )
    assert "waveform" not in facts


@given(st.lists(st.integers(0, 32_767 * 80), min_size=1, max_size=500))
def test_parts_are_within_their_bounds_whatever_is_heard(steps: list[int]) -> None:
    parts = in_parts(steps)
    assert len(parts) == PARTS
    assert all(0 <= part <= 100 for part in parts)
    assert max(parts) in {0, 100}
    assert parts == in_parts(steps)
