"""A registry's profile: everything keyfob knows of it, as data from one TOML file."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlencode

import msgspec

from vault.errors import GlobRefusedError, ValueRefusedError
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Action, Operation
from vault.keys.key import Draft, Key
from vault.keys.kind import Kind
from vault.keys.lifetime import Lifetime
from vault.meant import meant
from vault.registries.api import ApiRow
from vault.registries.form import FieldRow, FormField, Words, fill, form_fields
from vault.registries.hosts import Address, HostReader, configured_host, resolve
from vault.registries.lifetimes import Lifetimes
from vault.registries.trusted import TrustedPublishing

if TYPE_CHECKING:
    from vault.keys.formats.recognition import Recognition


class ActionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One action as a profile writes it: see `vault.keys.grant.Action`.

    Attributes:
        form: What the registry's page calls it, if not `label`.
        proposed: Whether it may be ticked before anyone was asked. Not if it lets out something
            else than packages, or far more than packages.
    """

    id: str
    label: str
    permits: frozenset[Operation]
    wire: str
    offered: bool = True
    group: str = ""
    help: str = ""
    form: str = ""
    proposed: bool = True


class Globs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to say about globs.

    Attributes:
        example: A good glob, with `{owner}`; never `*`.
        fallback: The example where the owner's name does not fit one.
        help: What `*` means here, in one sentence.
        everything: What `*` alone would mean, as a warning.
        at_most: How many one key takes, or 0 for any number.
        ids_beside: Whether names without a wildcard do not count among them.
        form_one: How the page names one glob, with `{glob}`.
        form_everything: How the page names every package.
    """

    example: str
    fallback: str
    help: str
    everything: str
    at_most: int = 0
    ids_beside: bool = False
    form_one: str = "{glob}"
    form_everything: str = "*"


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a key gets a new secret here.

    Attributes:
        kind: `regenerate`: the same key gets a new value, and the old one dies at once.
            `replace`: make another key, delete this one. `clone`: the page copies the settings
            into a new key, delete this one.
        note: What happens to the old value, in one sentence.
    """

    kind: Literal["regenerate", "replace", "clone"]
    note: str


class Pages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Addresses of the registry's pages; empty where there is none.

    `{owner}` in one stands for the key's owner.
    """

    create: Address = ""
    manage: Address = ""


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A program that takes this registry's keys from environment variables."""

    name: str
    env: tuple[str, ...]
    note: str = ""


class Profile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True, eq=False
):
    """What keyfob knows of one registry.

    Attributes:
        id: The registry's id, e.g. `nuget.org`; also the name of its file.
        title: How it is written in a sentence.
        summary: One sentence for a list of registries to choose from.
        order: Where it stands in that list.
        matching: How it matches a glob against a package id.
        secret_source: `issued` by the registry and pasted, or `generated` by keyfob.
        secret_noun: One of its secrets, with an article, e.g. `a nuget.org key`.
        formats: Formats it issues that others issue as well, so that nothing tells them apart.
        takes_from: Ids of other registries whose secrets it honours.
        any_format: Whether any text may be a secret of it.
        packages: Kinds of package its keys are for, as `vault.packages` finds them; none: any.
        owner_help: Who the owner is, in one sentence.
        globs: What to say about globs.
        lifetimes: How long its keys may live.
        rotation: How a key gets a new secret.
        editable: What can be changed later without a new secret.
        action_rows: Its actions as written; use `actions`.
        fields: The fields of its page as written; use `fields_for`.
        pages: Addresses as written; use `page`.
        prefill: What the page for a new key takes in its address, as parameter to text with
            `{name}`, `{wires}` (the actions in the registry's words) or `{project}`.
        addresses: Beginnings of the URLs its clients talk to; see `vault.registries.addresses`.
        clients: Programs that take its keys.
        reveals: What a key tells about itself without asking anyone, in one sentence.
        warns: How the registry itself warns before a key ends, in one sentence.
        trusted_publishing: How to publish from a CI without a key, or None.
        api: How it makes keys anew through its API, or None: then on its page only.
        self_hosted: Whether it runs on a server of the user's own, whose address no profile
            that comes with keyfob can know.
        base: Id of the profile that a user's own one builds on, or "".
    """

    id: str
    title: str
    summary: str
    order: int
    matching: Matching
    secret_source: Literal["issued", "generated"]
    secret_noun: str
    owner_help: str
    globs: Globs
    lifetimes: Lifetimes
    rotation: Rotation
    action_rows: tuple[ActionRow, ...] = msgspec.field(name="actions")
    formats: tuple[str, ...] = ()
    takes_from: tuple[str, ...] = ()
    any_format: bool = False
    packages: tuple[Kind, ...] = ()
    editable: tuple[Literal["name", "owner", "actions", "globs", "lifetime"], ...] = ()
    fields: tuple[FieldRow, ...] = ()
    pages: Pages = Pages()
    prefill: Mapping[str, str] = msgspec.field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    clients: tuple[Client, ...] = ()
    reveals: str = ""
    warns: str = ""
    trusted_publishing: TrustedPublishing | None = None
    api: ApiRow | None = None
    self_hosted: bool = False
    base: str = ""

    def __post_init__(self) -> None:
        """Refuse a profile whose parts do not fit together.

        Raises:
            ValueError: They do not; msgspec adds where.
        """
        ids = [row.id for row in self.action_rows]
        if not any(row.offered for row in self.action_rows) or len(set(ids)) != len(ids):
            raise ValueError("actions need ids that differ, and one that is offered")
        try:
            fallback = Glob.parse(self.globs.fallback, self.matching)
        except GlobRefusedError as error:
            raise ValueError(f"globs.fallback: {error.message}") from None
        if fallback.everything:
            raise ValueError("globs.fallback must not cover everything")

    @functools.cached_property
    def actions(self) -> tuple[Action, ...]:
        """Every action it knows, the ones its form does not offer too."""
        return tuple(
            Action(row.id, row.label, row.permits, row.wire, row.offered, row.group, row.help)
            for row in self.action_rows
        )

    @functools.cached_property
    def action_table(self) -> Mapping[str, Action]:
        """Its actions by id: what `vault.keys.decision.decide` asks for."""
        return {action.id: action for action in self.actions}

    @property
    def offered(self) -> tuple[Action, ...]:
        """The actions its form offers."""
        return tuple(action for action in self.actions if action.offered)

    def action(self, name: str) -> Action | None:
        """The action of this id or of this name of the registry's own, whatever the case."""
        name = name.lower()
        return next((a for a in self.actions if name in {a.id.lower(), a.wire.lower()}), None)

    def parse_actions(self, names: Iterable[str], *, offered_only: bool = True) -> tuple[str, ...]:
        """Action ids from what a user typed: keyfob's words or the registry's own names.

        Args:
            names: Blank ones are passed over.
            offered_only: Whether to refuse actions the registry's form does not offer.

        Raises:
            ValueRefusedError: None is given, one is unknown, or two exclude each other.
        """
        found: dict[str, Action] = {}
        choose = f"Choose from {', '.join(action.id for action in self.offered)}."
        for name in filter(None, (name.strip() for name in names)):
            action = self.action(name)
            if action is None or (offered_only and not action.offered):
                hint = meant(name, [action.id for action in self.offered], most=1) + choose
                raise ValueRefusedError(f"{self.title} has no action {name[:40]!r}.", hint)
            rival = next((a for a in found.values() if a.group and a.group == action.group), None)
            if rival is not None and rival != action:
                raise ValueRefusedError(
                    f"{rival.id} and {action.id} exclude each other on {self.title}.",
                    "Choose one of them.",
                )
            found[action.id] = action
        if not found:
            raise ValueRefusedError("The key would be allowed nothing.", choose)
        return tuple(found)

    def parse_globs(self, texts: Iterable[str]) -> tuple[Glob, ...]:
        """Globs from what a user typed, each once. Blank ones are passed over.

        Raises:
            GlobRefusedError: One breaks the registry's grammar, or none is left: a registry takes
                an empty list for every package, and nobody asks for that by leaving it empty.
        """
        globs = dict.fromkeys(Glob.parse(text, self.matching) for text in texts if text.strip())
        if not globs:
            raise GlobRefusedError("No package is named.", self.globs.help)
        return tuple(globs)

    def refuse_too_many(self, globs: Iterable[Glob]) -> None:
        """Refuse globs that no key of this registry covers together.

        Not part of `parse_globs`: a key that was recorded before keeps what it is said to cover.

        Raises:
            GlobRefusedError: There are more than its page takes.
        """
        rules = self.globs
        counted = [glob for glob in globs if not (rules.ids_beside and glob.exact)]
        if not rules.at_most or len(counted) <= rules.at_most:
            return
        noun = f"{self.secret_noun[:1].upper()}{self.secret_noun[1:]}"
        what = "glob" if rules.ids_beside else "package"
        takes = f"one {what}" if rules.at_most == 1 else f"{rules.at_most} {what}s at most"
        beside = ", beside whole ids" if rules.ids_beside else ""
        rest = ", ".join(glob.text for glob in counted[rules.at_most :][:3])
        raise GlobRefusedError(f"{noun} takes {takes}{beside}.", f"Make another key for {rest}.")

    def parse_lifetime(self, text: str, created: datetime) -> tuple[Lifetime, str]:
        """The lifetime a user typed, and a sentence to tell them or an empty string.

        Args:
            text: `30d`, `2026-12-24`, `never`.
            created: When the key was made.

        Raises:
            ValueRefusedError: It is no lifetime, or longer than this registry gives to a key made
                then.
        """
        return self.lifetimes.parse(text, created, self.title)

    def glob_example(self, owner: str = "") -> str:
        """A glob to show as an example for this owner; never one that covers everything."""
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", owner).strip("-")
        try:
            glob = Glob.parse(fill(self.globs.example, {"owner": name}), self.matching)
        except GlobRefusedError:
            return self.globs.fallback
        return glob.text if name and not glob.everything else self.globs.fallback

    def fields_for(self, draft: Draft) -> tuple[FormField, ...]:
        """The fields to fill on the registry's page for this key, in the page's order."""
        words = Words(
            {row.id: row.form or row.label for row in self.action_rows},
            self.globs.form_one,
            self.globs.form_everything,
        )
        return form_fields(self.fields, draft, self.lifetimes.options, words)

    def page(
        self,
        which: Literal["create", "manage"],
        host_of: HostReader = configured_host,
        *,
        key: Draft | Key | None = None,
    ) -> str | None:
        """The address of one of its pages, or None if there is none or its host is not known.

        Args:
            which: The page where a key is made, or the list of keys.
            host_of: Answers hosts that are not written in a profile.
            key: The key it is about: some pages are its owner's, and some fill themselves in.
        """
        written = self.pages.create if which == "create" else self.pages.manage
        address = resolve(written, host_of)
        if address is None or (key is None and "{owner}" in address):
            return None
        if key is None:
            return address
        filled = address.replace("{owner}", quote(key.owner))
        query = self._query(key) if which == "create" else ""
        return f"{filled}{'&' if '?' in filled else '?'}{query}" if query else filled

    def _query(self, key: Draft | Key) -> str:
        held = dict.fromkeys(grant.action for grant in key.grants)
        globs = {grant.glob for grant in key.grants}
        only = next(iter(globs)) if len(globs) == 1 else None
        values = {
            "name": key.name,
            "wires": ",".join(action.wire for action in self.actions if action.id in held),
            "project": only.text if only is not None and only.exact else "",
        }
        told = {name: fill(text, values) for name, text in self.prefill.items()}
        return urlencode({name: text for name, text in told.items() if text}, quote_via=quote)

    def recognise(self, text: str) -> Recognition:
        """What a secret pasted for this registry looks like. Advice only."""
        # The formats take 15 ms to import, and only pasting needs them.
        from vault.keys.formats.recognise import recognise
        from vault.keys.formats.recognition import Outcome

        found = recognise(text)
        if self._issues(found) or self.any_format:
            return found
        if found.verdict is Outcome.UNKNOWN:
            return replace(found, note=f"{found.note} It is not {self.secret_noun}.")
        note = f"This looks like {found.what}, not {self.secret_noun}."
        return replace(found, verdict=Outcome.OTHER_REGISTRY, note=note)

    def doubts(self, found: Recognition) -> bool:
        """Whether a secret is to be confirmed once more before it is kept: a page shows it once."""
        from vault.keys.formats.recognition import Outcome

        fits = {Outcome.OK, Outcome.UNKNOWN} if self.any_format else {Outcome.OK}
        return found.verdict not in fits

    def _issues(self, found: Recognition) -> bool:
        if found.registry is None:
            return found.format in self.formats
        return found.registry == self.id or found.registry in self.takes_from
