"""Makes a world on the local stack, as tenants' back ends would: the import first, then what an import does not take.

What is made is kept in `seed/` of the stack's directory, so making it again changes nothing, and what was interrupted
is gone on with.
"""

import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from infrastructure.local import seed
from infrastructure.local.seed import SeedFailed, SigningKey
from infrastructure.local.state import StackState
from infrastructure.local.world import generator, people, recordings, scenes
from infrastructure.local.world.generator import CHOICES, POLL, Act, World
from parley_client import Client, Conflict, TenantKey
from parley_client.imports import Importer, OtherPlace, State, check
from parley_client.imports.importer import wait_out
from parley_client.imports.lanes import spread

NAMES = {seed.TENANT: "Demo", "harbour": "Harbour Bikes"}
MESSAGES_PER_MINUTE = 600
"""As much as a tenant may allow a user: a day's talk is sent within a minute."""
WORKERS = 8
HOOK = "https://hooks.example.com/parley"
HOOK_EVENTS: list[Literal["conversation.archived", "user.deleted", "media.rejected"]] = [
    "conversation.archived",
    "user.deleted",
    "media.rejected",
]
"""Rare ones: nobody listens there, and each delivery is tried again and again."""


class UnknownSize(ValueError):
    """There is no world of this size."""


@dataclass
class Made:
    """How much there is, by type; `new` is how much of it was made now."""

    there: int = 0
    new: int = 0


def make(directory: Path, current: StackState, size: str = "full") -> Made:
    """Make the world of this size, or what is missing of it. Raises `SeedFailed` where Parley refuses some of it."""
    if size not in generator.SIZES:
        raise UnknownSize(f"SIZE is one of {', '.join(generator.SIZES)}, not {size}")
    known = seed.credentials(directory)
    made = Made()
    with Client(current.api_url, known.operator_key) as operator:
        for tenant, wanted in generator.SIZES[size].items():
            key = _prepare(operator, tenant, directory / "seed", known.signing_key)
            world = generator.generate(wanted)
            folder = directory / "seed" / size / tenant
            file = write(world, folder)
            progress = _Progress(NAMES[tenant], len(world.lines) + len(world.acts))
            with Client(current.api_url, TenantKey(key.kid, key.secret).server_token) as parley:
                _Making(parley, file, f"{size} {generator.SEED}", progress, made).run(world)
    seed.keep_users(directory, {each.user_id: each.name for each in people.SHOWN})
    return made


def write(world: World, folder: Path) -> Path:
    """The world as the file of an import, with the files that it names."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    for name in world.files:
        if not (folder / name).exists():
            part = folder / "media" / f"new-{Path(name).name}"
            _draw(name, part)
            part.replace(folder / name)
    file = folder / "world.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in world.lines))
    return file


def _draw(name: str, path: Path) -> None:
    match path.suffix:
        case ".mp4":
            recordings.film(path)
        case ".ogg":
            recordings.voice(path)
        case suffix:
            path.write_bytes(scenes.encoded(name, "PNG" if suffix == ".png" else "JPEG"))


def _prepare(operator: Client, tenant: str, folder: Path, demo: SigningKey) -> SigningKey:
    """The tenant, with a limit that lets it be made within minutes; the key of its back end."""
    with suppress(Conflict):  # it is there
        operator.create_tenant(id=tenant, name=NAMES[tenant])
    if operator.get_tenant(tenant)["settings"]["messages_per_minute"] < MESSAGES_PER_MINUTE:
        operator.update_tenant(tenant, settings={"messages_per_minute": MESSAGES_PER_MINUTE})
    if tenant == seed.TENANT:
        return demo
    kept = kept_key(folder, tenant)
    if kept and any(each["kid"] == kept.kid for each in operator.list_keys(tenant)["data"]):
        return kept
    created = operator.create_key(tenant, algorithm="HS256")
    key = SigningKey(created["kid"], str(created["secret"]))
    folder.mkdir(parents=True, exist_ok=True)
    file = _key_file(folder, tenant)
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(key)) + "\n")
    return key


def kept_key(folder: Path, tenant: str) -> SigningKey | None:
    """The key of a tenant's back end that an earlier run has made."""
    file = _key_file(folder, tenant)
    return SigningKey(**json.loads(file.read_text())) if file.exists() else None


def _key_file(folder: Path, tenant: str) -> Path:
    return folder / f"{tenant}-key.json"


class _Making:
    """One tenant's world."""

    def __init__(self, parley: Client, file: Path, source: str, progress: "_Progress", made: Made) -> None:
        self._parley, self._file, self._source = parley, file, source
        self._progress, self._made = progress, made

    def run(self, world: World) -> None:
        place = self._file.with_suffix(".state")
        try:
            self._run(world, place)
        except OtherPlace:  # the stack was started anew
            place.unlink()
            self._run(world, place)
        self._progress.end()

    def _run(self, world: World, place: Path) -> None:
        with State(place, "the local stack", self._source) as state:
            told: Callable[[str], None] = lambda _type: self._progress.step()  # noqa: E731
            importer = Importer(self._parley, state, source=f"seed {self._source}", workers=WORKERS, progress=told)
            report = importer.run(check(self._file))
            if report.failures:
                first = report.failures[0]
                raise SeedFailed(f"{len(report.failures)} refused, first line {first.line}: {first.detail}")
            self._made.there += sum((report.made + report.known).values())
            self._made.new += sum(report.made.values())
            at_last = [act for act in world.acts if act.kind == "archive"]
            before = [act for act in world.acts if act.kind != "archive"]
            spread(before, lambda act: act.conversation_id, lambda act: self._act(state, act), workers=WORKERS)
            self._hook()
            for act in at_last:
                self._act(state, act)

    def _act(self, state: State, act: Act) -> None:
        is_new = state.get("act", act.name) is None
        if is_new:
            wait_out(lambda: self._do(state, act))
            state.put("act", act.name, "done")
        self._made.there += 1
        self._made.new += is_new
        self._progress.step()

    def _do(self, state: State, act: Act) -> None:
        user = self._parley.acting_as(act.user_id)
        message = state.get("message", act.message_id) or ""
        if act.kind in {"edit", "delete"}:
            _change(user, message, act)
        elif act.kind == "flag":
            key = f"seed-{self._source}-{act.name}".replace(" ", "-")
            user.flag_message(message, reason=act.text, idempotency_key=key)
        elif act.kind == "pin":
            user.pin_message(message)
        elif act.kind == "ask":
            self._ask(state, user, act)
        elif act.kind == "vote":
            user.vote(message, options=[act.text or ""])
        else:
            self._move(user, state.get("conversation", act.conversation_id) or "", message, act)

    def _ask(self, state: State, user: Client, act: Act) -> None:
        sent = user.send_message(
            conversation_id=state.get("conversation", act.conversation_id) or "",
            poll={"question": POLL, "options": [{"text": choice} for choice in CHOICES]},
            idempotency_key=f"seed-{self._source}-{act.message_id}".replace(" ", "-"),
        )
        state.put("message", act.message_id, sent["id"])

    @staticmethod
    def _move(user: Client, conversation: str, message: str, act: Act) -> None:
        """What may be done again: it changes nothing then."""
        match act.kind:
            case "read":
                user.mark_read(conversation, message_id=message)
            case "mute":
                user.mute_conversation(conversation)
            case "archive":
                user.archive_conversation(conversation)
            case "status":
                user.set_status(status_text=act.text)

    def _hook(self) -> None:
        if all(each["url"] != HOOK for each in self._parley.list_webhooks()["data"]):
            self._parley.create_webhook(url=HOOK, events=[*HOOK_EVENTS], description="What the back office is told")


def _change(user: Client, message: str, act: Act) -> None:
    """Edit or delete, unless it is seen to be done: a second edit would be another version."""
    found = user.get_message(message)
    if found["deleted_at"] is not None or found["text"] == act.text:
        return
    if act.kind == "edit":
        user.edit_message(message, text=act.text)
    else:
        user.delete_message(message)


class _Progress:
    """A line that counts on a terminal, one for each tenth elsewhere."""

    def __init__(self, title: str, whole: int) -> None:
        self._title, self._whole, self._done, self._said = title, whole, 0, 0
        self._lock, self._terminal = threading.Lock(), sys.stdout.isatty()

    def step(self) -> None:
        with self._lock:
            self._done += 1
            tenth = self._done * 10 // self._whole
            if self._terminal and (self._done % 20 == 0 or self._done == self._whole):
                print(f"\r  {self._title}: {self._done} of {self._whole}", end="", flush=True)
            elif not self._terminal and tenth > self._said:
                print(f"  {self._title}: {self._done} of {self._whole}", flush=True)
            self._said = tenth

    def end(self) -> None:
        if self._terminal:
            print()
