"""`keyfob hook`: let clients ask keyfob for keys by themselves, and undo that."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError, filled

if TYPE_CHECKING:  # only --help and completion go without them
    from pathlib import Path

    from vault.cli.desk import Desk
    from vault.hooks.install import Installer, Plan
    from vault.hooks.settings.form import Value

CLIENTS = ("cargo", "docker", "git", "keyring")

_EXAMPLE = """\
examples:
  keyfob hook install git
  keyfob hook install keyring --dry-run
  keyfob hook list
  keyfob hook remove git

install shows what it is going to write into the client's own configuration, and asks. remove puts
back what was there. keyring is for uv and pip: a program of that name, which they call.

The client then asks keyfob whenever it needs a key. While the vault is locked it asks for the
password at the terminal; where there is none the client is refused: see keyfob unlock.
Exit status 1: install was told no, or there is nothing to remove."""


def configure(parser: Parser) -> None:
    """Add the arguments of `hook`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "what", metavar="WHAT", choices=["install", "remove", "list"], help="install, remove, list"
    )
    parser.add_argument(
        "client", metavar="CLIENT", nargs="?", choices=CLIENTS, help=", ".join(CLIENTS)
    )
    parser.add_argument("--dry-run", action="store_true", help="show it, and write nothing")
    parser.add_argument("--yes", action="store_true", help="install: do not ask")
    parser.add_argument(
        "--dir",
        dest="directory",
        metavar="DIRECTORY",
        type=filled,
        help="install keyring: where the program goes (else bin in keyfob's data directory)",
    )
    parser.add_argument("--json", action="store_true", help="list: an array of objects")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Install or remove the hook of one client, or list all.

    Raises:
        UsageError: The options do not go together.
    """
    if args.what == "list":
        if args.client or args.dry_run or args.yes or args.directory:
            raise UsageError("list takes no CLIENT, and of the options only --json.")
        return _list(args, desk)
    if args.client is None:
        raise UsageError("Name a client.", f"keyfob has hooks for {', '.join(CLIENTS)}.")
    if args.json:
        raise UsageError("--json belongs to: keyfob hook list")
    if args.directory and (args.what, args.client) != ("install", "keyring"):
        raise UsageError("--dir belongs to: keyfob hook install keyring")
    return _install(args, desk) if args.what == "install" else _remove(args, desk)


def _install(args: argparse.Namespace, desk: Desk) -> int:
    installer = _installer(desk, args.directory)
    plan = installer.installing(args.client)
    if not plan.files:
        desk.note(f"The hook for {args.client} is installed.")
        desk.notes(*plan.notes)
        return 0
    _show(plan, desk)
    if args.dry_run:
        desk.notes(*plan.notes)
        return 0
    if not args.yes:
        from vault.cli.agreeing import agree_to_write

        agree_to_write(desk)
    installer.carry_out(plan)
    desk.note(f"Installed the hook for {args.client}. Undo it with: keyfob hook remove")
    desk.notes(*plan.notes)
    return 0


def _remove(args: argparse.Namespace, desk: Desk) -> int:
    installer = _installer(desk)
    plan = installer.removing(args.client)
    if not plan.paths:
        desk.note(f"keyfob has installed no hook for {args.client}.")
        return 1
    _show(plan, desk)
    if not args.dry_run:
        installer.carry_out(plan)
        desk.note(f"Removed the hook for {args.client}.")
    desk.notes(*plan.notes)
    return 0


def _list(args: argparse.Namespace, desk: Desk) -> int:
    import json

    from vault.cli.table import GAP, lay_out
    from vault.text import safe

    installer = _installer(desk)
    rows = [(client, *_state(installer, client, desk)) for client in CLIENTS]
    if args.json:
        found = [
            {"client": client, "state": state, "files": [str(path) for path in paths]}
            for client, state, paths in rows
        ]
        desk.put(json.dumps(found, indent=2))
        return 0
    cells = [[client, state, safe(", ".join(map(str, paths)))] for client, state, paths in rows]
    for line in lay_out([["CLIENT", "HOOK", "FILES"], *cells]):
        desk.put((" " * GAP).join(line).rstrip())
    return 0


def _state(installer: Installer, client: str, desk: Desk) -> tuple[str, tuple[Path, ...]]:
    """Whether a client asks keyfob, and the files that say so."""
    from vault.errors import VaultError

    try:
        plan = installer.installing(client)
    except VaultError as error:
        desk.complain(error)
        return "unknown", ()
    if not plan.files:
        return "installed", plan.paths
    return ("changed since" if installer.installed(client).files else "none"), plan.paths


def _show(plan: Plan, desk: Desk) -> None:
    """What changes, setting by setting: the other lines of these files may hold secrets."""
    from vault.text import safe

    for change in plan.files:
        desk.put(safe(str(change.path)))
        for row in change.rows:
            for sign, value in (("-", row.before), ("+", row.after)):
                for line in _lines(".".join(row.name), value):
                    desk.put(safe(f"{sign} {line}"))


def _lines(name: str, value: Value) -> list[str]:
    import json

    if value is None:
        return []
    if not name:
        return str(value).splitlines()
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}"]


def _installer(desk: Desk, directory: str | None = None) -> Installer:
    from pathlib import Path

    from vault.errors import StorageError
    from vault.hooks.install import Installer
    from vault.paths import expanded, state_directory, vault_path

    home = desk.environ.get("HOME") or desk.environ.get("USERPROFILE")
    if not home:
        raise StorageError("There is no home directory.", "Set HOME.")
    state = desk.state or state_directory()
    programs = expanded(directory).absolute() if directory else _programs(state)
    return Installer(
        desk.environ, Path(home), state, programs or vault_path(None, {}).parent / "bin"
    )


def _programs(state: Path) -> Path | None:
    """Where the program `keyring` was put the last time."""
    from pathlib import Path

    from vault.hooks.record import read_record

    rows = [row for row in read_record(state, "keyring").files if row.form == "whole"]
    return Path(rows[-1].path).parent if rows else None
