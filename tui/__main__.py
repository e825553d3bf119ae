"""`keyfob`: with a verb it hands over to the command line, else it opens the app.

Nothing heavy is imported here: the command line must start in milliseconds, and the terminal's
echo must be off before Textual is imported, or a password typed early would show.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` and `collections.abc` take longer to load than `run` may
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
"""Exit status after ctrl+c, as a shell gives it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run keyfob; answers the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if _wants_app(arguments):
        try:
            from tui.start import run_app

            return run_app(arguments)
        except KeyboardInterrupt:  # before Textual took the keyboard over
            return INTERRUPTED
    if arguments[:1] == ["run"] and sys.platform != "win32":
        from vault.running.quick import run_quickly

        try:
            status = run_quickly(arguments)
        except KeyboardInterrupt:
            return INTERRUPTED
        if status is not None:  # all is said: to take the interpreter down takes longer than that
            os._exit(status)
    import gc

    gc.disable()  # a verb ends before collecting garbage could gain anything
    from vault.cli import main as command_line

    return command_line(arguments)


def _wants_app(arguments: Sequence[str]) -> bool:
    """Whether there is no verb: only options of the app, or nothing at all."""
    if "_ARGCOMPLETE" in os.environ:
        return False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--vault":
            next(rest, None)
        elif argument not in {"--demo", "--no-mouse"} and not argument.startswith("--vault="):
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
