"""Encryption in the age v1 format, which the `age` tool opens, by the optional package pyrage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from vault.errors import ValueRefusedError

Write: TypeAlias = Callable[[bytes], object]

_PIPE = "keyfob export --json --plaintext - | age -r RECIPIENT -o FILE"


class AgeError(ValueRefusedError):
    """age cannot encrypt this: no pyrage is here, or a recipient is none."""


def pyrage() -> Any:
    """The package that encrypts.

    Raises:
        AgeError: It is not installed; the hint names it.
    """
    try:
        import pyrage as package
        import pyrage.passphrase  # the name above may be there, and its compiled part not
    except ImportError:
        raise AgeError(
            "The Python package pyrage, which encrypts for age, is not here.",
            f"Install keyfob with it: pip install 'keyfob[age]'; or: {_PIPE}",
        ) from None
    return package


def recipients(texts: Sequence[str]) -> list[Any]:
    """Those who will be able to open a file: `age1...`, `ssh-ed25519 ...` or `ssh-rsa ...`.

    Args:
        texts: As they were typed. None is quoted in an error: it may be a secret typed by mistake.

    Raises:
        AgeError: One of them is no recipient.
    """
    package = pyrage()
    return [_recipient(package, text.strip(), at) for at, text in enumerate(texts, 1)]


def _recipient(package: Any, text: str, at: int) -> Any:
    if text.upper().startswith("AGE-SECRET-KEY-") or "PRIVATE KEY" in text:
        raise AgeError(
            f"Recipient {at} is a secret identity, and was an argument: make a new one.",
            "Its recipient is what age-keygen -y, or the file that ends in .pub, gives.",
        )
    try:
        if text.startswith("ssh-"):
            return package.ssh.Recipient.from_str(text)
        if text.startswith("age1"):
            return package.x25519.Recipient.from_str(text)
    except package.RecipientError:
        if text.startswith("age1") and text.rfind("1") > len("age1"):  # age1yubikey1...
            raise AgeError(
                f"Recipient {at} is mistyped, or needs a plugin, which keyfob does not run.",
                f"With a plugin: {_PIPE}",
            ) from None
        raise AgeError(
            f"Recipient {at} is mistyped, or cut short.", "Copy the whole line again."
        ) from None
    raise AgeError(
        f"Recipient {at} is none: it must begin with age1, ssh-ed25519 or ssh-rsa.",
        "age-keygen makes one; a public SSH key is one, too.",
    )


def encrypt(
    pieces: Iterable[bytes], write: Write, whom: Sequence[Any], *, armored: bool = False
) -> None:
    """Encrypt for recipients, piece by piece.

    Args:
        pieces: What to encrypt; what it raises is raised here.
        write: Takes what is encrypted; what it raises is raised here.
        whom: What `recipients` answered.
        armored: Whether to write ASCII text.

    Raises:
        AgeError: A recipient's key cannot be encrypted for.
    """
    package = pyrage()
    reader, writer = _Reader(iter(pieces)), _Writer(write)
    try:
        package.encrypt_io(reader, writer, whom, armored)
    except package.EncryptError:
        raise (
            reader.error
            or writer.error
            or AgeError("One of the recipients cannot be encrypted for.", "Leave it out.")
        ) from None


def encrypt_with_passphrase(
    pieces: Iterable[bytes], write: Write, passphrase: str, *, armored: bool = False
) -> None:
    """Encrypt with a passphrase. Takes about a second, and all pieces at once.

    Args:
        pieces: What to encrypt.
        write: Takes what is encrypted.
        passphrase: Opens it.
        armored: Whether to write ASCII text.

    Raises:
        AgeError: The passphrase is empty, or no text.
    """
    if not passphrase or not _encodes(passphrase):
        raise AgeError("The passphrase is empty, or no text.")
    package = pyrage()
    write(package.passphrase.encrypt(b"".join(pieces), passphrase, armored))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Reader:
    """What pyrage reads from. It would tell of an error as text only, so it is kept here."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        end = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:end], self._rest[end:]
        return found


class _Writer:
    """What pyrage writes to, which keeps an error likewise."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._write(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""
