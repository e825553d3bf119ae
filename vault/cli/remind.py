"""`keyfob remind`: a desktop notification when a key falls due, by a timer of the system's own."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.reminders.timers.base import Plan, Step, Timer
    from vault.reminders.told import Told

_EXAMPLE = """\
examples:
  keyfob remind install
  keyfob remind install --at 08:30 --dry-run
  keyfob remind status
  keyfob remind remove

install shows what it is going to write, and asks: a user timer of systemd on Linux, an agent of
launchd on macOS, a scheduled task on Windows. It calls keyfob remind run once a day, which shows a
notification when a key has newly fallen due, become urgent or expired, and needs no password.
Without systemd, cron does: 0 9 * * * keyfob remind run
Exit status 1: install was told no; remove or status: nothing is installed, or it does not run."""

DEFAULT_AT = "09:00"


def configure(parser: Parser) -> None:
    """Add the arguments of `remind`."""
    parser.epilog = _EXAMPLE
    what = ["install", "remove", "status", "run"]
    parser.add_argument("what", metavar="WHAT", choices=what, help=", ".join(what))
    parser.add_argument(
        "--at", metavar="TIME", help=f"install: the time of day (else {DEFAULT_AT})"
    )
    parser.add_argument("--dry-run", action="store_true", help="show it, and change nothing")
    parser.add_argument("--yes", action="store_true", help="install: do not ask")
    parser.add_argument("--json", action="store_true", help="status: an object")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Install or remove the timer, tell of it, or do what it does.

    Raises:
        UsageError: The options do not go together.
    """
    allowed = {
        "install": {"at", "dry_run", "yes"},
        "remove": {"dry_run"},
        "status": {"json"},
        "run": {"dry_run"},
    }[args.what]
    for name in ("at", "dry_run", "yes", "json"):
        if getattr(args, name) and name not in allowed:
            raise UsageError(
                f"{args.what} takes no --{name.replace('_', '-')}.", "See: keyfob remind --help"
            )
    verbs = {"install": _install, "remove": _remove, "status": _status, "run": _run}
    return verbs[args.what](args, desk)


def _run(args: argparse.Namespace, desk: Desk) -> int:
    """Show what is newly due, and remember that it was shown.

    Raises:
        ReminderError: There is no way to show it.
    """
    from vault.cli.places import naming_backups, state_for, store_for
    from vault.due import report
    from vault.reminders.notify import notice_of, notifier

    store, state = store_for(args, desk), state_for(desk)
    with naming_backups(store):
        found = report(store, state, desk.clock())
        told = _told(args, desk)
    desk.notes(*store.notes, *state.notes, found.note)
    news = told.news(found.rows)
    notice = notice_of(news, desk.clock()) if news else None
    if args.dry_run:
        for line in (notice.title, *notice.lines) if notice else ():
            desk.put(line)
        return 0
    if notice:
        way = notifier(desk.environ)
        if (problem := way.problem()) is not None:
            raise problem
        way.show(notice)
    told.remember(found.rows)
    return 0


def _install(args: argparse.Namespace, desk: Desk) -> int:
    """Install the timer, unless nothing could come of it.

    Raises:
        ReminderError: There is no timer or no desktop here, or the system refused.
    """
    from vault.paths import vault_path
    from vault.reminders.notify import notifier
    from vault.reminders.timers.machine import job_of, parse_time_of_day

    at = parse_time_of_day(args.at or DEFAULT_AT)
    timer = _timer(desk)
    problem = timer.problem() or notifier(desk.environ).problem()
    if problem is not None and not args.dry_run:
        raise problem
    _note_silence(args, desk)
    vault = vault_path(getattr(args, "vault", None), desk.environ)
    plan = timer.installing(job_of(vault, at, desk.environ))
    _show(plan, desk)
    if args.dry_run:
        if problem is not None:
            desk.complain(problem)
        return 0
    if not args.yes:
        from vault.cli.agreeing import agree_to_write

        agree_to_write(desk)
    _carry_out(plan, timer, desk)
    desk.note(f"Installed {timer.title}, daily at {at:%H:%M}. Undo it with: keyfob remind remove")
    return 0


def _note_silence(args: argparse.Namespace, desk: Desk) -> None:
    """Say so if the vault tells nothing that anybody could be reminded of.

    Raises:
        VaultError: There is no vault, or it is damaged.
    """
    from vault.cli.places import naming_backups, state_for, store_for
    from vault.due import report

    store = store_for(args, desk)
    with naming_backups(store):
        found = report(store, state_for(desk), desk.clock())
    if not found.total:
        desk.note(
            "There are no keys yet, or none that this vault tells of without the password: "
            "keyfob edit --index dates lets it."
        )


def _carry_out(plan: Plan, timer: Timer, desk: Desk) -> None:
    """Do it, or leave nothing of it."""
    from contextlib import suppress

    from vault.errors import VaultError
    from vault.reminders.programs import runner
    from vault.reminders.timers.base import carry_out

    run = runner(desk.environ)
    try:
        carry_out(plan, run)
    except VaultError:
        with suppress(VaultError):  # the first error is the one to tell
            carry_out(timer.removing(), run)
        raise


def _remove(args: argparse.Namespace, desk: Desk) -> int:
    from contextlib import suppress

    from vault.errors import VaultError
    from vault.reminders.programs import runner
    from vault.reminders.timers.base import carry_out

    timer = _timer(desk)
    if not any(path.exists() for path in timer.paths):
        desk.note("keyfob has installed no reminder.")
        return 1
    plan = timer.removing()
    _show(plan, desk)
    if args.dry_run:
        return 0
    carry_out(plan, runner(desk.environ))
    with suppress(VaultError):  # the vault may be gone; what was told of it tells nobody anything
        _told(args, desk).forget()
    desk.note(f"Removed {timer.title}.")
    return 0


def _status(args: argparse.Namespace, desk: Desk) -> int:
    timer = _timer(desk)
    at = timer.at()
    running = bool(at) and timer.running()
    if args.json:
        import json

        files = [str(path) for path in timer.paths if path.exists()]
        told = {"installed": bool(at), "running": running, "at": at or None, "files": files}
        desk.put(json.dumps(told, indent=2))
    elif not at:
        desk.put("Not installed. See: keyfob remind install")
    else:
        what = "runs" if running else "is installed but does not run; install it again"
        desk.put(f"{timer.title[:1].upper()}{timer.title[1:]} {what}, daily at {at}.")
    return 0 if running else 1


def _show(plan: Plan, desk: Desk) -> None:
    """What is going to happen, as commands and files."""
    from vault.text import safe

    _show_steps(plan.first, desk)
    for file in plan.files:
        desk.put(safe(str(file.path)))
        for line in file.text.splitlines():
            desk.put(safe(f"+ {line}"))
    for path in plan.gone:
        desk.put(safe(f"- {path}"))
    _show_steps(plan.then, desk)


def _show_steps(steps: tuple[Step, ...], desk: Desk) -> None:
    import shlex

    from vault.text import safe

    for step in steps:
        desk.put(safe(f"$ {shlex.join(step.command)}"))


def _timer(desk: Desk) -> Timer:
    from vault.paths import state_directory
    from vault.reminders.timers.machine import timer_of

    return timer_of(desk.environ, desk.state or state_directory())


def _told(args: argparse.Namespace, desk: Desk) -> Told:
    """What was told of the vault that is meant."""
    from vault.cli.places import store_for
    from vault.paths import state_directory
    from vault.reminders.told import Told
    from vault.sealing.header import read_vault_id

    return Told(desk.state or state_directory(), read_vault_id(store_for(args, desk).read()))
