"""Asking for the settings of one key, or noting which ones nobody can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.cli.terminal import Terminal
from vault.errors import ValueRefusedError
from vault.moving.proposal import Suggestion
from vault.text import safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk

TRIES = 3
"""How often a setting may be typed."""

_SHOWN = 120


class LeftOutError(ValueRefusedError):
    """A key is not taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A setting that may have to be asked for.

    Attributes:
        what: What to ask with.
        suggestion: What is known or proposed.
        check: Raises `ValueRefusedError` for an answer that cannot be.
        option: The option that would answer it; "" if a suggestion always does.
    """

    what: str
    suggestion: Suggestion
    check: Callable[[str], object]
    option: str = ""


class Interview:
    """Questions about one key. Without a terminal, what is not sure is missing."""

    def __init__(self, terminal: Terminal | None, desk: Desk) -> None:
        self._terminal = terminal
        self._desk = desk
        self._missing: list[str] = []

    def answer(self, question: Question) -> str:
        """The answer, as typed or as suggested.

        Raises:
            LeftOutError: It was answered wrongly `TRIES` times.
        """
        suggestion = question.suggestion
        if self._terminal is None:
            if not suggestion.sure:
                self._missing.append(question.option)
            return suggestion.text
        if suggestion.sure and question.option:
            return suggestion.text
        default = f" [{safe(suggestion.text, _SHOWN)}]" if suggestion.text else ""
        for _ in range(TRIES):
            text = self._terminal.ask(f"{question.what}{default}: ").strip() or suggestion.text
            try:
                question.check(text)
            except ValueRefusedError as error:
                self._desk.complain(error)
            else:
                return text
        raise LeftOutError("It was not answered.")

    def check_complete(self) -> None:
        """Nothing, if every question has an answer.

        Raises:
            LeftOutError: Some have none.
        """
        if self._missing:
            options = ", ".join(f"--{option}" for option in self._missing)
            raise LeftOutError("Neither the key nor the file says all of it.", f"Give {options}.")
