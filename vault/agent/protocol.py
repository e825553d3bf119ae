r"""What is said between a client and whoever lends: one question and one answer a connection.

A question is one line of JSON, an answer is one line of JSON and, if that names a length, so many
bytes of a secret. The secret is no part of the JSON, so that it can be read into a buffer that is
overwritten, and no decoder makes a text of it.

`run` alone is more than that: a command and its environment follow the question, what to start and
with which variables follows the answer (`vault.running.form`), and the connection stays open for as
long as that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from vault.errors import (
    AmbiguousNameError,
    DamagedError,
    KeyNotFoundError,
    LockedError,
    NewerFormatError,
    StorageError,
    VaultError,
    VaultMissingError,
)
from vault.keys.secret import Secret
from vault.records import Record

VERSION: Final = 1
"""Version of the protocol. Who hears another one says so; only `lock` is understood in each."""

MAX_QUESTION: Final = 16 * 1024
"""Most bytes of a question, its line end included."""

MAX_ANSWER: Final = 64 << 20
"""Most bytes of an answer's line: more than a vault of ten thousand keys needs."""

MAX_SECRET: Final = 1 << 20
"""Most bytes of a secret."""

MAX_TOLD: Final = 1 << 20
"""Most bytes that follow a question."""

Verb: TypeAlias = Literal["status", "keys", "find", "secret", "copied", "used", "run", "lock"]
"""What can be asked for. There is nothing here that changes a key or gives the vault key."""


class AgentError(VaultError):
    """The agent does not answer, not in time, not intelligibly, or belongs to somebody else."""

    exit_code = 6


_KINDS: Mapping[str, type[VaultError]] = {
    kind.__name__: kind
    for kind in (
        AmbiguousNameError,
        DamagedError,
        KeyNotFoundError,
        LockedError,
        NewerFormatError,
        StorageError,
        VaultMissingError,
    )
}
"""The errors a lender raises, by name."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One request.

    Attributes:
        v: Version of the protocol.
        ask: What is wanted.
        name: For `find`: the name.
        prefix: For `find`: whether the beginning of a name will do.
        key: For `secret`, `copied` and `used`: the key's id.
        length: For `run`: how many bytes follow the line.
    """

    v: int
    ask: Verb
    name: str = ""
    prefix: bool = False
    key: str = ""
    length: int = 0


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a lender says of itself.

    Attributes:
        vault: The vault's id, 32 hex digits; "" if the lender is no agent.
        label: What to call the vault on screen.
        pid: The process that answers.
        until: When it forgets, UTC; None if that is not a matter of time.
        warning: One sentence about something the user must know, or "".
    """

    vault: str = ""
    label: str = ""
    pid: int = 0
    until: datetime | None = None
    warning: str = ""


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `VaultError` on its way to the one who asked.

    Attributes:
        kind: Name of its class.
        message: Its sentence.
        hint: What to do about it, or "".
    """

    kind: str
    message: str
    hint: str = ""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One response.

    Attributes:
        v: Version of the protocol.
        error: Why there is no other answer.
        status: For `status`.
        keys: For `keys`, and the one that `find` found; what is sealed in them was left out.
        length: For `secret` and `run`: how many bytes follow the line.
    """

    v: int = VERSION
    error: Fault | None = None
    status: Status | None = None
    keys: tuple[Record, ...] = ()
    length: int = 0


class _Opening(msgspec.Struct, frozen=True):
    """What a message of any version has."""

    v: int
    ask: str = ""


class Channel(Protocol):
    """A connection to the other side, whatever carries it. Every wait has an end."""

    def read(self, most: int) -> bytes:
        """Up to so many bytes, as soon as there are some; none at the end.

        Raises:
            OSError: The other side is gone, or said nothing for too long.
        """

    def write(self, data: bytes) -> None:
        """Send all of this.

        Raises:
            OSError: The other side is gone, or took nothing for too long.
        """

    def close(self) -> None:
        """Hang up. Idempotent."""


encode: Callable[[object], bytes] = msgspec.json.Encoder().encode
_question = msgspec.json.Decoder(Question)
_answer = msgspec.json.Decoder(Answer)
_opening = msgspec.json.Decoder(_Opening)


def send(channel: Channel, message: Question | Answer, secret: Secret | None = None) -> None:
    """Send one message, and a secret after it.

    Raises:
        OSError: The other side is gone or takes nothing.
    """
    line = encode(message) + b"\n"
    channel.write(line if secret is None else line + secret.reveal_bytes())


def read_question(channel: Channel) -> tuple[Question, bytes]:
    """The question of a client, and what follows it.

    Raises:
        OSError: The client is gone, or too slow.
        AgentError: What it sent is no question; nothing of it is quoted.
    """
    line, rest = _read_line(channel, MAX_QUESTION)
    opening = _opening_of(line)
    if opening is not None and opening.ask == "lock":
        return Question(VERSION, "lock"), b""
    try:
        question = _question.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _unlike(opening) from None
    if question.v != VERSION:
        raise _unlike(opening)
    if not 0 <= question.length <= MAX_TOLD:
        raise AgentError("The question is too long.")
    if len(rest) > question.length:
        raise AgentError("One question is answered at a time.")
    return question, bytes(_read_rest(channel, rest, question.length))


def read_answer(channel: Channel) -> tuple[Answer, Secret | None]:
    """The answer to a question, and the secret that came with it.

    Raises:
        OSError: The other side is gone, or too slow.
        AgentError: What it sent is no answer.
        VaultError: What the other side raised.
    """
    line, rest = _read_line(channel, MAX_ANSWER)
    answer = read_answer_line(line)
    if not answer.length:
        return answer, None
    if not 0 < answer.length <= MAX_SECRET:
        raise AgentError("The agent's answer is malformed.")
    return answer, _read_secret(channel, rest, answer.length)


def read_answer_line(line: bytes) -> Answer:
    """The answer in a line.

    Raises:
        AgentError: It is none.
        VaultError: What the other side raised.
    """
    try:
        answer = _answer.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _unlike(_opening_of(line)) from None
    if answer.error is not None:
        raise _raised(answer.error)
    return answer


def fault(error: VaultError) -> Answer:
    """The answer that raises this error again on the other side."""
    return Answer(error=Fault(type(error).__name__, error.message, error.hint))


def _read_line(channel: Channel, most: int) -> tuple[bytes, bytearray]:
    """A line without its end, and what was read beyond it."""
    data = bytearray()
    while (end := data.find(b"\n")) < 0:
        if len(data) >= most:
            raise AgentError("The message is too long.")
        part = channel.read(min(most - len(data), 1 << 16))
        if not part and not data:
            raise ConnectionResetError("nothing was said")
        if not part:
            raise AgentError("The connection ended within a message.")
        data += part
    line = bytes(data[:end])
    del data[: end + 1]
    return line, data


def _read_secret(channel: Channel, begun: bytearray, length: int) -> Secret:
    try:
        return Secret(_read_rest(channel, begun, length))
    finally:
        begun[:] = bytes(len(begun))


def _read_rest(channel: Channel, begun: bytearray, length: int) -> bytearray:
    """So many bytes behind a line, of which some have been read; what is beyond them is dropped."""
    while len(begun) < length:
        part = channel.read(length - len(begun))
        if not part:
            raise AgentError("The connection ended within a message.")
        begun += part
    del begun[length:]
    return begun


def _raised(told: Fault) -> VaultError:
    """The error that the other side raised; one of an unknown class is an `AgentError`."""
    kind = _KINDS.get(told.kind, AgentError)
    return kind(told.message, told.hint)


def _unlike(opening: _Opening | None) -> AgentError:
    """Why a line was not understood: another version, or no message at all."""
    if opening is None or opening.v == VERSION:
        return AgentError("That is no message of keyfob's agent.")
    return AgentError(
        f"The other side speaks version {opening.v} of the agent's protocol, this one {VERSION}.",
        "End the old agent with keyfob lock, then unlock again.",
    )


def _opening_of(line: bytes) -> _Opening | None:
    try:
        return _opening.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
