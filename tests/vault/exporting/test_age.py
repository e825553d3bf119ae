from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal import Terminal
from vault.errors import DamagedError, StorageError
from vault.exporting.age import AgeError, encrypt, encrypt_with_passphrase, recipients

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")

PASSPHRASE = "made-up horse battery"
PIECES = [b"one", b"", b"two" * 40_000, b"three"]
WHOLE = b"".join(PIECES)


def identity(path: Path) -> str:
    """A new identity in a file; answers its recipient."""
    subprocess.run(["age-keygen", "-o", str(path)], check=True, capture_output=True)
    done = subprocess.run(
        ["age-keygen", "-y", str(path)], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def decrypt(path: Path, who: Path) -> bytes:
    command = ["age", "-d", "-i", str(who), str(path)]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def written(whom: list[str], path: Path, *, armored: bool = False) -> bytes:
    out = io.BytesIO()
    encrypt(iter(PIECES), out.write, recipients(whom), armored=armored)
    path.write_bytes(out.getvalue())
    return out.getvalue()


@needs_age
@pytest.mark.parametrize("form", ["binary", "armored"])
def test_age_opens_it_for_each_recipient_and_for_no_other(tmp_path: Path, form: str) -> None:
    armored = form == "armored"
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    whom = [identity(first), f"  {identity(second)}\n"]
    identity(other)
    data = written(whom, tmp_path / "x.age", armored=armored)
    assert data.startswith(b"-----BEGIN AGE" if armored else b"age-encryption.org/v1\n")
    assert data.isascii() == armored
    assert decrypt(tmp_path / "x.age", first) == WHOLE
    assert decrypt(tmp_path / "x.age", second) == WHOLE
    with pytest.raises(subprocess.CalledProcessError):
        decrypt(tmp_path / "x.age", other)


@needs_age
@needs_ssh
@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_public_ssh_key_is_a_recipient(tmp_path: Path, kind: str) -> None:
    own = tmp_path / "id"
    make = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "me@example", "-f", str(own)]
    subprocess.run(make, check=True, timeout=60)
    written([own.with_suffix(".pub").read_text()], tmp_path / "x.age")
    assert decrypt(tmp_path / "x.age", own) == WHOLE


@needs_age
@pytest.mark.terminal
def test_age_asks_for_the_passphrase_and_takes_no_other(tmp_path: Path) -> None:
    out = io.BytesIO()
    encrypt_with_passphrase(iter(PIECES), out.write, PASSPHRASE)
    (tmp_path / "x.age").write_bytes(out.getvalue())
    command = ["age", "-d", "-o", "opened", "x.age"]
    with Terminal(command, home=tmp_path) as asked:
        asked.wait_for("passphrase")
        asked.send("another one\n")
        assert asked.wait_for_end(60) != 0
    assert not (tmp_path / "opened").exists()
    with Terminal(command, home=tmp_path) as asked:
        asked.wait_for("passphrase")
        asked.send(PASSPHRASE + "\n")
        assert asked.wait_for_end(60) == 0
    assert (tmp_path / "opened").read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("age1qqqqqqqq", "cut short"),
        ("age1", "cut short"),
        ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugin"),
        ("ssh-ed25519 AAAA", "cut short"),
        ("ssh-dss AAAA", "cut short"),
        ("hunter2", "it must begin with age1"),
        ("", "it must begin with age1"),
        ("AGE-SECRET-KEY-1QQQQ", "a secret identity"),
        (" age-secret-key-1qqqq", "a secret identity"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", "a secret identity"),
    ],
)
def test_what_is_no_recipient_is_told_without_being_quoted(text: str, told: str) -> None:
    good = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    with pytest.raises(AgeError, match=r"^Recipient 2") as caught:
        recipients([good, text])
    assert told in caught.value.message
    assert caught.value.exit_code == 2
    shown = caught.value.message + caught.value.hint
    assert not text or text not in shown


@given(st.text(max_size=80), st.sampled_from(["", "age1", "ssh-ed25519 ", "ssh-rsa "]))
def test_no_text_does_worse_than_be_refused(text: str, start: str) -> None:
    with pytest.raises(AgeError):
        recipients([start + text])


@pytest.mark.parametrize("passphrase", ["", "\ud800"])
def test_an_empty_passphrase_encrypts_nothing(passphrase: str) -> None:
    out = io.BytesIO()
    with pytest.raises(AgeError):
        encrypt_with_passphrase(iter(PIECES), out.write, passphrase)
    assert not out.getvalue()


def someone() -> list[object]:
    return recipients(["age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"])


def test_what_goes_wrong_at_either_end_comes_out_as_it_is() -> None:
    def damaged() -> Iterator[bytes]:
        yield b"one"
        raise DamagedError("The secret of release is damaged.")

    def full(_: bytes) -> None:
        raise StorageError("The disk is full.")

    def stopped() -> Iterator[bytes]:
        yield b"one"
        raise KeyboardInterrupt

    out = io.BytesIO()
    with pytest.raises(DamagedError, match="release"):
        encrypt(damaged(), out.write, someone())
    with pytest.raises(StorageError, match="full"):
        encrypt(iter(PIECES), full, someone())
    with pytest.raises(KeyboardInterrupt):
        encrypt(stopped(), out.write, someone())


def test_nothing_waits_for_the_last_piece() -> None:
    """A vault's secrets are opened as they are written, not all before the first is."""
    out = io.BytesIO()
    sizes = []

    def many() -> Iterator[bytes]:
        for _ in range(40):
            sizes.append(len(out.getvalue()))
            yield os.urandom(16_384)

    encrypt(many(), out.write, someone())
    assert sizes[-1] > 20 * 16_384


def test_without_pyrage_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(AgeError, match="pyrage") as caught:
        recipients([])
    assert "keyfob[age]" in caught.value.hint
