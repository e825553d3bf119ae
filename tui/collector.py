"""The garbage collector while the app starts: off, and then blind to what was loaded.

Loading Textual makes some hundred thousand objects that stay until the end. To look through them
again and again, while they are made and at every full collection after, costs a tenth of the start
and a frame now and then.
"""

from __future__ import annotations

import gc


def pause() -> None:
    """Collect nothing until `resume`."""
    gc.disable()


def resume() -> None:
    """Collect again, if it was paused, but only among what is made from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
