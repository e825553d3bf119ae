"""Edit: everything about a key but its secret, in one form."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input

from tui.dates import say_date, say_end, sentence
from tui.desk import desk
from tui.say import say
from tui.screens.saving import SavingScreen, keys_at_hand, open_vault
from tui.widgets.check import Check, CheckList
from tui.widgets.command_bar import CommandBar
from tui.widgets.form_row import FormRow
from tui.widgets.line_field import LineField
from tui.widgets.note_line import NoteLine
from tui.widgets.preview import GlobPreview
from tui.wizard.defaults import check_free, profile_of
from tui.wizard.secret import is_issued
from tui.wizard.steps.packages import known_ids, lenient_globs, parse_globs
from tui.wizard.steps.scope import checks_for, take_actions
from vault.errors import ValueRefusedError, VaultError
from vault.keys.grant import Grant, grants_for
from vault.keys.key import Key, check_note, check_owner
from vault.keys.lifetime import Lifetime
from vault.registries.lifetimes import NEVER
from vault.registries.profile import Profile
from vault.vault import Change

WHAT = {
    "name": "the name",
    "owner": "the owner",
    "actions": "the scope",
    "globs": "the packages",
    "lifetime": "the end",
}
"""What can be edited, in words; the keys are those of `Profile.editable`."""


class EditScreen(SavingScreen[Key | None]):
    """One form; enter saves from every field. What a change means at the registry is said.

    Its result is the changed key, or None if nothing was changed.
    """

    CSS = """
    EditScreen { background: $background; }
    EditScreen > #edit { width: 76; height: 21; padding: 1 2 0 2; }
    EditScreen.-wide > #edit { width: 96; height: 26; }
    EditScreen .apart { margin-top: 1; }
    EditScreen GlobPreview { margin-left: 10; min-height: 2; }
    EditScreen NoteLine { margin-left: 10; min-height: 2; max-height: 2; }
    """
    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("ctrl+s", "submit", "Save", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]

    def __init__(self, key: Key) -> None:
        """Make the form.

        Args:
            key: The key to edit.
        """
        super().__init__()
        self._key = key
        self._profile = profile_of(key)
        self._leaving = False
        self._tried = False

    def compose(self) -> ComposeResult:
        """The form."""
        key = self._key
        self._keys = keys_at_hand(self)
        with Vertical(id="edit", classes="panel") as panel:
            panel.border_title = say(f"Edit {key.name}", width=60)
            panel.border_subtitle = Content.from_markup(
                "[@click=screen.submit]enter save[/] · [@click=screen.cancel]esc cancel[/]"
            )
            yield self._row("Name", LineField(key.name, id="name"))
            yield self._row("Owner", LineField(key.owner, id="owner"))
            checks = CheckList(_checks(self._profile, key), key.actions, id="actions")
            yield self._row("Scope", checks, apart=True)
            yield self._row("Packages", LineField(_globs_text(key), id="globs"), apart=True)
            yield GlobPreview()
            yield self._row("Expires", LineField(_end_text(key), id="lifetime"), apart=True)
            yield self._row("Note", LineField(key.note, id="note"))
            yield NoteLine(classes="apart")
        yield CommandBar(
            [("tab", "Next field", "app.focus_next"), ("ctrl+s", "Save", "screen.submit")]
        )

    def on_mount(self) -> None:
        """Start with the name; preview what the globs cover."""
        self._before = self._values()
        self.query_one("#name").focus()
        self._look()

    def _row(self, label: str, field: LineField | CheckList, *, apart: bool = False) -> FormRow:
        row = FormRow(label, field)
        row.set_class(apart, "apart")
        return row

    # What is in the form

    def _values(self) -> tuple[str, ...]:
        fields = [field.value for field in self.query(LineField)]
        return (*fields, *self.query_one(CheckList).ticked)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", LineField).value

    def _change(self) -> Change:
        """What the form changes.

        Raises:
            ValueRefusedError: A field cannot be taken.
        """
        key = self._key
        name, owner, note = self._text("name"), self._text("owner"), self._text("note")
        # What was not touched is not judged: it may be older than today's rules.
        name = name if name == key.name else check_free(name, self._keys, own=key.id)
        owner = owner if owner == key.owner else check_owner(owner)
        note = note if note == key.note else check_note(note)
        grants, life = self._grants(), self._lifetime()
        return Change(
            name=name if name != key.name else None,
            owner=owner if owner != key.owner else None,
            grants=grants if set(grants) != set(key.grants) else None,
            lifetime=life if life != key.lifetime else None,
            note=note if note != key.note else None,
        )

    def _grants(self) -> tuple[Grant, ...]:
        """The grants of the form; as they were if neither actions nor globs changed.

        A key taken in from elsewhere may hold grants that are not every action on every glob.
        """
        actions = take_actions(self.query_one(CheckList))
        text = self._text("globs")
        if text == _globs_text(self._key):
            globs = self._key.globs
        else:
            globs = parse_globs(self._profile, text)
        if set(actions) == set(self._key.actions) and set(globs) == set(self._key.globs):
            return self._key.grants
        return grants_for(actions, globs)

    def _lifetime(self) -> Lifetime:
        text = self._text("lifetime").strip()
        if text == _end_text(self._key):
            return self._key.lifetime
        life, _ = self._profile.parse_lifetime(text, self._key.lifetime.created)
        return life._replace(revoked=self._key.lifetime.revoked)

    # What is said

    @on(DescendantFocus)
    def _focused(self) -> None:
        self._explain()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._leaving = False
        if event.input.id == "globs":
            self._look()
        self._explain()

    @on(CheckList.Changed)
    def _ticked(self) -> None:
        self._leaving = False
        self._explain()

    def _look(self) -> None:
        globs = lenient_globs(self._profile, self._text("globs"))
        ids, where = known_ids(self._keys, self._profile, desk(self).packages)
        self.query_one(GlobPreview).look(globs, ids, where)

    def _explain(self) -> None:
        """What is wrong, if enter was pressed before; else what the field in focus is about."""
        note = self.query_one(NoteLine)
        if self._tried:
            try:
                self._change()
            except VaultError as error:
                note.refuse(error)
                return
        self._tried = False
        note.whisper(" ".join(filter(None, (self._date_words(), self._registry_words()))))

    def _registry_words(self) -> str:
        """What a change of the field in focus means at the registry, where it changes nothing."""
        row = next((row for row in self.query(FormRow) if row.has_focus_within), None)
        name, profile = "" if row is None else row.field.id or "", self._profile
        if name not in WHAT or not is_issued(profile):
            return ""
        if name in profile.editable:
            return f"Change {WHAT[name]} at {profile.title}, too."
        return (
            f"{profile.title} cannot change {WHAT[name]} of a key it has made: write what it"
            " says there."
        )

    def _date_words(self) -> str:
        if not self.query_one("#lifetime").has_focus:
            return ""
        try:
            life = self._lifetime()
        except ValueRefusedError:
            return "A length such as 12d counts from when it was made; or a date, or never."
        return sentence(f"{say_end(life)}; made on {say_date(life.created)}")

    # What is done

    @on(Input.Submitted)
    @on(CheckList.Submitted)
    def action_submit(self) -> None:
        """Save what changed; if nothing did, just close."""
        if self.saving:
            return
        self._tried, self._leaving = True, False
        note = self.query_one(NoteLine)
        try:
            vault = open_vault(self)
            change = self._change()
        except VaultError as error:
            note.refuse(error)
            return
        if change == Change():
            self.dismiss(None)
            return
        note.whisper("Saving…")
        self.save(lambda: vault.edit(self._key.id, change))

    def action_cancel(self) -> None:
        """Leave everything as it is, asking once if something was changed."""
        if self.saving:
            return
        if self._leaving or self._values() == self._before:
            self.dismiss(None)
        else:
            self._leaving = True
            self.query_one(NoteLine).warn("esc again leaves, and what you changed is not kept.")

    def saved(self, key: Key) -> None:
        """Hand the key on."""
        self.dismiss(key)

    def failed(self, error: VaultError) -> None:
        """Say why nothing was changed."""
        self.query_one(NoteLine).refuse(error)


def _checks(profile: Profile, key: Key) -> list[Check]:
    """The actions the registry's form offers, and those the key holds beside them."""
    offered = [replace(check, detail="") for check in checks_for(profile)]
    ids = {check.id for check in offered}
    return offered + [Check(action, action) for action in key.actions if action not in ids]


def _globs_text(key: Key) -> str:
    return " ".join(glob.text for glob in key.globs)


def _end_text(key: Key) -> str:
    """The end of a key as the form takes it: a date, or `never`."""
    end = key.lifetime.expires
    return NEVER if end is None else end.date().isoformat()
