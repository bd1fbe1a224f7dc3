"""Everything that can go wrong, in two kinds.

SegueError
├── Fixable              a person can fix it: exit 2, HTTP 4xx, a sentence and a hint
│   ├── BadInput         a file, a value or an argument that cannot be used
│   │   └── NeedsChoice  what can be read in two ways: somebody has to say which
│   ├── NotFound         a name or id that nothing here carries
│   ├── NotPossible      a good request that this dataset or installation cannot serve yet
│   │   └── OutOfReach   a server that is needed does not answer now; the same request may do later
│   ├── Refused          the asker has no right to it
│   ├── Unconfirmed      a change that the asker has not agreed to yet
│   └── Conflict         somebody else changed the same thing at the same time
└── Defect               our bug: exit 1, HTTP 500, a reference for the log

A message says what was found and where; a hint says what to do about it.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SegueError(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Fixable(SegueError):
    """Somebody other than us can put it right."""


class BadInput(Fixable):
    pass


class NeedsChoice(BadInput):
    """`choice` names what is open (dates, decimal), `options` the answers, `example` a cell."""

    def __init__(
        self, message: str, hint: str, choice: str, options: tuple[str, ...], example: str
    ) -> None:
        super().__init__(message, hint)
        self.choice = choice
        self.options = options
        self.example = example


class NotFound(Fixable):
    @classmethod
    def named(cls, what: str, name: str, known: Iterable[str], where: str = "") -> "NotFound":
        """`No segment named 'Loyl' in run 12. Did you mean 'Loyal'?`"""
        choices = sorted(known)
        by_folded = {choice.casefold(): choice for choice in choices}
        near = get_close_matches(name.casefold(), list(by_folded), n=3, cutoff=0.5)
        place = f" in {where}" if where else ""
        if near:
            hint = "Did you mean " + " or ".join(f"'{by_folded[n]}'" for n in near) + "?"
        elif choices:
            shown = ", ".join(f"'{c}'" for c in choices[:8])
            hint = f"There is {shown}{', ...' if len(choices) > 8 else ''}."
        else:
            hint = f"There is no {what} yet."
        return cls(f"No {what} named '{name}'{place}.", hint)


class NotPossible(Fixable):
    pass


class OutOfReach(NotPossible):
    pass


class Refused(Fixable):
    pass


class Unconfirmed(Fixable):
    pass


class Conflict(Fixable):
    pass


class Defect(SegueError):
    """Our bug."""
