"""An app that foreign text cannot steer where Textual shows it by itself."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tui.widgets.fields import TextField
from vault.text import safe


class InertApp(App[None]):
    """Toasts, and fields that are Textual's own, such as the palette's.

    Textual sends the text of either to the terminal as it is, escape sequences too.
    """

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something in a toast: sanitised, in one paragraph, and no markup in it."""
        del markup  # Textual's own callers ask for it, and all they say is a sentence
        super().notify(
            _one_line(message),
            title=_one_line(title),
            severity=severity,
            timeout=timeout,
            markup=False,
        )

    def on_mount(self) -> None:
        """Follow the screens; Textual runs the `on_mount` of a subclass as well."""
        self.screen_change_signal.subscribe(self, self._cover)

    def _cover(self, top: Screen[Any]) -> None:
        """Say in one place only what is said: not on the screens below a dialog, too."""
        for screen in self.screen_stack:
            screen.set_class(screen is not top, "-covered")

    def action_help_quit(self) -> None:
        """ctrl+c ends nothing here: say what does."""
        self.clear_notifications()
        self.notify("ctrl+q quits keyfob.")

    async def on_event(self, event: events.Event) -> None:
        """Sanitise a paste into a field of Textual's own.

        Ours draw it inert and keep it, so that a form can say what is wrong with it.
        """
        if isinstance(event, events.Paste) and not isinstance(self.focused, TextField):
            event = events.Paste(safe(event.text))
        await super().on_event(event)


def _one_line(text: str) -> str:
    return safe(" ".join(text.splitlines()))
