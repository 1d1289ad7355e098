"""How far two words are from each other, as fingers slip: a letter missing, too many or another, or two swapped."""

MIN_LENGTH = 4
"""A shorter word is next to too many others."""
LONG = 8


def allowed(word: str) -> int:
    """How many slips a word may have: none in a short one or one with digits, two in a long one."""
    if len(word) < MIN_LENGTH or not word.isalpha():
        return 0
    return 1 if len(word) < LONG else 2


def distance(one: str, other: str, *, most: int) -> int:
    """The number of slips from one word to the other; above `most`, some number above it."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for column, theirs in enumerate(other, start=1):
            cost = min(row[-1] + 1, before[column] + 1, before[column - 1] + (letter != theirs))
            if at > 1 and column > 1 and letter == other[column - 2] and one[at - 2] == theirs:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def is_near(word: str, other: str) -> bool:
    """Whether `other` may have been meant by `word`: the first letter is right."""
    most = allowed(word)
    return most > 0 and word[0] == other[:1] and distance(word, other, most=most) <= most


def is_near_beginning(word: str, other: str) -> bool:
    """Whether `other` may begin as `word` was meant."""
    most = allowed(word)
    return (
        any(is_near(word, other[:length]) for length in range(len(word) - most, len(word) + most + 1))
        if most
        else False
    )
