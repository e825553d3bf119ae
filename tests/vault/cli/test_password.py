from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from vault.errors import DamagedError, WrongPasswordError
from vault.sealing.vaultfile import open_body, unlock

NEW = "brass lantern over the harbour"
WEAK = "password1"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}")


@pytest.fixture
def asked(bench: Bench) -> Bench:
    """A vault saved twice, and no source of its password but the terminal."""
    bench.feed("feed")
    del bench.environ["KEYFOB_PASSWORD_FILE"]
    return bench


def given(bench: Bench, name: str, text: str) -> str:
    """A file with a password."""
    path = bench.home / name
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return str(path)


def opens(bench: Bench, text: str) -> list[bool]:
    """Whether a text opens the vault, and whether it opens the backup."""
    found = []
    for path in (bench.path, Path(f"{bench.path}.bak")):
        try:
            unlock(path.read_bytes(), text).wipe()
        except WrongPasswordError:
            found.append(False)
        else:
            found.append(True)
    return found


def test_old_and_new_are_asked_for_and_only_the_new_one_opens_vault_and_backup(
    asked: Bench,
) -> None:
    done = asked.ok("password", answers=[PASSWORD, NEW, NEW])
    assert asked.prompts == [f"Password of {asked.path}: ", "New password: ", "The same again: "]
    assert "Strength: strong." in done.err
    assert "Changed the password of" in done.err
    assert "Copies of the vault made before still open" in done.err
    assert NEW not in done.err
    assert opens(asked, NEW) == [True, True]
    assert opens(asked, PASSWORD) == [False, False]
    assert "feed" in asked.ok("list", answers=[NEW]).out


def test_both_can_come_from_files(asked: Bench) -> None:
    asked.ok(
        "password",
        *("--password-file", str(asked.password_file)),
        *("--new-password-file", given(asked, "new", NEW + "\n")),
    )
    assert opens(asked, NEW) == [True, True]


def test_a_source_in_the_environment_gives_the_old_one_and_is_named_afterwards(
    bench: Bench,
) -> None:
    done = bench.ok("password", answers=[NEW, NEW])
    assert bench.prompts == ["New password: ", "The same again: "]
    assert "KEYFOB_PASSWORD_FILE is set" in done.err
    assert bench.run("list").status == 3


def test_a_wrong_old_password_changes_nothing(asked: Bench) -> None:
    before = asked.path.read_bytes()
    assert asked.run("password", answers=["a", "b", "c"]).status == 3
    assert len(asked.prompts) == 3
    assert asked.path.read_bytes() == before


def test_a_weak_one_is_kept_only_when_that_is_said_again(asked: Bench) -> None:
    done = asked.ok("password", answers=[PASSWORD, WEAK, WEAK, "n", NEW, NEW])
    assert "Strength: very weak." in done.err
    assert opens(asked, NEW) == [True, True]
    asked.ok("password", answers=[NEW, WEAK, WEAK, "yes"])
    assert opens(asked, WEAK) == [True, True]


def test_force_asks_nothing_about_a_weak_one(asked: Bench) -> None:
    asked.ok("password", "--force", answers=[PASSWORD, WEAK, WEAK])
    assert opens(asked, WEAK) == [True, True]


def test_a_weak_one_in_a_file_needs_force(bench: Bench) -> None:
    file = ("--new-password-file", given(bench, "new", WEAK))
    done = bench.run("password", *file)
    assert done.status == 2
    assert "--force" in done.err
    assert bench.vault().keys == []
    bench.ok("password", *file, "--force")
    assert bench.vault(WEAK).keys == []


def test_without_a_terminal_it_says_where_a_new_one_can_come_from(bench: Bench) -> None:
    done = bench.run("password")
    assert done.status == 3
    assert "--new-password-file" in done.err
    assert bench.vault().keys == []


def test_a_new_code_on_demand(bench: Bench) -> None:
    told = bench.ok("password", "--new-code", "--new-password-file", given(bench, "new", NEW)).err
    (code,) = CODE.findall(told)
    assert "had before opens nothing" in told
    assert bench.vault(code).opened_with == "recovery"
    assert bench.vault(NEW).opened_with == "password"


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 3, "gives no password: its first line is empty."),
        ("x" * 4097, 2, "The password is longer than 4 KiB."),
        ("\u00e9" * 2049, 2, "The password is longer than 4 KiB."),
    ],
)
def test_one_sentence_says_why_a_text_is_no_password(
    bench: Bench, text: str, status: int, said: str
) -> None:
    file = given(bench, "new", text)
    done = bench.run("password", "--force", "--new-password-file", file)
    assert done.status == status
    assert done.err.splitlines()[-1].endswith(said)
    assert bench.vault().keys == []


def test_half_a_character_is_refused_in_one_sentence(asked: Bench) -> None:
    half = "half \ud83d of a key, and a long tail"
    done = asked.run("password", answers=[PASSWORD, half, half])
    assert done.status == 2
    assert done.err.splitlines()[-1] == "keyfob: The password holds half a character."
    assert asked.run("list", answers=[half, half, half]).status == 3
    assert opens(asked, PASSWORD) == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "Zo\u00eb's caf\u00e9 \u1ebf",
        "\N{KEY} \U0001f469\u200d\U0001f469\u200d\U0001f467",
        "nul \0 in the middle",
        " spaces at both ends ",
        "x" * 4096,
    ],
)
def test_any_other_text_is_one_however_it_is_composed(asked: Bench, text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    asked.ok("password", "--force", answers=[PASSWORD, apart, apart])
    asked.ok("list", answers=[unicodedata.normalize("NFC", text)])
    assert asked.run("list", answers=[text + " "] * 3).status == 3


def test_a_trailing_newline_is_not_part_of_a_file_and_a_space_is(bench: Bench) -> None:
    bench.ok("password", "--new-password-file", given(bench, "new", NEW + " \r\n"))
    assert bench.vault(NEW + " ").keys == []
    with pytest.raises(WrongPasswordError):
        bench.vault(NEW)


def test_a_new_vault_key_comes_with_a_new_code_and_says_what_it_does_not_undo(
    bench: Bench,
) -> None:
    bench.feed("feed")
    stolen = unlock(bench.path.read_bytes(), PASSWORD)
    done = bench.ok("password", "--new-vault-key", "--new-password-file", given(bench, "new", NEW))
    (code,) = CODE.findall(done.err)
    assert "sealed under a new vault key" in done.err
    assert "had before opens nothing" in done.err
    assert "rotate those keys" in done.err
    assert opens(bench, NEW) == opens(bench, code) == [True, True]
    assert opens(bench, PASSWORD) == [False, False]
    assert [key.name for key in bench.vault(NEW).keys] == ["feed"]
    with pytest.raises(DamagedError):
        open_body(bench.path.read_bytes(), stolen)


def test_a_new_code_comes_with_a_new_vault_key_anyway(bench: Bench) -> None:
    done = bench.run("password", "--new-vault-key", "--new-code")
    assert done.status == 2
    assert "not allowed with" in done.err
