"""From starting keyfob with no vault to the first copied key: keys pressed and seconds.

The seconds are what the program takes, measured in a terminal with the real key derivation, and
what a person takes by the keystroke-level model (Card, Moran and Newell, 1980): 0.28 s for each key
and character, 1.35 s to make up one's mind before each answer. Writing down the recovery code and
filling in the registry's page are not counted: both happen away from keyfob.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tests.benchmarks.measure import Figure
from tests.benchmarks.terminal import Program, keyfob_command, plain_environ
from tests.benchmarks.vaults import PASSWORD, VaultOnDisk, Vaults

KEYS_LIMIT = 12
SECONDS_LIMIT = 60.0

SECONDS_PER_KEY = 0.28
SECONDS_PER_ANSWER = 1.35

PASTED = "oy2" + "k4tq7" * 8 + "abc"
"""A made-up nuget.org key: the right shape, and no key at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing a newcomer does.

    Attributes:
        asked: What the screen shows before it; "" if it shows nothing new.
        typed: What is typed into the field that has the focus.
        key: The one key that is pressed then.
        pasted: Whether the text is pasted, which is one stroke, instead of typed.
    """

    asked: str
    typed: str = ""
    key: str = "enter"
    pasted: bool = False


JOURNEY = (
    Answer("nobody can reset it", PASSWORD),
    Answer("", PASSWORD),
    Answer("Your recovery code"),
    Answer("No keys yet", key="n"),
    Answer("Which registry is the key for?"),
    Answer("What should it be called?"),
    Answer("Whose packages may it touch?", "contoso"),
    Answer("What may it do?"),
    Answer("Which packages?", "Contoso.*"),
    Answer("When should it stop working?"),
    Answer("Is this the key?"),
    Answer("then paste it here", PASTED, pasted=True),
)
"""Every key a newcomer presses; each step of the wizard is left as it proposes, where it does."""


def keystrokes() -> int:
    """How many keys are pressed beside typed and pasted text."""
    return len(JOURNEY)


def run(vaults: Vaults) -> list[Figure]:
    """Both figures."""
    machine = _drive(vaults.nowhere)
    characters = sum(1 if answer.pasted else len(answer.typed) for answer in JOURNEY)
    person = SECONDS_PER_KEY * (characters + keystrokes()) + SECONDS_PER_ANSWER * len(JOURNEY)
    detail = {
        "program_s": round(machine, 2),
        "person_s": round(person, 2),
        "characters_typed": characters,
    }
    return [
        Figure("newcomer_keystrokes", keystrokes(), "keys", KEYS_LIMIT),
        Figure("newcomer_seconds", machine + person, "s", SECONDS_LIMIT, None, detail),
    ]


def _drive(place: VaultOnDisk) -> float:
    """Go through it as fast as the program lets; answers in how many seconds."""
    # Without a display the secret goes to the clipboard through the terminal, in base64.
    copied = base64.b64encode(PASTED.encode())
    with Program(keyfob_command(), plain_environ(place.environ), directory=place.root) as program:
        for answer in JOURNEY:
            program.wait_for(answer.asked)
            if not answer.asked:  # only the focus moves on, which no text tells of
                program.settle(0.3)
            text = f"\x1b[200~{answer.typed}\x1b[201~" if answer.pasted else answer.typed
            program.send(text + {"enter": "\r"}.get(answer.key, answer.key))
        return program.wait_for(copied) - program.started
