"""Asking hooks what clients ask them, in this process."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from tests.vault.cli.bench import Answers, Bench
from vault.cli.desk import Desk
from vault.hooks.serving import serving


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str


def secret_of(name: str) -> str:
    """The made-up secret of a key."""
    return f"made-up-{name}-0123456789abcdef"


def new_key(
    bench: Bench,
    name: str,
    registry: str,
    scope: str,
    glob: str,
    *,
    owner: str = "contoso",
    expires: str = "30d",
    secret: str = "",
) -> str:
    """A key, and its secret."""
    secret = secret or secret_of(name)
    bench.ok(
        "new", name, "--registry", registry, "--owner", owner, "--scope", scope, "--glob", glob,
        "--expires", expires, "--secret-stdin", stdin=secret + "\n",
    )  # fmt: skip
    return secret


def desk_of(bench: Bench, stdin: str = "", answers: list[str] | None = None) -> Desk:
    """The desk a hook works at. With answers there is a terminal, without there is none."""
    terminal = None if answers is None else Answers(answers)
    return Desk(
        stdin=io.StringIO(stdin),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ=bench.environ,
        clock=lambda: bench.now,
        zone=UTC,
        terminal=lambda: terminal,
        state=bench.home / "state",
        config=bench.home / "config",
    )


def ask(
    bench: Bench,
    serve: Callable[[Desk], int],
    stdin: str = "",
    answers: list[str] | None = None,
) -> Answer:
    """What a hook answers."""
    desk = desk_of(bench, stdin, answers)
    status = serving(serve, desk)
    assert isinstance(desk.stdout, io.StringIO)
    assert isinstance(desk.stderr, io.StringIO)
    return Answer(status, desk.stdout.getvalue(), desk.stderr.getvalue())


def locked(bench: Bench) -> None:
    """From now on nothing gives the password."""
    bench.environ.pop("KEYFOB_PASSWORD_FILE", None)
