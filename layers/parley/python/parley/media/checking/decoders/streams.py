"""Video and audio: what FFmpeg's demuxers and decoders make of them, through PyAV.

The demuxer is named, never guessed: some of FFmpeg's formats are playlists that open other files and addresses.
"""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from parley.media.checking.decoders.pictures import write_thumbnails
from parley.media.checking.decoders.waveforms import waveform
from parley.media.checking.sandbox import Findings, NoPreview

MAX_PIXELS = 17_000_000
"""Of a frame: a decoder keeps several. 5.7K fits, 8K does not."""
POSTERS = {"poster": 1280, "thumb_1024": 1024, "thumb_256": 256, "thumb_128": 128}
POSTER_AT = (0.1, 0.25, 0.5)
"""Where a poster is looked for: a second in or a tenth of a shorter film, then further in."""
POSTER_AT_US = 1_000_000
POSTER_SECONDS = 12.0
"""Processor time for finding one."""
FRAMES_TRIED = 600
SAMPLED = (64, 64)
SPREAD = 8.0
"""Standard deviation of brightness from which on a frame says something; black, white and fades say less."""
QUARTER_TURN = 90
_DEMUXERS = {
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2"), "mov"),
    **dict.fromkeys(("audio/mp4", "audio/3gpp", "audio/3gpp2"), "mov"),
    **dict.fromkeys(("video/webm", "video/x-matroska", "audio/webm", "audio/x-matroska"), "matroska"),
    "video/x-msvideo": "avi",
    "audio/avi": "avi",
    "video/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/aiff": "aiff",
    "audio/x-caf": "caf",
}
_SOUND_OF = {"video/quicktime": "audio/mp4", "video/x-msvideo": "audio/avi"}


def inspect_stream(file: io.RawIOBase, content_type: str, directory: Path) -> Findings:
    """Duration, for a film its size as shown and a poster, for a recording its waveform, and the type by what there is
    to see. Raises `NoPreview`.
    """
    with av.open(file, mode="r", format=_DEMUXERS[content_type], metadata_errors="replace") as container:
        moving = [stream for stream in container.streams.video if not _is_cover(stream)]
        if not moving and not container.streams.audio:
            raise NoPreview("undecodable")
        facts: dict[str, Any] = {"content_type": _real_type(content_type, has_film=bool(moving))}
        duration_ms = _duration_ms(container)
        facts |= {"duration_ms": duration_ms}
        if not moving:
            heard = waveform(container, duration_ms)
            return facts | ({} if heard is None else {"waveform": heard}), {}
        try:
            more, pictures = _poster(container, moving[0], directory)
        except NoPreview as none:
            raise NoPreview(none.reason, facts | none.facts) from none
        except Exception as error:
            raise NoPreview("undecodable", facts) from error
        return facts | more, pictures


def _real_type(content_type: str, *, has_film: bool) -> str:
    """A film that is sound alone is audio, and sound that moves is video."""
    kind, _, name = content_type.partition("/")
    if has_film and kind == "audio" and f"video/{name}" in _DEMUXERS:
        return f"video/{name}"
    if not has_film and kind == "video":
        sound = _SOUND_OF.get(content_type, f"audio/{name}")
        return sound if sound in _DEMUXERS else content_type
    return content_type


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _poster(container: InputContainer, stream: VideoStream, directory: Path) -> Findings:
    if stream.width * stream.height > MAX_PIXELS:
        raise NoPreview("image_too_large", {"width": stream.width, "height": stream.height})
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    frame = _telling_frame(container, stream)
    if frame is None or frame.width * frame.height > MAX_PIXELS:
        raise NoPreview("undecodable", {"width": stream.width, "height": stream.height})
    width, height = _as_shown(frame, stream)
    picture: Any = cast("Any", frame).to_image(
        width=min(width, 4096), height=min(height, 4096) * min(width, 4096) // width
    )
    turned = frame.rotation % 360
    if turned:
        picture = picture.rotate(turned, expand=True)
    if turned % 180 == QUARTER_TURN:
        width, height = height, width
    return {"width": width, "height": height}, write_thumbnails(picture, directory, POSTERS)


def _as_shown(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """The size with square pixels: anamorphic films are stretched, never shrunk, as browsers do."""
    aspect = cast("Any", stream).sample_aspect_ratio or 1
    if aspect <= 0 or not 1 / 16 < aspect < 16:  # noqa: PLR2004 - what no film has
        aspect = 1
    if aspect > 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)


def _telling_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """The first frame that says something: many films begin black. Else the one that says most."""
    best: VideoFrame | None = None
    most = -1.0
    for frame in _candidates(container, stream):
        spread = _spread(frame)
        if spread > most:
            best, most = frame, spread
        if spread >= SPREAD:
            break
    return best


def _spread(frame: VideoFrame) -> float:
    small: Image.Image = cast("Any", frame).to_image(width=SAMPLED[0], height=SAMPLED[1])
    return max(ImageStat.Stat(small).stddev)


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames from a few places, by the key frame before each; then all from the beginning on, while time lasts."""
    until = time.process_time() + POSTER_SECONDS
    duration = container.duration or 0
    for part in POSTER_AT if duration else ():
        at = int(duration * part)
        container.seek(min(POSTER_AT_US, at) if part == POSTER_AT[0] else at)
        for number, frame in enumerate(_frames(container, stream)):
            yield frame
            if number >= 3 or time.process_time() > until:  # noqa: PLR2004 - the key frame, and what follows a fade
                break
    if duration:
        container.seek(0)
    for number, frame in enumerate(_frames(container, stream)):
        if number >= FRAMES_TRIED or time.process_time() > until:
            break
        if number % 5 == 0 or not duration:
            yield frame


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Packets that cannot be decoded are passed over, as players do."""
    failed = 0
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:
            failed += 1
            if failed > FRAMES_TRIED:
                return
            continue
        for frame in decoded:
            if isinstance(frame, VideoFrame):
                yield frame


def _duration_ms(container: InputContainer) -> int | None:
    """The duration that the container says or, in a recording that says none, where its last packet ends."""
    if container.duration is not None:
        return round(container.duration / 1000)
    end = 0.0
    container.seek(0)
    for packet in container.demux():
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return round(end * 1000) or None
