"""Video and audio: what FFmpeg's demuxers and decoders make of them, through PyAV.

The demuxer is named, never guessed: some of FFmpeg's formats are playlists that open other files and addresses.
"""

from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parley.media.checking.decoders.pictures import check_bounds, write_thumbnails
from parley.media.checking.ranges import RangeFile
from parley.media.checking.sandbox import Findings, Refused

POSTER_AT_US = 1_000_000
POSTERS = {"poster": 1280, "thumb_1024": 1024, "thumb_256": 256, "thumb_128": 128}
FRAMES_TRIED = 50
QUARTER_TURN = 90
_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "audio/mp4": "mov",
    "audio/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
}


def inspect_stream(file: RangeFile, content_type: str, directory: Path) -> Findings:
    """Duration, and for a video its size as shown and a poster. Raises `Refused`."""
    with av.open(file, mode="r", format=_DEMUXERS[content_type], metadata_errors="replace") as container:
        moving = [stream for stream in container.streams.video if not _is_cover(stream)]
        if content_type.startswith("audio/"):
            if moving or not container.streams.audio:
                raise Refused("type_mismatch")
            return {"duration_ms": _duration_ms(container)}, {}
        if not moving:
            raise Refused("type_mismatch")
        facts, pictures = _poster(container, moving[0], directory)
        return facts | {"duration_ms": _duration_ms(container)}, pictures


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _poster(container: InputContainer, stream: VideoStream, directory: Path) -> Findings:
    check_bounds(stream.width, stream.height)
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    frame = _frame(container, stream)
    check_bounds(frame.width, frame.height)
    picture: Any = cast("Any", frame).to_image()
    turned = frame.rotation % 360
    if turned:
        picture = picture.rotate(turned, expand=True)
    width, height = (frame.height, frame.width) if turned % 180 == QUARTER_TURN else (frame.width, frame.height)
    return {"width": width, "height": height}, write_thumbnails(picture, directory, POSTERS)


def _frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """A frame about a second in, or a tenth of a shorter video: the very first one is often black."""
    if container.duration:
        container.seek(min(POSTER_AT_US, container.duration // 10))
    for tried, packet in enumerate(container.demux(stream)):
        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                return frame
        if tried > FRAMES_TRIED:
            break
    raise Refused("undecodable")


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
