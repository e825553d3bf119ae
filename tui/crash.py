"""What is printed when keyfob itself fails: where, and nothing of what was in memory."""

from __future__ import annotations

import traceback
from pathlib import Path

from rich.segment import Segment, Segments


def crash_report(error: BaseException | None) -> Segments:
    """A few lines to report: the type of the error and where it happened.

    Neither its message nor any variable is shown: both may hold a secret.
    """
    # What fails in a thread arrives wrapped; where it happened is in what is wrapped.
    error = getattr(error, "error", error)
    lines = [f"keyfob stopped: {type(error).__name__}. The vault file was not touched by this."]
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {Path(row.filename).name}:{row.lineno} in {row.name}" for row in frames[-4:]]
    lines.append("Please report these lines; they hold no names and no secrets.")
    return Segments([Segment(f"{text}\n") for text in lines])
