"""A command line read as its client reads it: which words are options, which are values.

A key must not go where nobody meant it to go, so whatever is not understood for certain is refused:
an unknown option might take the next word as its value, and the next word might be a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vault.errors import ValueRefusedError
from vault.text import safe

_SHOWN = 60  # characters of an option in a message
_OTHER_WAY = "Leave it out, or hand a key over by name: keyfob run --key NAME --env VARIABLE -- ..."


@dataclass(frozen=True, slots=True)
class Words:
    """What a command line said.

    Attributes:
        plain: The words that are neither options nor values of options.
        options: Values by option, in the order given; a flag's value is `true` or `false`.
    """

    plain: tuple[str, ...]
    options: dict[str, list[str]] = field(default_factory=dict)

    def value(self, name: str) -> str | None:
        """The value given last, or None."""
        return self.options[name][-1] if name in self.options else None

    def only(self, name: str) -> str | None:
        """The one value given, or None.

        Raises:
            ValueRefusedError: There are several: which one counts, clients decide differently.
        """
        if len(set(self.values(name))) > 1:
            raise ValueRefusedError(
                f"The command gives {_shown(name)} more than once.", "Give it once."
            )
        return self.value(name)

    def values(self, name: str) -> tuple[str, ...]:
        """Every value given."""
        return tuple(self.options.get(name, ()))

    def on(self, *names: str) -> bool:
        """Whether one of these flags is set."""
        return any(self.value(name) not in {None, "false"} for name in names)


class Options:
    """The options of one command, and how its client lets them be written."""

    def __init__(
        self,
        program: str,
        table: str,
        *,
        separators: str = "=",
        abbreviated: bool = False,
        any_case: bool = False,
        glued: bool = False,
        booleans: bool = False,
        ends: bool = True,
    ) -> None:
        """Describe the options.

        Args:
            program: What the client is called, for messages.
            table: Options with blanks between them. `-r/--repository=` is one in two spellings,
                named by the last, with a value; without `=` it is a flag.
            separators: Characters that may stand between an option and its value in one word.
            abbreviated: Whether a long option may be cut short while it is the only one.
            any_case: Whether case does not matter.
            glued: Whether a one-letter option may be followed at once by its value or by others.
            booleans: Whether a flag may be followed by `true` or `false`, or begin with `--no-`.
            ends: Whether `--` ends the options.
        """
        self._program = program
        self._separators = separators
        self._abbreviated = abbreviated
        self._any_case = any_case
        self._glued = glued
        self._booleans = booleans
        self._ends = ends
        self._names: dict[str, str] = {}
        self._taking: set[str] = set()
        for row in table.split():
            spellings = row.removesuffix("=").split("/")
            self._names |= {self._fold(each): spellings[-1] for each in spellings}
            if row.endswith("="):
                self._taking.add(spellings[-1])

    def read(self, words: Sequence[str]) -> Words:
        """What the words say.

        Raises:
            ValueRefusedError: An option is unknown, ambiguous or lacks its value.
        """
        plain: list[str] = []
        options: dict[str, list[str]] = {}
        rest = list(reversed(words))
        while rest:
            word = rest.pop()
            if word == "--" and self._ends:
                plain += reversed(rest)
                break
            if not _is_option(word):
                plain.append(word)
                continue
            for name, value in self._read(word, rest):
                options.setdefault(name, []).append(value)
        return Words(tuple(plain), options)

    def before(self, words: Sequence[str]) -> int:
        """How many words stand before the first plain one; unknown options count as flags."""
        rest = list(reversed(words))
        while rest and _is_option(rest[-1]):
            word = rest.pop()
            try:
                list(self._read(word, rest))
            except ValueRefusedError:
                continue
        return len(words) - len(rest)

    def _read(self, word: str, rest: list[str]) -> Iterator[tuple[str, str]]:
        """The options one word stands for; takes a value from the rest, whose next word is last."""
        name, value = self._split(word)
        if name is None:
            yield from self._read_glued(word, rest)
        elif name in self._taking:
            yield name, self._next(word, rest) if value is None else value
        elif value is not None and not (self._booleans and value in {"true", "false"}):
            raise self._refused(f"does not let {_shown(word)} have a value")
        else:
            yield name, self._flag(word, value, rest)

    def _read_glued(self, word: str, rest: list[str]) -> Iterator[tuple[str, str]]:
        name = self._names.get(word[:2])
        if not self._glued or name is None or word.startswith("--"):
            raise self._unknown(word)
        if name in self._taking:
            yield name, word[2:].removeprefix("=")
            return
        yield name, "true"
        yield from self._read("-" + word[2:], rest)

    def _split(self, word: str) -> tuple[str | None, str | None]:
        """The option's name, and the value that stands in the same word."""
        if (name := self._find(word)) is not None:
            return name, None
        ends = [at for each in self._separators if (at := word.find(each)) > 0]
        if ends and (name := self._find(word[: min(ends)])) is not None:
            return name, word[min(ends) + 1 :]
        return None, None

    def _find(self, spelling: str) -> str | None:
        spelling = self._fold(spelling)
        if spelling in self._names:
            return self._names[spelling]
        if self._booleans and spelling.startswith("--no-"):
            return self._find("--" + spelling[5:])
        if not self._abbreviated or spelling in {"-", "--"}:
            return None
        known = self._names.items()
        found = {name for each, name in known if each.startswith(spelling)}
        if len(found) > 1:
            raise self._refused(f"has several options that begin with {_shown(spelling)}")
        return next(iter(found), None)

    def _flag(self, word: str, value: str | None, rest: list[str]) -> str:
        if self._booleans and value is None and rest and rest[-1] in {"true", "false"}:
            value = rest.pop()
        said = value != "false"
        negated = (
            self._booleans and word.startswith("--no-") and self._fold(word) not in self._names
        )
        return "true" if said is not negated else "false"

    def _next(self, word: str, rest: list[str]) -> str:
        if not rest or _is_option(rest[-1]):
            raise self._refused(f"needs a value for {_shown(word)}")
        return rest.pop()

    def _fold(self, text: str) -> str:
        return text.lower() if self._any_case else text

    def _unknown(self, word: str) -> ValueRefusedError:
        shown = _shown(word.partition("=")[0])
        return ValueRefusedError(
            f"keyfob does not know the option {shown} of {self._program}, and so cannot tell what "
            "would go where.",
            _OTHER_WAY,
        )

    def _refused(self, what: str) -> ValueRefusedError:
        return ValueRefusedError(f"{self._program} {what}.", "Write the option in full.")


def _is_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")


def _shown(word: str) -> str:
    """An option for a message; never what follows its separator, which may be a key."""
    return safe(word.partition("=")[0].partition(":")[0], _SHOWN)
