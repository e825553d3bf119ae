"""What the screens work with: the app as they see it, so that none of them imports the app."""

# ruff: noqa: D102 - KeyfobApp documents each of them

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

    from tui.presence import Presence
    from vault.clock import Clock
    from vault.errors import VaultError
    from vault.home import Home
    from vault.keys.key import Key
    from vault.packages import PackageId
    from vault.vault import Vault


class Desk(Protocol):
    """The app's side that screens and widgets may use; `KeyfobApp` says what each does."""

    vault: Vault | None
    demo: bool
    upgrade_offered: bool
    half_done_offered: bool
    directory: Path
    home: Home
    clock: Clock
    open_page: Callable[[str], bool]
    presence: Presence
    packages: tuple[PackageId, ...]

    def measure(self) -> object: ...
    def opened(self, vault: Vault) -> None: ...
    def lock(self, said: str = "") -> None: ...
    def show(self, screen: Screen[Any]) -> None: ...
    def show_status(self, left: float | None = None) -> None: ...
    def ready(self) -> None: ...
    def find_packages(self) -> object: ...
    def copy_secret(self, key: Key) -> None: ...
    def copy_text(self, text: str, name: str) -> object: ...
    def copy_public(self, text: str, what: str) -> object: ...
    def tell(self, text: str, *, timeout: float = 5) -> None: ...
    def complain(self, error: VaultError) -> None: ...
    def switch_theme(self) -> None: ...


def desk(node: DOMNode) -> Desk:
    """The running app: its vault, clipboard, clock and packages."""
    return cast("Desk", node.app)
