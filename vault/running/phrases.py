"""The lines of clients that say something of their key."""

from __future__ import annotations

import re

REFUSAL = re.compile(
    rb"""(?ix)
    \b(?:HTTPError|status(?:\s+code)?|success|error|code|HTTP(?:/\d(?:\.\d)?)?|E)[\s:=]*40[13]\b
    | \b40[13]\b [\s:(,-]{0,3} (?:forbidden|unauthori[sz]ed)
    | \b(?:forbidden|unauthori[sz]ed)\b .{0,40} \b40[13]\b
    | \bE40[13]\b
    | \bkey\ doesn't\ have\ access\b | \bAccess\ denied\."""
)
"""A registry's 401 or 403. The last two are RubyGems': gem prints no number."""

ENDING = re.compile(rb"(?i)\bAPI key expires in (\d{1,3}) days?\b")
"""What nuget.org's `X-NuGet-Warning` says; the group is how many."""
