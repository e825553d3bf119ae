"""Step 8: the secret, see `tui.wizard.secret`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.widget import Widget

from tui.desk import desk
from tui.wizard.answers import Answers
from tui.wizard.secret import SecretPart
from tui.wizard.steps.base import Step
from vault.keys.key import Draft


class SecretStep(Step):
    """The last step: what it takes is not an answer but the secret itself."""

    label = "Secret"

    def body(self) -> Iterable[Widget]:
        """The part that rotation has too."""
        yield SecretPart()

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """The keys of the registry's page, if there is one."""
        return self.part.extras

    @property
    def acting(self) -> Widget:
        """The part."""
        return self.part

    @property
    def part(self) -> SecretPart:
        """The shared part."""
        return self.query_one(SecretPart)

    @property
    def draft(self) -> Draft:
        """The key to be made; if it is new, its clock runs from when this step was opened.

        The registry's own clock starts a little later, so a key never seems to live longer than
        it does.
        """
        return self._draft

    def fill(self) -> None:
        """The fields of the registry's page for this key."""
        self.ask("")
        self._draft = self.answers.draft(desk(self).clock())
        exists = self.answers.made is not None
        self.part.open(self.answers.profile, self._draft, exists=exists)

    def begin(self) -> None:
        """The part has taken the focus."""

    def take(self) -> Answers:
        """Nothing more is answered."""
        return self.answers

    def holds(self, answers: Answers) -> bool:
        """Never: the secret is no answer."""
        del answers
        return False

    def summary(self, answers: Answers) -> str:
        """Nothing."""
        del answers
        return ""

    @property
    def touched(self) -> bool:
        """Whether a secret would be lost."""
        return self.part.touched

    @on(SecretPart.Submitted)
    def _submitted(self) -> None:
        self.answered()
