"""The arguments of every verb: argparse, in one sentence per error and without echoing secrets."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from vault import __version__
from vault.cli.flow import flow
from vault.errors import ValueRefusedError

_ABOUT = "A terminal vault for package-registry API keys. Without a verb, keyfob opens the app."
_EPILOG = """\
exit status:
  0  done; for check: nothing is due
  1  the answer is no: a key is due, expired, or may not be used
  2  wrong usage, or a value refused
  3  wrong password, or no way to ask for one
  4  the vault is damaged, tampered with, or from a newer keyfob
  5  no such key, or the name is ambiguous
  6  a file could not be read or written
  7  a registry's API refused, or was not reached
  8  a registry's API was asked, and no answer came

keyfob VERB --help shows a verb's options and an example.
keyfob --demo opens the app on made-up keys, in memory."""


_ELSEWHERE = {
    "add": "new",
    "create": "new",
    "delete": "remove",
    "get": "copy",
    "ls": "list",
    "rm": "remove",
    "restore": "backup",
    "status": "check",
    "update": "edit",
}
"""What other programs call it, to what it is called here."""


class UsageError(ValueRefusedError):
    """What was typed is no command line of keyfob."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of examples, fits the rest, lists the verbs without a line that says VERB."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "".join(f"{indent}{line}\n" for line in flow(text, width - len(indent)))

    def _format_action(self, action: argparse.Action) -> str:
        text = super()._format_action(action)
        return text.split("\n", 1)[1] if action.nargs == argparse.PARSER else text


class Parser(argparse.ArgumentParser):
    """An argparse parser that raises instead of printing, and never guesses an option."""

    def __init__(self, **settings: Any) -> None:
        # With each argument argparse makes a formatter, which asks shutil for a width if it has
        # none: that import takes a tenth of the time of `check`.
        super().__init__(allow_abbrev=False, formatter_class=partial(_Help, width=80), **settings)

    def format_help(self) -> str:
        """The help, as wide as the terminal."""
        self.formatter_class = _Help
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed.

        Raises:
            UsageError: Always.
        """
        if message.startswith("argument VERB: invalid choice"):
            raise UsageError(
                "There is no such verb.", f"{_similar(message)}See: {self.prog} --help"
            )
        message = re.sub(
            r"ignored explicit argument .*", "takes no value", message, flags=re.DOTALL
        )
        message = message.removeprefix("argument ")
        message = message.replace("the following arguments are required:", "missing:")
        raise UsageError(
            f"{message[0].upper()}{message[1:].rstrip('.')}.", f"See: {self.prog} --help"
        )


def _similar(message: str) -> str:
    """A question that names the verb that was meant, if that can be guessed; else nothing."""
    from vault.cli import VERBS
    from vault.meant import meant

    typed = message.partition("invalid choice: '")[2].partition("'")[0].lower()
    if typed in _ELSEWHERE:
        return meant(_ELSEWHERE[typed], VERBS, most=1)
    return meant(typed, VERBS, nearness=0.7)


class _Version(argparse.Action):
    """`--version`."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"keyfob {__version__}")
        parser.exit()


def filled(text: str) -> str:
    """The text of an option that must not be empty, as `"$UNSET"` in a script makes it.

    Raises:
        ArgumentTypeError: It is; argparse adds which option.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty")
    return text


def parse(
    argv: Sequence[str], verbs: Mapping[str, str], environ: Mapping[str, str]
) -> tuple[Any, argparse.Namespace]:
    """The module of the verb that was typed, and its arguments.

    Raises:
        UsageError: Something in it is wrong; the message holds no argument that may be a secret.
        SystemExit: Help or version was asked for, and printed.
    """
    completing = "_ARGCOMPLETE" in environ
    mentioned = [verb for verb in verbs if completing or verb in argv]
    listed = verbs if {"-h", "--help"} & set(argv) or not mentioned else mentioned
    parser = build({verb: verbs[verb] for verb in listed}, mentioned)
    if completing:
        import argcomplete

        argcomplete.autocomplete(parser, always_complete_options=False)
    args, rest = parser.parse_known_args(argv)
    if rest:
        _refuse(rest, args)
    return _module(args.verb), args


def _module(verb: str) -> Any:
    return import_module(f"vault.cli.{verb}")


def build(verbs: Mapping[str, str], mentioned: Collection[str]) -> Parser:
    """The parser of these verbs, of which only those mentioned are imported."""
    parser = Parser(prog="keyfob", description=_ABOUT, epilog=_EPILOG)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    table = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True)
    add_shared(parser)
    for verb, about in verbs.items():
        sentence = f"{about[0].upper()}{about[1:]}."
        of_verb = table.add_parser(verb, help=about, description=sentence)
        add_shared(of_verb)
        if verb in mentioned:
            _module(verb).configure(of_verb)
    return parser


def add_shared(parser: Parser) -> None:
    """The options that every verb takes, before or after its name."""
    group = parser.add_argument_group("the vault")
    group.add_argument(
        "--vault",
        metavar="FILE",
        type=filled,
        default=argparse.SUPPRESS,
        help="the vault's file (else KEYFOB_VAULT, else the one in your data directory)",
    )
    group.add_argument(
        "--password-file",
        metavar="FILE",
        type=filled,
        default=argparse.SUPPRESS,
        help="read the password from this file's first line (else KEYFOB_PASSWORD_FILE, else "
        "the output of KEYFOB_PASSWORD_COMMAND, else you are asked)",
    )


def _refuse(rest: Sequence[str], args: argparse.Namespace) -> NoReturn:
    """Name unknown options; never repeat anything else, which may be a secret."""
    options = [text.split("=", 1)[0] for text in rest if text.startswith("--")]
    what = f"Unknown option {options[0]}." if options else "That is one argument too many."
    never = "A secret is never an argument. " if "secret_stdin" in args else ""
    raise UsageError(what, f"{never}See: keyfob {args.verb} --help")
