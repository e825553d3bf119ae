from __future__ import annotations

import errno
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from vault.errors import WrongPasswordError

CODE = re.compile(r"(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}")


class FullAtTheCode(io.StringIO):
    """A stderr on a disk that is full just when the recovery code is to be written."""

    def write(self, text: str) -> int:
        if "RECOVERY CODE" in text:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def ask(bench: Bench) -> None:
    del bench.environ["KEYFOB_PASSWORD_FILE"]


def test_a_vault_is_made_and_its_recovery_code_shown_once_on_stderr(fresh: Bench) -> None:
    done = fresh.ok("init")
    assert done.out == ""
    (code,) = CODE.findall(done.err)
    assert fresh.vault(code).keys == []
    assert fresh.path.stat().st_mode & 0o777 == 0o600
    assert code not in fresh.ok("list").err


def test_the_password_is_asked_for_twice_and_its_strength_said(fresh: Bench) -> None:
    ask(fresh)
    done = fresh.ok("init", answers=["password1", "password1", "y"])
    assert fresh.prompts == [
        "Password for the new vault: ",
        "The same again: ",
        "Easy to guess. Keep it all the same? [y/N] ",
    ]
    assert "Strength: very weak. This is a very common password" in done.err
    assert "password1" not in done.err
    assert fresh.vault("password1").keys == []


@pytest.mark.parametrize("length", [73, 100, 101, 2000])
def test_a_long_passphrase_is_taken(fresh: Bench, length: int) -> None:
    ask(fresh)
    long = ("tale of seven rivers " * 100)[:length].strip() + "!"
    assert "Strength: strong." in fresh.ok("init", answers=[long, long]).err
    assert fresh.vault(long).keys == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_where_the_code_could_not_be_shown_no_vault_is_made(fresh: Bench) -> None:
    command = [sys.executable, "-m", "vault.cli", "init"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, env={**os.environ, **fresh.environ}, stderr=full, check=False, timeout=60
        )
    assert done.returncode == 6
    assert not fresh.path.exists()


def test_a_code_that_could_not_be_shown_is_said_to_be_lost(fresh: Bench) -> None:
    err = FullAtTheCode()
    assert fresh.run("init", stderr=err).status == 6
    assert not CODE.search(err.getvalue())
    assert "keyfob password --new-code" in err.getvalue()
    assert fresh.vault().keys == []


def test_a_typing_slip_is_told_and_asked_again(fresh: Bench) -> None:
    ask(fresh)
    done = fresh.ok("init", answers=["", "one thing", "another thing", "right now", "right now"])
    assert "A vault without a password is none." in done.err
    assert "The two are not the same." in done.err
    assert fresh.vault("right now").keys == []


def test_after_three_slips_nothing_is_created(fresh: Bench) -> None:
    ask(fresh)
    done = fresh.run("init", answers=["a", "b", "c", "d", "e", "f"])
    assert done.status == 3
    assert "No password was chosen." in done.err
    assert not fresh.path.exists()


def test_without_a_terminal_or_a_source_it_says_what_to_use(fresh: Bench) -> None:
    ask(fresh)
    done = fresh.run("init")
    assert done.status == 3
    assert "--password-file" in done.err
    assert "KEYFOB_PASSWORD_COMMAND" in done.err
    assert not fresh.path.exists()


def test_an_existing_vault_is_left_alone_and_no_password_is_asked(bench: Bench) -> None:
    before = bench.path.read_bytes()
    ask(bench)
    done = bench.run("init", answers=[])
    assert done.status == 6
    assert str(bench.path) in done.err
    assert bench.path.read_bytes() == before


def test_a_password_that_cannot_be_used_is_refused(fresh: Bench) -> None:
    fresh.password_file.write_text("x" * 5000)
    done = fresh.run("init")
    assert done.status == 2
    assert not fresh.path.exists()


@pytest.mark.parametrize("mode", ["names", "dates", "off"])
def test_what_check_may_tell_is_chosen_here(fresh: Bench, mode: str) -> None:
    fresh.ok("init", "--index", mode)
    assert fresh.vault().index == mode


def test_only_the_password_opens_it(bench: Bench) -> None:
    with pytest.raises(WrongPasswordError):
        bench.vault("something else")
