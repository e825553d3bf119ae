"""A program named `keyring` for uv and pip, which ask it where the package `keyring` is not theirs.

It takes the questions those two ask: `keyring get URL USER`, `keyring get URL --mode creds` and
`keyring --mode=creds --output=json get URL [USER]`. The secret goes to stdout; any exit status but
0 means that there is none. Sources: uv's `keyring.rs`, pip's `network/auth.py`, keyring's `cli.py`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.errors import ValueRefusedError
from vault.hooks.asking import UnknownServerError
from vault.hooks.serving import LONGEST, serving

if TYPE_CHECKING:
    from vault.cli.desk import Desk

NONE = 1
"""Exit status where there is nothing to hand out."""

_CHOICES = {"--mode": ("password", "creds"), "--output": ("plain", "json")}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        service: The URL.
        username: The user, or None for any.
        both: Whether the user name is wanted too.
        as_json: Whether the answer is one JSON object.
    """

    service: str
    username: str | None
    both: bool
    as_json: bool


def main() -> int:
    """Answer one question."""
    return serving(lambda desk: serve(sys.argv[1:], desk))


def serve(words: Sequence[str], desk: Desk) -> int:
    """Answer on stdout.

    Args:
        words: The arguments.
        desk: Gives environment, clock and terminal.

    Raises:
        VaultError: There is no answer, for a reason the user should hear of.
    """
    from vault.hooks.python_index import index_at, lent_key, uploaded_by, user_for

    asked = read(words)
    try:
        server = index_at(asked.service, desk)
    except UnknownServerError:
        return NONE
    user_for(server, asked.username, "")
    owner, secret = lent_key(server, uploaded_by(os.getppid()), desk)
    with secret:
        user, text = user_for(server, asked.username, owner), secret.reveal()
        if asked.as_json:
            desk.put(json.dumps({"username": user, "password": text}))
        elif asked.both:
            desk.put(user)
            desk.put(text)
        else:
            desk.put(text)
    return 0


def read(words: Sequence[str]) -> Question:
    """A question from the program's arguments.

    Raises:
        ValueRefusedError: They are none that uv or pip ask with. Nothing of them is repeated.
    """
    given, plain = {"--mode": "password", "--output": "plain"}, []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if name in _CHOICES:
            given[name] = value if equals else (rest.pop(0) if rest else "")
            if given[name] not in _CHOICES[name]:
                raise _refused()
        elif word.startswith("-"):
            raise _refused()
        else:
            plain.append(word)
    both = given["--mode"] == "creds"
    if not (plain[:1] == ["get"] and len(plain) in ({2, 3} if both else {3})):
        raise _refused()
    if sum(map(len, plain)) > LONGEST:
        raise _refused()
    username = plain[2] if len(plain) > 2 else None  # noqa: PLR2004 - the third word
    return Question(plain[1], username or None, both, given["--output"] == "json")


def _refused() -> ValueRefusedError:
    return ValueRefusedError(
        "This keyring is keyfob's, and only hands out: keyring get URL USER.",
        "Ask the real one with: python -m keyring",
    )


if __name__ == "__main__":
    sys.exit(main())
