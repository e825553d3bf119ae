"""What a client printed, as far as it concerns its key: a refusal, or a warning of its end.

It stands between every client and the terminal, and most say nothing of the kind. So the patterns
are not even loaded before one of the marks passes without which none of them fits.
"""

from __future__ import annotations

_LONGEST_LINE = 4096
_MARKS = (b"401", b"403", b"have access", b"access denied", b"key expires")


class Watch:
    """Looks through a client's output line by line while it passes; keeps two facts of it.

    Attributes:
        refused: Whether a line says that the registry answered 401 or 403.
        days_left: In how many days the key ends, as nuget.org's `X-NuGet-Warning` says; or None.
    """

    def __init__(self) -> None:
        self.refused = False
        self.days_left: int | None = None
        self._rest: dict[int, bytes] = {}

    def feed(self, stream: int, data: bytes) -> None:
        """Take the next bytes of one of its streams.

        Args:
            stream: Which, by any number.
            data: As they came, however lines are cut.
        """
        begun = self._rest.get(stream, b"") + data
        whole, _, rest = begun.rpartition(b"\n")
        self._look(whole)
        if len(rest) > _LONGEST_LINE:
            self._look(rest)
            rest = b""
        self._rest[stream] = rest

    def end(self) -> None:
        """Take what has no line end as a last line."""
        for rest in self._rest.values():
            self._look(rest)
        self._rest.clear()

    def _look(self, lines: bytes) -> None:
        small = lines.lower()
        if not any(mark in small for mark in _MARKS):
            return
        from vault.running.phrases import ENDING, REFUSAL

        for line in lines.split(b"\n"):
            self.refused = self.refused or REFUSAL.search(line) is not None
            ending = ENDING.search(line)
            if ending is not None:
                self.days_left = int(ending[1])
