"""How hard a password is to guess, by zxcvbn, in words."""

from __future__ import annotations

from dataclasses import dataclass

WEAK = 2
"""Scores below this are called easy to guess."""

_WORDS = ("very weak", "weak", "fair", "good", "strong")
_LONGEST = 100
"""zxcvbn's work grows faster than the length, and beyond this every password is strong."""


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate.

    Attributes:
        score: 0 (very weak) to 4 (strong), as zxcvbn scores.
        word: The score in one or two words.
        advice: One short sentence, or "".
    """

    score: int
    word: str
    advice: str

    @property
    def weak(self) -> bool:
        """Whether it is called easy to guess."""
        return self.score < WEAK


def strength(password: str) -> Strength:
    """Estimate how hard a password is to guess. Takes milliseconds; the first call loads lists.

    Nothing about the password is kept. The estimate never refuses: it only speaks.
    """
    from zxcvbn import zxcvbn

    if len(password) > _LONGEST:
        return Strength(4, _WORDS[4], "")
    found = zxcvbn(password, user_inputs=["keyfob"], max_length=_LONGEST)
    score = int(found["score"])
    feedback = found["feedback"]
    advice = feedback["warning"] or next(iter(feedback["suggestions"]), "")
    return Strength(score, _WORDS[score], advice if score <= WEAK else "")
