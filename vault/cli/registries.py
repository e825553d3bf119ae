"""`keyfob registries`: what keyfob knows of each, and whether a user's own profile is sound."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError

if TYPE_CHECKING:  # only --help and completion go without the profiles
    from vault.cli.desk import Desk
    from vault.registries.lifetimes import Lifetimes
    from vault.registries.profile import Profile

_EXAMPLE = """\
examples:
  keyfob registries
  keyfob registries gitlab-pat
  keyfob registries --json
  keyfob registries ~/.config/keyfob/registries/our-feed.toml

A profile of your own is a file registries/ID.toml in keyfob's configuration directory. It says
only what differs from another one:

  base = "bagetter"
  addresses = ["https://nuget.contoso.example/"]

or, for a GitLab or Gitea of your own, where its API is:

  base = "gitlab-pat"
  [api]
  address = "https://gitlab.contoso.example/api/v4"

Exit status 2: a file is no profile; the message names file, line and field."""

_HEAD = ("ID", "TITLE", "MATCHING", "LIFETIME", "PROFILE")
_NARROWS = (_HEAD.index("TITLE"), _HEAD.index("ID"))
_REFUSED = 2


def configure(parser: Parser) -> None:
    """Add the arguments of `registries`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "files",
        metavar="NAME",
        nargs="*",
        help="tell of a registry how its keys are rotated; of a file whether it is well-formed",
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List the registries, tell of some, or check files; 2 if one of them is no profile.

    Raises:
        UsageError: Files and --json were given.
    """
    if args.files and args.json:
        raise UsageError("--json is for the list.", "Leave it out, or the files.")
    return _check(args.files, desk) if args.files else _list(desk, as_json=args.json)


def _check(files: list[str], desk: Desk) -> int:
    from pathlib import Path

    from vault.errors import ProfileError
    from vault.registries.loader import load, read_profile
    from vault.text import safe

    status = 0
    for name in files:
        try:
            if _is_id(name):
                _tell(load(name), desk)
                continue
            profile = read_profile(Path(name))
        except ProfileError as error:
            desk.complain(error)
            status = _REFUSED
        else:
            desk.put(f"{safe(name)}: OK, the registry {safe(profile.id)}{_on(profile)}.")
            api = [] if profile.api is None else filter(None, [profile.api.at()])
            for address in (*profile.addresses, *api):
                desk.put(safe(f"  Its keys may be sent to {address}"))
    return status


def _is_id(name: str) -> bool:
    """Whether a registry is meant, not a file."""
    from pathlib import Path

    from vault.registries.loader import known

    return name.lower() in {profile.id for profile in known()} and not Path(name).exists()


def _tell(profile: Profile, desk: Desk) -> None:
    """How a registry's keys get new values."""
    from vault.cli.flow import fold
    from vault.text import safe

    page = profile.page("manage") or profile.page("create")
    rows = {
        "registry": profile.summary,
        "rotation": profile.rotation.note,
        "page": page or "",
        "API": _say_api(profile),
        "warns": profile.warns,
        "reveals": profile.reveals,
    }
    desk.put(f"{safe(profile.id)}: {safe(profile.title)}")
    for label, value in rows.items():
        if value:
            for line in fold(f"  {label:<9} {safe(value)}", desk.width or 0):
                desk.put(line)


def _say_api(profile: Profile) -> str:
    """Whether keyfob can have the registry make keys, and what that takes."""
    from vault.apis import api_of

    if profile.api is None:
        return "none that makes keys: they are rotated by hand, on its page"
    api = api_of(profile)
    if api is None:
        return "its address is not known: write it into a profile of your own, see --help"
    words = {"account": "your name", "password": "your password"}
    needs = " and ".join(words[need] for need in api.needs if need != "otp")
    told = f"takes {needs} there" if needs else "takes the key alone"
    return f"{api.address}: makes the new value, and {told}"


def _list(desk: Desk, *, as_json: bool) -> int:
    from vault.registries.loader import known, own_ids, problems

    where = None if desk.config is None else desk.config / "registries"
    profiles, mine = known(where), own_ids(where)
    desk.notes(*(f"Left out: {problem.message}" for problem in problems(where)))
    if as_json:
        import json

        desk.put(json.dumps([_json(one, own=one.id in mine) for one in profiles], indent=2))
    else:
        _print(profiles, {one.id: _whose(one, mine) for one in profiles}, desk)
    return 0


def _print(profiles: tuple[Profile, ...], whose: dict[str, str], desk: Desk) -> None:
    from vault.cli.table import GAP, lay_out
    from vault.text import safe

    rows = [
        [
            safe(profile.id),
            safe(profile.title),
            str(profile.matching),
            _say_lifetimes(profile.lifetimes),
            whose[profile.id],
        ]
        for profile in profiles
    ]
    for cells in lay_out([_HEAD, *rows], narrows=_NARROWS, width=desk.width):
        desk.put((" " * GAP).join(cells).rstrip())


def _whose(profile: Profile, mine: frozenset[str]) -> str:
    return f"yours{_on(profile)}" if profile.id in mine else "keyfob's"


def _on(profile: Profile) -> str:
    return f", on {profile.base}" if profile.base else ""


def _say_lifetimes(rules: Lifetimes) -> str:
    """Such as `30d at most`, `90d or never`: what it proposes, and how far it goes."""
    from vault.keys.duration import format_duration

    usual = "never" if rules.default is None else format_duration(rules.default)
    if rules.maximum is not None:
        longest = format_duration(rules.maximum)
        return f"{longest} at most" if longest == usual else f"{usual}, {longest} at most"
    return f"{usual} or never" if rules.never_ok and usual != "never" else usual


def _json(profile: Profile, *, own: bool) -> dict[str, object]:
    from vault.keys.duration import format_duration
    from vault.registries.hosts import configured_host, resolve

    rules, offer = profile.lifetimes, profile.trusted_publishing
    addresses = (resolve(written, configured_host) for written in profile.addresses)
    return {
        "id": profile.id,
        "title": profile.title,
        "summary": profile.summary,
        "own": own,
        "base": profile.base or None,
        "self_hosted": profile.self_hosted,
        "matching": str(profile.matching),
        "secret": profile.secret_source,
        "actions": [
            {"id": one.id, "label": one.label, "wire": one.wire} for one in profile.offered
        ],
        "lifetimes": {
            "options": [format_duration(length) for length in rules.options],
            "default": None if rules.default is None else format_duration(rules.default),
            "maximum": None if rules.maximum is None else format_duration(rules.maximum),
            "never": rules.never_ok,
        },
        "editable": list(profile.editable),
        "rotation": {"kind": profile.rotation.kind, "note": profile.rotation.note},
        "api": None if profile.api is None else profile.api.at(),
        "addresses": [address for address in addresses if address],
        "pages": {"create": profile.page("create"), "manage": profile.page("manage")},
        "clients": [{"name": one.name, "env": list(one.env)} for one in profile.clients],
        "reveals": profile.reveals or None,
        "warns": profile.warns or None,
        "trusted_publishing": None
        if offer is None
        else {"accepts": [str(ci) for ci in offer.accepts], "note": offer.note},
    }
