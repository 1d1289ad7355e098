"""The waveform of a recording: how loud each of its 64 parts is, as players draw voice messages.

Loudness is the mean of the samples' absolute values, at 8 kHz in mono, against the loudest part. It is counted in whole
numbers, so the same recording gives the same waveform.
"""

import time
from array import array
from collections.abc import Iterator
from typing import Any

import av
from av.container import InputContainer

PARTS = 64
LOUDEST = 100
LONGEST_MS = 15 * 60 * 1000
"""Longer recordings are no voice messages, and have none."""
RATE, WINDOW = 8_000, 80
"""Samples a second, and in one step of 10 ms."""
SILENT = 20
"""Mean of absolute values, of 32,767, below which nothing is heard: -64 dB."""
CPU_SECONDS = 10.0
"""Processor time: what takes longer to decode has no waveform, rather than another one."""
MAX_BROKEN = 600
"""Packets that cannot be decoded are passed over, so many at most."""


def waveform(container: InputContainer, duration_ms: int | None) -> list[int] | None:
    """From 0 to 100 for each part, all 0 where nothing is heard; None where there is no telling, or it is too long."""
    if duration_ms is None or not 0 < duration_ms <= LONGEST_MS:
        return None
    until = time.process_time() + CPU_SECONDS
    most = LONGEST_MS * RATE // 1000 // WINDOW
    steps: list[int] = []
    for step in _steps(container):
        steps.append(step)
        if len(steps) > most or time.process_time() > until:
            return None
    return in_parts(steps) if steps else None


def in_parts(steps: list[int]) -> list[int]:
    """The loudness of each part, of that of steps: a part of less than a step is as loud as the step that it is in."""
    parts = []
    for number in range(PARTS):
        first, end = number * len(steps) // PARTS, (number + 1) * len(steps) // PARTS
        within = steps[first : max(end, first + 1)]
        parts.append(sum(within) // len(within))
    loudest = max(parts)
    if loudest < SILENT * WINDOW:
        return [0] * PARTS
    return [(LOUDEST * part + loudest // 2) // loudest for part in parts]


def _steps(container: InputContainer) -> Iterator[int]:
    """The sum of the samples' absolute values in each step."""
    left = array("h")
    for samples in _samples(container):
        left.extend(samples)
        whole = len(left) // WINDOW * WINDOW
        for first in range(0, whole, WINDOW):
            yield sum(map(abs, left[first : first + WINDOW]))
        del left[:whole]


def _samples(container: InputContainer) -> Iterator["array[int]"]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    broken = 0
    container.seek(0)
    for packet in container.demux(container.streams.audio[0]):
        try:
            decoded: list[Any] = [each for frame in packet.decode() for each in resampler.resample(frame)]
        except (av.error.FFmpegError, ValueError):
            broken += 1
            if broken > MAX_BROKEN:
                return
            continue
        for frame in decoded:
            yield array("h", bytes(frame.planes[0])[: frame.samples * 2])
