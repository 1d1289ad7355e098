"""A short film and a voice message, made here: a sun that rises over water, and a melody that is hummed."""

import array
import math
from pathlib import Path
from typing import Any, cast

import av
from PIL import Image, ImageDraw

from infrastructure.local.world.scenes import gradient, mixed

FILM_SIZE = (640, 360)
FILM_RATE, FILM_SECONDS = 12, 5
RATE = 48_000
MELODY = (220.0, 246.9, 277.2, 329.6, 277.2, 246.9, 220.0)
NOTE_SECONDS = 0.55


def film(path: Path) -> None:
    """H.264 in MP4, with its index first, so that it plays while it loads."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = cast("Any", container.add_stream("libx264", rate=FILM_RATE, options={"crf": "26"}))
        stream.width, stream.height, stream.pix_fmt = *FILM_SIZE, "yuv420p"
        count = FILM_RATE * FILM_SECONDS
        for number in range(count):
            frame = cast("Any", av.VideoFrame).from_image(_sunrise(number / count))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def voice(path: Path) -> None:
    """Opus in Ogg, as browsers record."""
    samples = array.array("h")
    for frequency in MELODY:
        count = int(RATE * NOTE_SECONDS)
        for number in range(count):
            at = number / RATE
            loud = min(1.0, number / 3000, (count - number) / 6000) * 8000
            hum = sum(math.sin(math.tau * frequency * part * at) / part**1.7 for part in (1, 2, 3))
            samples.append(round(loud * hum / 2))
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
    frame.sample_rate = RATE
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    with av.open(str(path), "w") as container:
        stream = cast("Any", container.add_stream("libopus", rate=RATE))
        stream.layout = "mono"
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=RATE, frame_size=stream.frame_size or None
        )
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode())


def _sunrise(part: float) -> Image.Image:
    width, height = FILM_SIZE
    above = mixed((28, 30, 70), (110, 170, 225), part)
    below = mixed((180, 90, 90), (255, 225, 180), part)
    image = gradient(FILM_SIZE, above, below)
    pen = ImageDraw.Draw(image)
    x, y, radius = width * (0.42 + 0.16 * part), height * (0.66 - 0.42 * part), 30
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 240, 205))
    horizon = round(height * 0.62)
    image.paste(gradient((width, height - horizon), mixed(below, (30, 70, 110), 0.4), (18, 48, 84)), (0, horizon))
    for number in range(26):
        depth = (number + 1) / 26
        line = horizon + (height - horizon) * depth**1.5
        sway = math.sin(number * 1.7 + part * math.tau * 2) * 26 * depth
        half = 8 + 60 * depth * (0.5 + 0.5 * math.sin(number * 2.9 + part * 9))
        pen.line([(x + sway - half, line), (x + sway + half, line)], fill=mixed(below, (255, 244, 214), 0.5), width=2)
    return image
