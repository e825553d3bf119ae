"""Where a key gets its secret: pasted from the registry's page, or made by keyfob.

The wizard's last step and the rotation share it. No character of a secret is ever shown, and the
field is emptied as soon as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui.desk import desk
from tui.say import say
from tui.screens.saving import open_vault
from tui.widgets.fields import SecretField
from tui.widgets.form_fields import FormFields
from tui.widgets.note_line import NoteLine
from tui.wizard.taken import (
    DoubtError,
    Taken,
    fits,
    own_dates,
    refuse_doubtful,
    refuse_held,
    remark,
)
from vault.errors import ValueRefusedError, VaultError
from vault.keys.formats.recognise import clean_pasted, refuse_unfit
from vault.keys.formats.recognition import Recognition
from vault.keys.key import Draft, Key
from vault.keys.own_secret import generate_own_secret
from vault.keys.secret import Secret
from vault.registries.form import FormField
from vault.registries.profile import Profile


class SecretPart(Vertical):
    """The fields of the registry's page to copy, and one field for the secret it shows then."""

    BINDINGS = [
        Binding("down", "move(1)", "Next field", show=False),
        Binding("up", "move(-1)", "Previous field", show=False),
        Binding("f2", "copy_field", "Copy field", show=False),
        Binding("ctrl+o", "open_page", "Open page", show=False),
    ]
    DEFAULT_CSS = """
    SecretPart { height: auto; }
    SecretPart .question { text-style: bold; height: auto; }
    SecretPart .help { color: $quiet; height: auto; margin-bottom: 1; }
    SecretPart .hint { color: $quiet; height: 2; padding-left: 4; }
    SecretPart FormFields { max-height: 8; }
    SecretPart SecretField.-apart { margin-top: 1; }
    """

    class Submitted(Message):
        """Enter: the secret can be taken."""

    def __init__(self) -> None:
        super().__init__()
        self._taken: Taken | None = None
        self._sure = False
        self._own: Key | None = None

    def compose(self) -> ComposeResult:
        """What to do, the page's fields, the field for the secret, what there is to say."""
        yield Static("", classes="question")
        yield Static("", classes="help")
        yield FormFields()
        yield Static("", classes="hint")
        yield SecretField()
        yield NoteLine()

    def open(
        self, profile: Profile, draft: Draft, *, own: Key | None = None, exists: bool = False
    ) -> None:
        """Ask for the secret of this key.

        Args:
            profile: Its registry.
            draft: The key as it will be.
            own: The key of the vault that gets a new secret, or None for a new key.
            exists: Whether it was made before, so that nothing is to be filled in or made.
        """
        self._profile, self._own, self._created = profile, own, draft.lifetime.created
        self._exists = exists
        self._draft = draft
        self._sure = False
        question, explanation = _words(profile, own, exists=exists)
        self.query_one(".question", Static).update(say(question))
        self.query_one(".help", Static).update(say(explanation))
        fields = () if exists else page_fields(profile, draft, own)
        self.query_one(FormFields).display = bool(fields)
        hinted = any(field.hint for field in fields)
        self.query_one(".hint").display = hinted
        self.query_one(SecretField).set_class(bool(fields) and not hinted, "-apart")
        self.query_one(FormFields).fill(fields)
        self.note.silence()
        self.busy("")

    @property
    def issued(self) -> bool:
        """Whether the registry issues the secret."""
        return is_issued(self._profile)

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """Further keys that work now, for the bar: (key, label, action of this widget)."""
        if not self.issued or self._exists:
            return ()
        return (
            ("ctrl+o", "Open the page", "open_page"),
            ("f2", "Copy the marked field", "copy_field"),
            ("↑↓", "Mark another", "move(1)"),
        )

    @property
    def note(self) -> NoteLine:
        """The line under the field."""
        return self.query_one(NoteLine)

    @property
    def touched(self) -> bool:
        """Whether a secret would be lost."""
        return bool(self.query_one(SecretField).value) or self._taken is not None

    def take(self) -> Taken:
        """The secret that was pasted, or a new one if keyfob makes it.

        After a save that failed the same one is taken again, until `forget`.

        Raises:
            ValueRefusedError: There is none, or it should not be kept without a second thought.
            LockedError: The vault was locked meanwhile.
        """
        field = self.query_one(SecretField)
        text = clean_pasted(field.value)
        if not text and self._taken is not None:
            return self._taken
        if not text and self._exists:
            raise ValueRefusedError("Paste the key first.")
        if not text and self.issued:
            raise ValueRefusedError("Paste the key first.", "The page shows it once.")
        refuse_unfit(text)
        secret = Secret(text) if text else generate_own_secret()
        found = self._profile.recognise(secret.reveal())
        try:
            self._doubt(secret, found)
        except VaultError:
            secret.wipe()
            raise
        field.value = ""
        self.forget()
        self._taken = Taken(secret, found.format, own_dates(found, self._created))
        return self._taken

    def _doubt(self, secret: Secret, found: Recognition) -> None:
        """Refuse a secret that should not be kept; for a mere doubt, the first time only."""
        try:
            refuse_held(open_vault(self), secret, self._own)
            refuse_doubtful(self._profile, found, desk(self).clock())
        except DoubtError:
            if not self._sure:
                self._sure = True
                raise

    def forget(self) -> None:
        """Wipe what was taken."""
        if self._taken is not None:
            self._taken.secret.wipe()
            self._taken = None

    def busy(self, what: str) -> None:
        """Say what is being done and take nothing meanwhile; "" ends it."""
        field = self.query_one(SecretField)
        field.disabled = bool(what)
        field.placeholder = self._invitation()
        if what:
            self.note.whisper(f"{what}…")
        else:
            field.focus()

    def _invitation(self) -> str:
        """What stands in the field while it is empty; after a save that failed it only looks so."""
        if self._taken is not None:
            return "The key is held, unsaved: enter saves it"
        if self.issued or self._exists:
            return "Paste the key here"
        return "Or paste one that the feed has already"

    def action_move(self, by: int) -> None:
        """Another field of the page is up for copying."""
        self.query_one(FormFields).action_move(by)

    def action_copy_field(self) -> None:
        """Copy the field of the page that is up; then the next one is."""
        self.query_one(FormFields).action_choose()

    def action_open_page(self) -> None:
        """Open the registry's page in the browser."""
        if not self.issued:
            return
        regenerate = self._own is not None and self._profile.rotation.kind == "regenerate"
        page = self._profile.page("manage" if regenerate else "create", key=self._draft)
        self.note.visit(page, f"The address of {self._profile.title}'s page is not known here.")

    def on_unmount(self) -> None:
        """Wipe what was taken, however the dialog ended."""
        self.forget()

    @on(FormFields.Moved)
    def _moved(self) -> None:
        field = self.query_one(FormFields).field
        self.query_one(".hint", Static).update(say(field.hint if field else ""))

    @on(FormFields.Copy)
    def _copy(self, event: FormFields.Copy) -> None:
        event.stop()
        desk(self).copy_public(event.field.value, event.field.label)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Say what was pasted, as far as it can be told."""
        event.stop()
        text = clean_pasted(event.value)
        if not text:
            return
        self._sure = False
        now = desk(self).clock()
        try:
            refuse_unfit(text)
            with Secret(text) as secret:
                refuse_held(open_vault(self), secret, self._own)
        except VaultError as error:
            self.note.warn(error.message)
            return
        found = self._profile.recognise(event.value)
        (self.note.approve if fits(found, now) else self.note.warn)(remark(found, now))


def page_fields(profile: Profile, draft: Draft, own: Key | None) -> Sequence[FormField]:
    """What to fill in on the registry's page; to regenerate, only what finds the key there."""
    if not is_issued(profile):
        return ()
    fields = profile.fields_for(draft)
    return fields[:1] if own is not None and profile.rotation.kind == "regenerate" else fields


def is_issued(profile: Profile) -> bool:
    """Whether the registry issues the secret; otherwise keyfob makes it."""
    return profile.secret_source == "issued"  # noqa: S105 - a word, not a password


def _words(profile: Profile, own: Key | None, *, exists: bool) -> tuple[str, str]:
    """The question, and what to do."""
    if exists:
        return "Paste the key that you have", "Nothing of it is shown, neither now nor later."
    if not is_issued(profile):
        return (
            "keyfob makes the secret",
            "Enter makes it and copies it, for you to enter at the feed.",
        )
    if own is not None:
        return f"Get the new value from {profile.title}", profile.rotation.note
    return (
        f"Create it on {profile.title}, then paste it here",
        "These are the fields of its page. What it shows in the end is the key.",
    )
