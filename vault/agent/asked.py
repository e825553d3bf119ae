"""What a `keyfob run` asks the agent for, and whether the agent may stand in for it.

It may if it would do just the same: for the vault it holds, with the settings and profiles it
reads, in directories that look the same from here.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vault.agent.protocol import AgentError
from vault.running import form

if TYPE_CHECKING:  # loaded once the agent listens: see `vault.agent.errands.warm`
    from vault.running.errand import Task

READ = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""Variables that say where settings, profiles and vaults are: the agent reads its own."""

_TAGS = form.WORD + form.VARIABLE + form.DIRECTORY + form.INODE + form.COLUMNS


class NotHereError(AgentError):
    """A command that `keyfob run` is to do by itself."""

    def __init__(self) -> None:
        super().__init__("That is left to keyfob run.")


def task_asked_for(told: bytes, vault: Path, own: Mapping[str, str]) -> tuple[Task, int]:
    """What is asked for, and how wide a terminal the answer is shown on, 0 for none.

    Args:
        told: The fields of the question.
        vault: The real path of the vault that is held here.
        own: The environment of this process.

    Raises:
        NotHereError: It is left to `keyfob run`.
        AgentError: That is no question.
        UsageError: The words are none that `keyfob run` understands.
    """
    from vault.cli.run import task_of

    try:
        fields = form.unpack(told, _TAGS)
        (where,), (inode,), (columns,) = (
            fields[tag] for tag in (form.DIRECTORY, form.INODE, form.COLUMNS)
        )
        width = int(columns)
    except ValueError:
        raise AgentError("That is no command.") from None
    directory = Path(os.fsdecode(where))
    pairs = (os.fsdecode(each).partition("=") for each in fields[form.VARIABLE])
    environ = {name: value for name, _, value in pairs}
    args = parsed([os.fsdecode(each) for each in fields[form.WORD]])
    if (
        args.dry_run
        or getattr(args, "password_file", None) is not None
        or inode != form.inode_of(where)
        or any(environ.get(name) != own.get(name) for name in READ)
        or not _plain_path(environ)
        or not _is_meant(vault, getattr(args, "vault", None), environ, directory)
    ):
        raise NotHereError
    return task_of(args, directory, environ), width


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of `keyfob run`.

    Raises:
        NotHereError: They ask for help, or there are too many.
        UsageError: They are none.
    """
    try:
        args, rest = _parser().parse_known_args(["run", *words])
    except SystemExit:
        raise NotHereError from None
    if rest:
        raise NotHereError
    return args


@cache
def _parser() -> argparse.ArgumentParser:
    """The one of `keyfob run`; to make it takes longer than to use it."""
    from vault.cli.parser import build

    return build({"run": "run a client"}, ["run"])


def _plain_path(environ: Mapping[str, str]) -> bool:
    """Whether programs are found the same from any directory: this process is in none of theirs."""
    return all(map(os.path.isabs, environ.get("PATH", "").split(os.pathsep)))


def _is_meant(vault: Path, option: str | None, environ: Mapping[str, str], directory: Path) -> bool:
    """Whether a vault is the one that is meant, and its modes are in order."""
    from vault.paths import VAULT_VARIABLE, expanded, in_own_directory, vault_path

    chosen = option or environ.get(VAULT_VARIABLE)
    path = directory / expanded(chosen) if chosen else vault_path(None, {})
    own = in_own_directory(option, environ)
    return os.path.realpath(path) == str(vault) and _in_order(vault, own=own)


def _in_order(vault: Path, *, own: bool) -> bool:
    """Whether a vault's modes and owners are such that `keyfob run` would say nothing of them."""
    if sys.platform == "win32":
        return True
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        try:
            file, directory = vault.lstat(), vault.parent.stat()
        except OSError:
            return False
        others = stat.S_IRWXG | stat.S_IRWXO
        loose = directory.st_mode & (others if own else stat.S_IWGRP | stat.S_IWOTH)
        mine = file.st_uid == directory.st_uid == os.geteuid()
        return mine and not (file.st_mode & others or loose)
