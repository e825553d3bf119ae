"""Step 5: which packages, with a live preview of what the globs cover and what they just miss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from tui.desk import desk
from tui.widgets.fields import TextField
from tui.widgets.note_line import NoteLine
from tui.widgets.preview import BOTH, HERE, NAMED, GlobPreview
from tui.widgets.try_id import TryId
from tui.wizard.answers import Answers
from tui.wizard.steps.base import Step
from vault.errors import GlobRefusedError
from vault.keys.glob import Glob
from vault.keys.key import Key
from vault.keys.near import preview
from vault.packages import PackageId, select_ids
from vault.registries.profile import Profile

BETWEEN = "Several stand apart by spaces."
_BETWEEN = re.compile(r"[\s,;]+")


class PackagesStep(Step):
    """One field for any number of globs and ids; the preview; a field to try an id."""

    label = "Packages"
    BINDINGS = [Binding("ctrl+t", "try_id", "Try an id", show=False)]

    def body(self) -> Iterable[Widget]:
        """The field, its line, the preview, the field to try."""
        yield TextField(id="globs")
        yield NoteLine()
        yield GlobPreview()
        yield TryId()

    def fill(self) -> None:
        """The globs given; an example is shown in an empty field, never taken."""
        answers = self.answers
        rules = answers.profile.globs
        several = "" if rules.at_most == 1 and not rules.ids_beside else BETWEEN
        self.ask("Which packages?", " ".join(filter(None, (rules.help, several))))
        field = self.query_one("#globs", TextField)
        field.placeholder = f"for example {answers.profile.glob_example(answers.owner)}"
        if self.news(answers.profile.id, answers.globs):
            field.value = " ".join(glob.text for glob in answers.globs)
        self.look()

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """Further keys."""
        return (("ctrl+t", "Try an id", "try_id"),)

    def begin(self) -> None:
        """Focus the field."""
        self.query_one("#globs", TextField).focus()

    def take(self) -> Answers:
        """The globs in the field."""
        globs = parse_globs(self.answers.profile, self.query_one("#globs", TextField).value)
        return replace(self.answers, globs=globs)

    def holds(self, answers: Answers) -> bool:
        """Whether there are globs."""
        return bool(answers.globs)

    def summary(self, answers: Answers) -> str:
        """The globs."""
        return " ".join(glob.text for glob in answers.globs)

    @property
    def touched(self) -> bool:
        """Whether a glob was typed."""
        return bool(self.query_one("#globs", TextField).value)

    def action_try_id(self) -> None:
        """From the globs to the field to try an id, and back."""
        tryer = self.query_one(TryId)
        if tryer.has_focus_within:
            self.begin()
        else:
            tryer.take_focus()

    def look(self) -> None:
        """Preview what stands in the field against the ids known by now."""
        globs = lenient_globs(self.answers.profile, self.query_one("#globs", TextField).value)
        ids, where = known_ids(self.keys, self.answers.profile, desk(self).packages)
        self.query_one(GlobPreview).look(globs, ids, where)
        self.query_one(TryId).against(globs)
        if any(glob.everything for glob in globs):
            self.note.warn(
                f"every package, future ones too. {self.answers.profile.globs.everything}"
            )

    def doubts(self, globs: tuple[Glob, ...], profile: Profile) -> list[str]:
        """What is worth a second look about these globs, one sentence each."""
        ids, where = known_ids(self.keys, profile, desk(self).packages)
        if any(glob.everything for glob in globs):
            return ["It covers every package, future ones too."]
        if where == NAMED or not ids or preview(globs, ids).covered:
            return []
        none = "does not cover the id" if len(ids) == 1 else f"covers none of {len(ids):,} ids"
        return [f"It {none} {where}."]

    @on(Input.Changed, "#globs")
    def _typed(self) -> None:
        if not self._tried:
            self.note.silence()
        self.changed()
        self.look()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.answered()

    @on(GlobPreview.Wanted)
    def _wanted(self, event: GlobPreview.Wanted) -> None:
        field = self.query_one("#globs", TextField)
        field.value = f"{field.value.rstrip()} {event.package_id}".lstrip()
        field.action_end()
        field.focus()


def parse_globs(profile: Profile, text: str) -> tuple[Glob, ...]:
    """The globs and ids in a text, apart by spaces or commas.

    Raises:
        GlobRefusedError: One breaks the registry's rules, there is none, or one key takes fewer.
    """
    globs = profile.parse_globs(_BETWEEN.split(text))
    profile.refuse_too_many(globs)
    return globs


def lenient_globs(profile: Profile, text: str) -> tuple[Glob, ...]:
    """Those globs in a text that are fine as they stand, for a preview while typing."""
    good = []
    for part in filter(None, _BETWEEN.split(text)):
        try:
            good.append(Glob.parse(part, profile.matching))
        except GlobRefusedError:
            continue
    return tuple(dict.fromkeys(good))


def known_ids(
    keys: Iterable[Key], profile: Profile, packages: Iterable[PackageId]
) -> tuple[tuple[str, ...], str]:
    """The ids to preview, and where they are from, to follow "the ids".

    They were found in the directory, or keys of this registry name them exactly.
    """
    found = select_ids(packages, profile.packages)
    stored = [
        glob.text for key in keys if key.registry == profile.id for glob in key.globs if glob.exact
    ]
    ids = tuple(dict.fromkeys((*found, *stored)))
    if len(ids) == len(found):
        return ids, HERE
    return ids, BOTH if found else NAMED
