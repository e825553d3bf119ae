"""Choosing a password: typed twice or read from a file, its strength said, a weak one refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.cli.passwords import SOURCES, need_terminal, password_in
from vault.cli.terminal import agrees
from vault.errors import NoPasswordError, ValueRefusedError

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.strength import Strength

_TRIES = 3


def choose_password(
    desk: Desk,
    prompt: str,
    *,
    file: str | None = None,
    weak: bool = False,
    hint: str = SOURCES,
) -> str:
    """A new password.

    Args:
        desk: Its terminal is asked, and told of the strength.
        prompt: What to ask with, e.g. `New password`.
        file: A file that holds it; nothing is asked then.
        weak: Whether one that is easy to guess is taken without a question.
        hint: What to do where there is no terminal.

    Raises:
        NoPasswordError: None was chosen; there is no terminal; or the file gives none.
        ValueRefusedError: The one in the file is easy to guess, and that was not expected.
    """
    if file is not None:
        chosen = password_in(desk, file)
        if _tell(desk, chosen).weak and not weak:
            raise ValueRefusedError(
                "The new password is easy to guess.",
                "Choose a longer one, or take this one all the same with --force.",
            )
        return chosen
    terminal = need_terminal(desk, hint)
    for _ in range(_TRIES):
        first = terminal.ask_hidden(f"{prompt}: ")
        if not first:
            desk.note("A vault without a password is none.")
            continue
        found = _tell(desk, first)
        if terminal.ask_hidden("The same again: ") != first:
            desk.note("The two are not the same.")
        elif weak or not found.weak or agrees(terminal, "Easy to guess. Keep it all the same?"):
            return first
    raise NoPasswordError("No password was chosen.", "Nothing was changed.")


def _tell(desk: Desk, password: str) -> Strength:
    from vault.strength import strength

    found = strength(password)
    desk.note(f"Strength: {found.word}.{found.advice and f' {found.advice}'}")
    return found
