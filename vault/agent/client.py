"""The client: a lender behind which somebody else holds the vault open.

Importing it loads no cryptography: to hand out a secret with an agent takes milliseconds.
"""

from __future__ import annotations

from pathlib import Path

from vault.agent.protocol import (
    VERSION,
    AgentError,
    Answer,
    Question,
    Status,
    Verb,
    read_answer,
    send,
)
from vault.agent.transport import ANSWER_PATIENCE, connect
from vault.errors import LockedError
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.records import Entry, Record

VARIABLE = "KEYFOB_AGENT"
"""Names the address of the agent to use in place of the vault's own."""


class AgentVault:
    """What is lent at an address: a `Lender`. Each question is a connection of its own.

    Attributes:
        status: What the lender said of itself when it was reached.
    """

    def __init__(self, address: Path, status: Status, *, patience: float = ANSWER_PATIENCE) -> None:
        self.status = status
        self._address = address
        self._patience = patience

    @property
    def keys(self) -> list[Key]:
        """All keys that are lent.

        Raises:
            LockedError: The agent has forgotten the vault meanwhile.
            AgentError: It does not answer.
        """
        return [_key(record) for record in self._ask("keys")[0].keys]

    @property
    def warning(self) -> str:
        """One sentence about something the user must know, or ""."""
        return self.status.warning

    def find(self, name: str, *, prefix: bool = False) -> Key:
        """The key with this name, whatever its case.

        Args:
            name: The name.
            prefix: Also take the beginning of a name, if only one key's name begins so.

        Raises:
            KeyNotFoundError: No key that is lent has it.
            AmbiguousNameError: Several names begin so.
            LockedError: The agent has forgotten the vault meanwhile.
            AgentError: It does not answer.
        """
        answer, _ = self._ask("find", name=name, prefix=prefix)
        if not answer.keys:
            raise AgentError("The agent's answer is malformed.")
        return _key(answer.keys[0])

    def secret(self, key_id: str) -> Secret:
        """The secret of one key. Wipe it after use.

        Raises:
            KeyNotFoundError: The key is gone, or not lent.
            LockedError: The agent has forgotten the vault meanwhile.
            AgentError: It does not answer.
        """
        _, secret = self._ask("secret", key=key_id)
        return secret if secret is not None else Secret("")

    def mark_copied(self, key_id: str, /) -> None:
        """Remember that a key's secret was copied or shown now.

        Raises:
            StorageError: The vault could not be saved.
            VaultError: As for `secret`.
        """
        self._ask("copied", key=key_id)

    def mark_used(self, key_id: str, /) -> None:
        """Remember that a key's secret was handed to a client program now.

        Raises:
            StorageError: The vault could not be saved.
            VaultError: As for `secret`.
        """
        self._ask("used", key=key_id)

    def _ask(
        self, what: Verb, *, name: str = "", prefix: bool = False, key: str = ""
    ) -> tuple[Answer, Secret | None]:
        question = Question(VERSION, what, name, prefix, key)
        found = ask(self._address, question, patience=self._patience)
        if found is None:
            raise LockedError("The agent has forgotten the vault.", "Unlock it again.")
        return found


def reach(address: Path, *, patience: float = ANSWER_PATIENCE) -> AgentVault | None:
    """The lender at an address; None if nobody listens there, or it has forgotten by now.

    Raises:
        AgentError: Somebody else listens there, or speaks another version.
    """
    try:
        found = ask(address, Question(VERSION, "status"), patience=patience)
    except LockedError:
        return None
    if found is None or found[0].status is None:
        return None
    return AgentVault(address, found[0].status, patience=patience)


def forget(address: Path, *, patience: float = ANSWER_PATIENCE) -> bool:
    """Have the agent at an address forget now; whether there was one.

    Raises:
        AgentError: Somebody else listens there, or does not answer.
    """
    return ask(address, Question(VERSION, "lock"), patience=patience) is not None


def ask(
    address: Path, question: Question, *, patience: float = ANSWER_PATIENCE
) -> tuple[Answer, Secret | None] | None:
    """The answer to one question; None if nobody listens at this address, or forgets just now.

    Raises:
        AgentError: No answer comes in time, or none that can be read.
        VaultError: What the other side raised.
    """
    channel = connect(address, patience=patience)
    if channel is None:
        return None
    try:
        send(channel, question)
        return read_answer(channel)
    except TimeoutError:
        raise AgentError("The agent does not answer.", "End its process.") from None
    except OSError:
        return None
    finally:
        channel.close()


def _key(record: Record) -> Key:
    return Entry(record).key
