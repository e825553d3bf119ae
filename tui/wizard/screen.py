"""The create-key wizard: one dialog, eight steps; back is never blocked, next is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher

from tui.screens.saving import SavingScreen, keys_at_hand, open_vault
from tui.widgets.rail import Rail, Stage, Stop
from tui.widgets.step_bar import StepBar
from tui.wizard.answers import Answers
from tui.wizard.defaults import registries_by_use
from tui.wizard.secret import SecretPart, is_issued
from tui.wizard.steps.base import Step
from tui.wizard.steps.lifetime import LifetimeStep
from tui.wizard.steps.name import NameStep
from tui.wizard.steps.owner import OwnerStep
from tui.wizard.steps.packages import PackagesStep
from tui.wizard.steps.registry import RegistryStep
from tui.wizard.steps.review import ReviewStep
from tui.wizard.steps.scope import ScopeStep
from tui.wizard.steps.secret import SecretStep
from vault.errors import VaultError
from vault.keys.key import Key


@dataclass(frozen=True, slots=True)
class Created:
    """What the wizard made.

    Attributes:
        key: The new key, in the vault.
    """

    key: Key


class CreateWizard(SavingScreen[Created | None]):
    """Asks for one key, a question at a time; enter goes on, esc goes back."""

    CSS = """
    CreateWizard { background: $background; }
    CreateWizard > #wizard { width: 96; max-width: 98%; height: 21; padding: 1 1 0 1; }
    CreateWizard.-wide > #wizard { height: 26; }
    CreateWizard.-wide #registries { max-height: 17; }
    CreateWizard #rail { width: 28; }
    CreateWizard.-secret #rail { display: none; }
    CreateWizard.-secret.-wide #rail { display: block; }
    CreateWizard ContentSwitcher { width: 1fr; height: 1fr; padding: 0 1 0 2; }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", show=False),
        *(
            Binding(f"ctrl+{number},alt+{number}", f"jump({number - 1})", show=False)
            for number in range(1, 9)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._reached = 0
        self._return_to: int | None = None
        self._leaving = False

    def compose(self) -> ComposeResult:
        """Rail, steps, bar."""
        keys = keys_at_hand(self)
        self.answers = answers = Answers(registries_by_use(keys)[0])
        packages = PackagesStep(keys, answers)
        self.steps: tuple[Step, ...] = (
            RegistryStep(keys, answers),
            NameStep(keys, answers),
            OwnerStep(keys, answers),
            ScopeStep(keys, answers),
            packages,
            LifetimeStep(keys, answers),
            ReviewStep(keys, answers, packages.doubts),
            SecretStep(keys, answers),
        )
        with Vertical(id="wizard", classes="panel") as panel:
            panel.border_title = Content("New key")
            with Horizontal():
                yield Rail(id="rail")
                with ContentSwitcher(initial=self.steps[0].id):
                    yield from self.steps
        yield StepBar()

    def on_mount(self) -> None:
        """Begin with the first step."""
        self._go(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self._at]

    def show_packages(self) -> None:
        """Package ids were found meanwhile: preview with them."""
        if isinstance(self.step, PackagesStep):
            self.step.look()

    @on(Step.Answered)
    def action_next(self) -> None:
        """Take the answer; the next step, or the vault."""
        if self.saving:
            return
        if isinstance(self.step, SecretStep):
            self._take_secret()
            return
        answers = self.step.submit()
        if answers is None:
            return
        self.answers = answers
        target = self._at + 1 if self._return_to is None else self._return_to
        target = next((i for i in range(self._at + 1, target) if not self._holds(i)), target)
        if self._return_to is not None and target == self._return_to:
            self._return_to = None
        self._go(target)

    def action_back(self) -> None:
        """One step back; from the first, leave, asking once if something was typed."""
        if self.saving:
            return
        if self._return_to is not None:
            self.answers = self.step.leave()
            back, self._return_to = self._return_to, None
            back = next((i for i in range(back) if not self._holds(i)), back)
            if back != self._at:
                self._go(back)
                return
        if self._at:
            self.answers = self.step.leave()
            self._go(self._at - 1)
        elif self._leaving or not any(step.touched for step in self.steps):
            self.dismiss(None)
        else:
            self._leaving = True
            self.step.note.warn("esc again leaves, and what you typed is gone.")

    def action_jump(self, index: int) -> None:
        """Straight to a finished step."""
        if self.saving or index > self._reached or index == self._at:
            return
        self.answers = self.step.leave()
        if all(self._holds(i) for i in range(index)):
            self._go(index)

    async def action_extra(self, action: str) -> None:
        """Run one of the step's own actions, from a click on the bar."""
        await self.app.run_action(action, default_namespace=self.step.acting)

    @on(Step.Jump)
    def _jump(self, event: Step.Jump) -> None:
        self._return_to = self._at
        self._go(next(i for i, step in enumerate(self.steps) if step.label == event.label))

    @on(Rail.Chosen, "#rail")
    def _railed(self, event: Rail.Chosen) -> None:
        event.stop()
        self.action_jump(next(i for i, step in enumerate(self.steps) if step.label == event.row.id))

    def _holds(self, index: int) -> bool:
        return self.steps[index].holds(self.answers)

    def _go(self, index: int) -> None:
        self._leaving = False
        self._at = index
        self._reached = max(self._reached, index)
        # A page to fill in needs the whole width of a narrow terminal.
        paging = isinstance(self.step, SecretStep) and is_issued(self.answers.profile)
        paging = paging and self.answers.made is None
        self.set_class(paging, "-secret")
        self.query_one(ContentSwitcher).current = self.step.id
        self.step.open(self.answers)
        self._draw()

    def _draw(self) -> None:
        """Rail, border and bar for the step that is shown."""
        stops = []
        for index, step in enumerate(self.steps):
            done = index < self._reached and self._holds(index)
            stage = Stage.HERE if index == self._at else Stage.DONE if done else Stage.AHEAD
            aside = step.summary(self.answers) if stage is Stage.DONE else ""
            stops.append(
                Stop(step.label, step.label, aside=aside, open=stage is Stage.DONE, stage=stage)
            )
        self.query_one(Rail).travel(stops)
        go = "save" if isinstance(self.step, SecretStep) else "next"
        back = "back" if self._at else "cancel"
        self.query_one("#wizard").border_subtitle = Content.from_markup(
            f"[@click=screen.next]enter {go}[/] · [@click=screen.back]esc {back}[/]"
            f" · step {self._at + 1} of {len(self.steps)}"
        )
        extras = [
            (key, label, f"screen.extra({action!r})") for key, label, action in self.step.extras
        ]
        if self._at and not self.has_class("-secret"):
            extras.append(("shift+tab", "Steps", "screen.rail"))
        self.query_one(StepBar).show(extras)

    def action_rail(self) -> None:
        """Focus the rail."""
        self.query_one(Rail).focus()

    def _take_secret(self) -> None:
        step = self.step
        if not isinstance(step, SecretStep):
            return
        try:
            vault = open_vault(self)
            taken = step.part.take()
        except VaultError as error:
            step.part.note.refuse(error)
            return
        draft = step.draft
        if taken.lifetime is not None:
            draft = replace(draft, lifetime=taken.lifetime)
        step.part.busy("Saving")
        self.save(lambda: vault.add(draft, taken.secret, recognised=taken.format))

    def saved(self, key: Key) -> None:
        """Wipe the secret, and hand the key on."""
        self.query_one(SecretPart).forget()
        self.dismiss(Created(key))

    def failed(self, error: VaultError) -> None:
        """Say why; the secret is still held, enter tries again."""
        part = self.query_one(SecretPart)
        part.busy("")
        part.note.refuse(error)
