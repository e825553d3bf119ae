"""`keyfob which`: which keys may do something to a package, and why the others may not."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import completes, registries
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.choice import Candidate
    from vault.keys.decision import Verdict
    from vault.which import Answer

_EXAMPLE = """\
examples:
  keyfob which push Contoso.Core
  keyfob which unlist Contoso.Core --registry nuget.org --json

The narrowest key that may comes first: an exact id before the longest beginning before * alone,
then fewer actions, then the sooner end; of a key with several globs the widest counts.
Keys of registries that can hold nothing of such a name are left out, and counted.
Exit status 0: some key may, or may if what it depends on holds. 1: none."""

_NARROWEST = 20  # columns of a sentence


def configure(parser: Parser) -> None:
    """Add the arguments of `which`."""
    parser.epilog = _EXAMPLE
    completes(
        parser.add_argument(
            "action", metavar="ACTION", help="push, push-new, push-version, unlist, owners ..."
        ),
        _actions,
    )
    parser.add_argument("package", metavar="PACKAGE", help="a package's id, without a version")
    completes(
        parser.add_argument("--registry", metavar="ID", help="only keys of this registry"),
        registries,
    )
    state = parser.add_mutually_exclusive_group()
    state.add_argument(
        "--new", dest="exists", action="store_const", const=False, help="the id does not exist yet"
    )
    state.add_argument(
        "--existing", dest="exists", action="store_const", const=True, help="the id exists"
    )
    parser.add_argument("--owner", metavar="NAME", help="who owns the package, or shall")
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print every key with its verdict; 1 if none may."""
    from vault.cli.session import lent
    from vault.which import parse_question, who_may

    question = parse_question(
        args.action,
        args.package,
        registry=args.registry,
        exists=args.exists,
        owner=args.owner,
    )
    with lent(args, desk) as lender:
        found = who_may(lender.keys, question, desk.clock())
    if args.json:
        import json

        desk.put(json.dumps([_json(one, desk) for one in found.candidates], indent=2))
    elif found.candidates:
        _print(found, desk)
    else:
        where = f" for {found.titles[question.registry]}" if question.registry else ""
        desk.note(f"There is no key{where}. Create one with: keyfob new --help")
    if found.left_out and not args.json:
        desk.note(found.say_left_out())
    return 0 if any(one.verdict.allowed is not False for one in found.candidates) else 1


def _actions(**_: object) -> list[str]:
    from vault.which import WORDS

    return list(WORDS)


def _print(found: Answer, desk: Desk) -> None:
    """A line per key; under it why not, or on what it depends."""
    from vault.cli.describe import say_grants
    from vault.cli.table import GAP, lay_out
    from vault.cli.words import say_end
    from vault.text import safe

    rows = [
        [
            _say(one.verdict),
            safe(one.key.name),
            safe(found.title(one.key)),
            say_grants(one.key),
            say_end(one.key.lifetime, desk),
        ]
        for one in found.candidates
    ]
    lines = lay_out(rows, narrows=(1, 2, 3), width=desk.width)
    gap = " " * GAP
    for one, cells in zip(found.candidates, lines, strict=True):
        desk.put(gap.join([_paint(cells[0], one.verdict, desk), *cells[1:]]))
        if not one.verdict.allowed:
            indent = " " * (len(cells[0]) + GAP)
            for line in _wrapped(safe(one.verdict.sentence), len(indent), desk):
                desk.put(indent + line)


def _wrapped(sentence: str, indent: int, desk: Desk) -> list[str]:
    """The lines of a sentence on a terminal; one line where there is none."""
    if desk.width is None:
        return [sentence]
    import textwrap

    return textwrap.wrap(sentence, max(desk.width - indent, _NARROWEST))


def _say(verdict: Verdict) -> str:
    """A verdict as glyph and word; the glyph is never the only sign of it."""
    return {True: "✓ may", None: "? depends", False: "✗ may not"}[verdict.allowed]


def _paint(text: str, verdict: Verdict, desk: Desk) -> str:
    colour = {True: "32", None: "33", False: "2"}[verdict.allowed]
    return f"\x1b[{colour}m{text}\x1b[0m" if desk.colour else text


def _json(one: Candidate, desk: Desk) -> dict[str, object]:
    from vault.cli.describe import key_json

    verdict, near = one.verdict, one.verdict.near
    return {
        **key_json(one.key, desk.clock()),
        "may": verdict.allowed,
        "reason": str(verdict.reason),
        "sentence": verdict.sentence,
        "near": None
        if near is None
        else {"glob": near.glob.text, "kind": str(near.kind), "fix": near.fix, "use": near.better},
    }
