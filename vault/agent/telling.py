"""What a `keyfob run` is told to start, and to say before and after that."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from vault.agent.protocol import encode
from vault.agent.server import told_of
from vault.cli.flow import fold
from vault.running import form
from vault.running.errand import Errand
from vault.running.explain import explain_refusal
from vault.text import safe


def told(errand: Errand, warning: str, moment: datetime, columns: int) -> bytearray:
    """A command that can be started, as fields; overwrite them after use.

    Args:
        errand: The command.
        warning: What to say of the vault, or "".
        moment: The current time.
        columns: How wide a terminal it is said on, 0 for none.
    """
    fields = [
        *((form.WORD, os.fsencode(word)) for word in errand.command),
        *((form.VARIABLE, os.fsencode(f"{name}={value}")) for name, value in errand.given.items()),
        *((form.UNSET, os.fsencode(name)) for name in errand.unset),
        *(() if errand.terminal else ((form.NO_TERMINAL, b""),)),
        (form.SAY, shown((warning, *errand.said), columns)),
    ]
    if errand.watched and errand.plan is not None:
        lines = explain_refusal(errand.plan, moment, narrowed=errand.narrowed)
        fields.append((form.REFUSED, shown(lines, columns)))
        fields.append((form.KEY, encode(told_of(errand.plan.key))))
    return form.pack(fields)


def shown(lines: Sequence[str], columns: int) -> bytes:
    """Lines of talk as `keyfob run` shows them, those that say nothing or are there twice left out.

    Args:
        lines: What to say.
        columns: How wide a terminal it is said on, 0 for none.
    """
    said = dict.fromkeys(filter(None, lines))
    return "".join(f"{part}\n" for line in said for part in fold(safe(line), columns)).encode()
