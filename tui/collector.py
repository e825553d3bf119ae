"""The garbage collector while the app starts and opens a vault: off. Then blind to what was loaded.

Loading Textual makes some hundred thousand objects that stay until the end. To look through them
again and again, while they are made and at every full collection after, costs a tenth of the start
and a frame now and then. The keys of a vault are looked through once the list is painted.
"""

from __future__ import annotations

import gc


def pause() -> None:
    """Collect nothing until `resume`."""
    gc.disable()


def resume(*, blind: bool) -> None:
    """Collect again, if it was paused.

    Args:
        blind: Whether to look only among what is made from now on. What is not looked at is never
            collected, so nothing of a vault may be among it.
    """
    if not gc.isenabled():
        if blind:
            gc.freeze()
        gc.enable()
