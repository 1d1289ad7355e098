"""Ogg files, page by page: what PyAV's encoders do not make."""

import struct
from collections.abc import Sequence
from pathlib import Path

import av

from parley.media.checking.metadata.ogg import _checksum
from tests.support.clients import samples


def comments(text: str) -> bytes:
    """A list of one comment, as Vorbis has it."""
    body = text.encode()
    return struct.pack("<I", 4) + b"made" + struct.pack("<II", 1, len(body)) + body


def page(serial: int, number: int, packets: Sequence[bytes], *, flags: int = 0, position: int = 0) -> bytes:
    lacing = b"".join(b"\xff" * (len(each) // 255) + bytes([len(each) % 255]) for each in packets)
    assert len(lacing) < 256
    header = struct.pack("<4sBBQIII", b"OggS", 0, flags, position, serial, number, 0) + bytes([len(lacing)])
    whole = header + lacing + b"".join(packets)
    return whole[:22] + struct.pack("<I", _checksum(whole)) + whole[26:]


def flac(folder: Path, comment: str, picture: bytes) -> bytes:
    """A second of silence as FLAC in Ogg, with a comment and a picture."""
    native = samples.audio(folder / "native.flac", "flac")
    blocks = b"\4" + (len(comments(comment))).to_bytes(3, "big") + comments(comment)
    cover = b"\x86" + len(picture).to_bytes(3, "big") + picture
    first = b"\x7fFLAC\1\0\0\2fLaC\0" + native[5:42]
    with av.open(str(folder / "native.flac")) as container:
        frames = [bytes(packet) for packet in container.demux(audio=0) if packet.size]
    body = page(7, 0, [first], flags=2) + page(7, 1, [blocks]) + page(7, 2, [cover])
    for number, frame in enumerate(frames, 3):
        is_last = number == len(frames) + 2
        body += page(7, number, [frame], flags=4 if is_last else 0, position=min(48_000, 4608 * (number - 2)))
    return body


def theora(comment: str) -> bytes:
    """The headers of a film in Theora, and a packet that shows nothing."""
    begin = b"\x80theora\3\2\1" + struct.pack(">HH", 2, 2) + bytes(28)
    headers = [b"\x81theora" + comments(comment), b"\x82theora" + bytes(40)]
    return page(3, 0, [begin], flags=2) + page(3, 1, headers) + page(3, 2, [b""], flags=4)


def vorbis(path: Path, metadata: dict[str, str]) -> bytes:
    """A second of silence, by FFmpeg's own encoder, which is still being tried out."""
    with av.open(str(path), "w") as container:
        container.metadata.update(metadata)
        stream = container.add_stream("vorbis", rate=48_000, options={"strict": "experimental"})
        stream.codec_context.layout = "stereo"
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
        frame = av.AudioFrame(format="s16", layout="stereo", samples=48_000)
        frame.sample_rate = 48_000
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for resampled in resampler.resample(frame):
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return path.read_bytes()
