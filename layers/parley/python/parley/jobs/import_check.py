"""Checking a file before anything of it is written: every line by itself, and what the lines say of each other."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from parley import clock
from parley.jobs import import_lines
from parley.jobs.import_lines import (
    BadLine,
    ConversationLine,
    Line,
    MembershipLine,
    MessageLine,
    ReactionLine,
    UserLine,
    VoteLine,
)
from parley.messaging.messages.pins import MAX_PINS
from parley.messaging.messages.reactions.reactions import MAX_KINDS

NO_TYPES: Mapping[str, str] = MappingProxyType({})
MOST_PROBLEMS = 200
"""That are kept; the others are counted."""
SKEW_MS = 5 * 60_000
"""By how much another chat's clock may be ahead."""
MOST_MESSAGES = 100_000
MOST_MEMBERS = 5_000
MOST_BLOCK_BYTES = 64 * 1024 * 1024
"""Of one conversation, which is held in memory while it is written."""


@dataclass
class Report:
    """What was found: how many lines there are of each type, what is wrong, and where conversations begin."""

    lines: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    problem_count: int = 0
    files: int = 0
    """How many files messages name that are there."""
    declared_types: dict[str, str] = field(default_factory=dict)
    """The types of the tenant's that conversations name, and what each is built like."""
    begins_at: int | None = None
    """The byte at which the first conversation begins; None where there is none."""

    def add(self, number: int, problem: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((number, problem))


@dataclass
class _Conversation:
    """What of a conversation the lines after it refer to."""

    line: ConversationLine
    began: int
    members: set[str]
    messages: dict[str, bool] = field(default_factory=dict)
    """Whether each is a reply."""
    kinds: dict[str, set[str]] = field(default_factory=dict)
    polls: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By message: how many options there are, and how many a user may choose."""
    pins: int = 0


class _Checker:
    def __init__(self, report: Report, types: Mapping[str, str]) -> None:
        self.report = report
        self._types = types
        self.users: set[str] = set()
        self.conversations: set[str] = set()
        self.elsewhere: dict[str, int] = {}
        """Users whom no line makes, by the line that names them first."""
        self.teams: dict[str, frozenset[str]] = {}
        """Of users whose lines name them."""
        self.in_teams: dict[tuple[str, str], int] = {}
        """Members of conversations of teams, with the team, by the line that names them first."""
        self._current: _Conversation | None = None
        self._now = clock.now_ms() + SKEW_MS

    def add(self, line: Line, number: int, began: int, end: int) -> None:
        """Raises `BadLine`."""
        if isinstance(line, UserLine):
            self._user(line)
        elif isinstance(line, ConversationLine):
            self._begin(line, number, began)
        else:
            current = self._current
            if current is None:
                raise BadLine("it comes before any conversation")
            if end - current.began > MOST_BLOCK_BYTES:
                raise BadLine("a conversation with all of its lines is at most 64 MiB")
            if isinstance(line, MembershipLine | MessageLine) and line.conversation_id != current.line.conversation_id:
                raise BadLine("it is of another conversation than the one before it")
            if isinstance(line, MembershipLine):
                self._member(current, line, number)
            elif isinstance(line, MessageLine):
                self._message(current, line, number)
            elif isinstance(line, ReactionLine):
                self._reaction(current, line, number)
            else:
                self._vote(current, line, number)

    def _user(self, line: UserLine) -> None:
        if self._current is not None:
            raise BadLine("users come before all conversations")
        self.users.add(line.user_id)
        if "teams" in line.model_fields_set:
            self.teams[line.user_id] = frozenset(line.teams or ())

    def _begin(self, line: ConversationLine, number: int, began: int) -> None:
        members = {line.created_by, *line.members}
        self._current = _Conversation(line, began, members)
        if line.conversation_id in self.conversations:
            raise BadLine("a conversation of this id is in the file already")
        self.conversations.add(line.conversation_id)
        if line.declared_type is not None:
            if self._types.get(line.declared_type) != line.conversation_type:
                raise BadLine(f"the tenant has declared no type {line.declared_type} like a {line.conversation_type}")
            self.report.declared_types[line.declared_type] = line.conversation_type
        if self.report.begins_at is None:
            self.report.begins_at = began
        self._name(members, number)
        self._hold_to_team(line, members, number)

    def _hold_to_team(self, line: ConversationLine, user_ids: Iterable[str], number: int) -> None:
        for user_id in user_ids:
            if line.team is not None:
                self.in_teams.setdefault((user_id, line.team), number)

    def _name(self, user_ids: Iterable[str], number: int) -> None:
        for user_id in user_ids:
            if user_id not in self.users:
                self.elsewhere.setdefault(user_id, number)

    def _member(self, current: _Conversation, line: MembershipLine, number: int) -> None:
        if current.line.conversation_type == "direct" and (line.user_id not in current.members or line.role):
            raise BadLine("a direct conversation has two members, and no roles")
        current.members.add(line.user_id)
        if len(current.members) > MOST_MEMBERS:
            raise BadLine(f"a conversation has at most {MOST_MEMBERS} members")
        self._name([line.user_id], number)
        self._hold_to_team(current.line, [line.user_id], number)

    def _message(self, current: _Conversation, line: MessageLine, number: int) -> None:
        if line.message_id in current.messages:
            raise BadLine("a message of this id is in the conversation already")
        if line.parent_id is not None and current.messages.get(line.parent_id) is not False:
            raise BadLine("the message that it replies to does not come before it, or is a reply itself")
        if len(current.messages) >= MOST_MESSAGES:
            raise BadLine(f"a conversation has at most {MOST_MESSAGES} messages")
        if line.quoted_id is not None and line.quoted_id not in current.messages:
            raise BadLine("the message that it quotes does not come before it, in the same conversation")
        closed_at = None if line.poll is None else line.poll.closed_at
        moments = (line.created_at, line.edited_at, line.deleted_at, closed_at)
        if any(moment is not None and (import_lines.ms(moment) or 0) > self._now for moment in moments):
            raise BadLine("its moment is yet to come")
        current.messages[line.message_id] = line.parent_id is not None
        if line.poll is not None:
            current.polls[line.message_id] = (len(line.poll.options), line.poll.max_votes)
        self.report.files += len(line.attachments) if line.deleted_at is None else 0
        current.pins += line.pinned and line.deleted_at is None
        if current.pins > MAX_PINS:
            raise BadLine(f"a conversation has at most {MAX_PINS} pinned messages")
        if line.author_id is not None:
            self._name([line.author_id], number)

    def _vote(self, current: _Conversation, line: VoteLine, number: int) -> None:
        if line.message_id not in current.polls:
            raise BadLine("no message with a poll comes before it, in the same conversation")
        options, most = current.polls[line.message_id]
        known = {str(each) for each in range(1, options + 1)}
        if not known.issuperset(line.options):
            raise BadLine(f"the poll has {options} options, of which the first is 1")
        if len(set(line.options)) > most:
            raise BadLine(f"a user votes for at most {most} options of it")
        self._name([line.user_id], number)

    def _reaction(self, current: _Conversation, line: ReactionLine, number: int) -> None:
        if line.message_id not in current.messages:
            raise BadLine("its message does not come before it, in the same conversation")
        kinds = current.kinds.setdefault(line.message_id, set())
        kinds.add(line.reaction)
        if len(kinds) > MAX_KINDS:
            raise BadLine(f"a message has at most {MAX_KINDS} kinds of reactions")
        self._name([line.user_id], number)


def check(
    chunks: Iterable[bytes],
    *,
    known: Callable[[list[str]], set[str]],
    types: Mapping[str, str] = NO_TYPES,
    teams_of: Callable[[list[str]], Mapping[str, frozenset[str]]] | None = None,
) -> Report:
    """Check a whole file; `known` says which of these users the tenant has, `types` what its own types are built like.

    `teams_of` says which teams these users are in, where those count.

    Memory holds one line, and the ids of users, conversations and one conversation's messages.
    """
    report = Report()
    checker = _Checker(report, types)
    began = 0
    for number, raw, end in import_lines.split(chunks):
        try:
            line = import_lines.read_line(raw)
            report.lines[line.type] += 1
            checker.add(line, number, began, end)
        except BadLine as bad:
            report.add(number, str(bad))
        began = end
    missing = [user_id for user_id in checker.elsewhere if user_id not in checker.users]
    there = known(missing) if missing else set()
    for user_id in missing:
        if user_id not in there:
            report.add(checker.elsewhere[user_id], f"the user {user_id} is neither in the file nor in the tenant")
    if teams_of is not None:
        _check_teams(checker, teams_of)
    if not report.lines and not report.problem_count:
        report.add(1, "the file is empty")
    return report


def _check_teams(checker: _Checker, teams_of: Callable[[list[str]], Mapping[str, frozenset[str]]]) -> None:
    """Hold members of conversations of teams to these: by the line of the user or, where it says none, by the table."""
    unsaid = list({user_id for user_id, _ in checker.in_teams if user_id not in checker.teams})
    found = {**(teams_of(unsaid) if unsaid else {}), **checker.teams}
    for (user_id, team), number in checker.in_teams.items():
        if team not in found.get(user_id, frozenset()):
            checker.report.add(number, f"not_in_team: the user {user_id} is not in the conversation's team {team}")
