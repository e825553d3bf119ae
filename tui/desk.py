"""The app a widget runs in, with its type: `desk(self).vault` instead of a cast at every use."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from tui.app import KeyfobApp


def desk(node: DOMNode) -> KeyfobApp:
    """The running app: its vault, clipboard, clock, settings and directory."""
    return cast("KeyfobApp", node.app)
