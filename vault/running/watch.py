"""What a client printed, as far as it concerns its key: a refusal, or a warning of its end."""

from __future__ import annotations

import re

_LONGEST_LINE = 4096
_REFUSAL = re.compile(
    rb"""(?ix)
    \b(?:HTTPError|status(?:\s+code)?|success|error|code|HTTP(?:/\d(?:\.\d)?)?|E)[\s:=]*40[13]\b
    | \b40[13]\b [\s:(,-]{0,3} (?:forbidden|unauthori[sz]ed)
    | \b(?:forbidden|unauthori[sz]ed)\b .{0,40} \b40[13]\b
    | \bE40[13]\b
    | \bkey\ doesn't\ have\ access\b | \bAccess\ denied\."""
)
"""The last two are RubyGems': gem prints what the server says, without a number."""
_ENDING = re.compile(rb"(?i)\bAPI key expires in (\d{1,3}) days?\b")


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
        *lines, rest = (self._rest.get(stream, b"") + data).split(b"\n")
        for line in lines:
            self._look(line)
        if len(rest) > _LONGEST_LINE:
            self._look(rest)
            rest = b""
        self._rest[stream] = rest

    def end(self) -> None:
        """Take what has no line end as a last line."""
        for rest in self._rest.values():
            self._look(rest)
        self._rest.clear()

    def _look(self, line: bytes) -> None:
        self.refused = self.refused or _REFUSAL.search(line) is not None
        ending = _ENDING.search(line)
        if ending is not None:
            self.days_left = int(ending[1])
