"""The world to look at, as data: the same from the same seed, whole, and in eight languages."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import av
import pytest

from infrastructure.layers import ROOT
from infrastructure.local.world import generator, people, phrases, scenes
from infrastructure.local.world.generator import SIZES, Size, generate
from infrastructure.local.world.making import write
from parley_client.imports import check

WORLDS = [pytest.param(size, id=f"{name}-{tenant}") for name, each in SIZES.items() for tenant, size in each.items()]
PRINTED = (
    "import hashlib; from infrastructure.local.world.generator import *; "
    "print(hashlib.sha256(repr(generate(FULL)).encode()).hexdigest())"
)


def _digests() -> Iterator[str]:
    path = os.pathsep.join((str(ROOT), str(ROOT / "clients" / "python")))
    for hashes in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": hashes, "PYTHONPATH": path}
        command = [sys.executable, "-c", PRINTED]
        yield subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout  # noqa: S603


def test_every_process_makes_the_same_world_of_a_seed() -> None:
    first, second = _digests()
    assert first == second
    assert generate(generator.SMALL) != generate(generator.SMALL, seed=1)


@pytest.mark.parametrize("size", WORLDS)
def test_a_world_is_a_file_that_can_be_imported(size: Size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def draw(name: str, path: Path) -> None:
        drawn.append(name)
        path.write_text(name)

    monkeypatch.setattr("infrastructure.local.world.making._draw", draw)
    world = generate(size)
    write(world, tmp_path)
    checked = check(write(world, tmp_path))
    assert drawn == world.files, "each once, whoever asks again"
    assert checked.problems == []
    assert checked.counts["user"] == size.users
    for act in world.acts:
        conversation = checked.conversations.get(act.conversation_id)
        assert act.kind == "status" or (conversation and act.user_id in conversation.members), act
        is_of_poll = act.kind in {"ask", "vote"}  # which no line makes
        assert is_of_poll or not act.message_id or checked.conversation_of[act.message_id] == act.conversation_id, act
    for kind, names in _repeated(world).items():
        assert not names, kind


def _repeated(world: generator.World) -> dict[str, list[str]]:
    """What is there twice: a conversation's member, an act, a reaction."""
    members = [f"{line['conversation_id']} {each}" for line in world.lines if line["type"] == "conversation"
               for each in [line["created_by"], *line["members"]]]  # fmt: skip
    reactions = [json.dumps(line) for line in world.lines if line["type"] == "reaction"]
    found = {"members": members, "reactions": reactions, "acts": [act.name for act in world.acts]}
    return {kind: [name for name, count in Counter(names).items() if count > 1] for kind, names in found.items()}


@pytest.mark.parametrize("size", WORLDS)
def test_something_is_deleted_in_every_world(size: Size) -> None:
    assert "delete" in {act.kind for act in generate(size).acts}


def test_the_full_world_has_something_of_everything() -> None:
    world = generate(generator.FULL)
    counts = Counter(line["type"] for line in world.lines)
    assert counts["message"] > 3000
    kinds = {line["conversation_type"] for line in world.lines if line["type"] == "conversation"}
    assert kinds == {"direct", "group", "channel"}
    assert {act.kind for act in world.acts} == set(get_args(generator.Kind))
    suffixes = {Path(name).suffix for name in world.files}
    assert suffixes == {".jpg", ".png", ".mp4", ".ogg"}
    assert any("parent_id" in line for line in world.lines)
    said = {line["message_id"]: line for line in world.lines if line["type"] == "message"}
    assert [each for each in said.values() if each["author_id"] in each.get("mentions", ())] == []
    for act in world.acts:
        if act.kind == "edit":
            assert act.text != said[act.message_id]["text"], "an edit changes something"
            assert "mentions" not in said[act.message_id]
    (poll,) = (act for act in world.acts if act.kind == "ask")
    votes = [act for act in world.acts if act.kind == "vote"]
    assert world.acts.index(poll) < min(map(world.acts.index, votes))
    assert {act.message_id for act in votes} == {poll.message_id}
    assert {act.text for act in votes} == {str(number + 1) for number in range(len(generator.CHOICES))}
    assert len({act.user_id for act in votes}) == len(votes), "a vote each"
    welcomes = tuple(phrases.load(code).welcome for code in phrases.CODES)
    named = {line["conversation_id"] for line in world.lines if line["type"] == "conversation" and "name" in line}
    for conversation in named:
        first = min(each for each, line in said.items() if line["conversation_id"] == conversation)
        assert said[first]["text"].endswith(welcomes)
    for each in people.SHOWN:
        mine = [line for line in world.lines if line["type"] == "conversation" and each.user_id in line["members"]]
        assert len(mine) >= 10, each


@pytest.mark.parametrize("code", phrases.CODES)
def test_every_phrase_can_be_filled(code: str) -> None:
    language = phrases.load(code)
    words = dict.fromkeys(language.slots, "x")
    said = [
        *language.replies,
        *language.lines,
        *language.captions,
        *(turn for each in language.dialogues for turn in each),
    ]
    for phrase in said:
        assert "{" not in phrases.fill(phrase, words)
    assert all(len(each) >= 4 for each in language.dialogues)
    assert len(language.groups) >= generator.SMALL.groups


def test_a_users_name_does_not_depend_on_the_size() -> None:
    small = {each.user_id: each.name for each in generate(generator.SMALL).people}
    larger = {each.user_id: each.name for each in generate(replace(generator.SMALL, users=60)).people}
    assert small.items() <= larger.items()


def test_a_picture_follows_from_its_name() -> None:
    assert scenes.encoded("one", "PNG", (64, 48)) == scenes.encoded("one", "PNG", (64, 48))
    assert scenes.encoded("one", "PNG", (64, 48)) != scenes.encoded("two", "PNG", (64, 48))


def test_a_film_and_a_voice_message_can_be_played(tmp_path: Path) -> None:
    world = replace(generate(generator.SMALL), files=["media/sunrise.mp4", "media/voice-message.ogg"], lines=[])
    write(world, tmp_path)
    with av.open(str(tmp_path / "media" / "sunrise.mp4")) as film:
        assert (film.streams.video[0].codec_context.name, film.duration) == ("h264", 5_000_000)
    with av.open(str(tmp_path / "media" / "voice-message.ogg")) as voice:
        assert voice.streams.audio[0].codec_context.name in {"opus", "libopus"}
        assert sum(frame.samples for frame in voice.decode(audio=0)) >= 3.8 * 48_000
