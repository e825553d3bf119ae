from __future__ import annotations

import re

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from vault.errors import WrongPasswordError

NEW = "brass lantern over the harbour"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}")


@pytest.fixture
def code(fresh: Bench) -> str:
    """The recovery code of a vault whose password is forgotten."""
    (code,) = CODE.findall(fresh.ok("init").err)
    fresh.feed("feed")
    del fresh.environ["KEYFOB_PASSWORD_FILE"]
    return str(code)


def test_the_code_sets_a_new_password_and_is_replaced(fresh: Bench, code: str) -> None:
    done = fresh.ok("recover", answers=[code.lower().replace("-", " "), NEW, NEW])
    assert fresh.prompts[0] == f"Recovery code of {fresh.path}: "
    (new_code,) = CODE.findall(done.err)
    assert done.out == ""
    assert "had before opens nothing" in done.err
    for path in (fresh.path, fresh.path.with_name(fresh.path.name + ".bak")):
        fresh.environ["KEYFOB_VAULT"] = str(path)
        assert "feed" in fresh.ok("list", answers=[NEW]).out
        assert "feed" in fresh.ok("list", answers=[new_code]).out
        for void in (PASSWORD, code):
            assert fresh.run("list", answers=[void] * 3).status == 3


def test_a_typo_is_told_without_a_derivation_and_asked_again(fresh: Bench, code: str) -> None:
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    done = fresh.ok("recover", answers=[slip, code, NEW, NEW])
    assert "has a typo" in done.err
    assert slip not in done.err


def test_the_password_is_not_the_code(fresh: Bench, code: str) -> None:
    done = fresh.run("recover", answers=[PASSWORD, PASSWORD, PASSWORD])
    assert done.status == 3
    assert "not a recovery code" in done.err
    assert fresh.vault(code).keys


def test_another_vaults_code_is_wrong(fresh: Bench, code: str) -> None:
    other = "0000-0000-0000-0000-0000-0000-0000-0000-Q8EY"
    done = fresh.run("recover", answers=[other, other, other])
    assert done.status == 3
    assert "The recovery code does not open this vault." in done.err
    assert fresh.vault(code).keys


def test_files_instead_of_a_terminal(fresh: Bench, code: str) -> None:
    for name, text in (("code", code), ("new", NEW)):
        (fresh.home / name).write_text(text + "\n")
        (fresh.home / name).chmod(0o600)
    assert fresh.run("recover").status == 3
    files = ("--code-file", str(fresh.home / "code"))
    assert "--new-password-file" in fresh.run("recover", *files).err
    fresh.ok("recover", *files, "--new-password-file", str(fresh.home / "new"))
    assert fresh.vault(NEW).keys
    with pytest.raises(WrongPasswordError):
        fresh.vault(code)


def test_a_password_source_is_not_taken_for_the_code(fresh: Bench, code: str) -> None:
    done = fresh.run("recover", "--password-file", str(fresh.password_file))
    assert done.status == 2
    assert "--code-file" in done.err
    fresh.environ["KEYFOB_PASSWORD_FILE"] = str(fresh.password_file)
    fresh.ok("recover", answers=[code, NEW, NEW])


def test_the_old_code_is_not_taken_as_the_new_password(fresh: Bench, code: str) -> None:
    done = fresh.run("recover", answers=[code, code, code])
    assert done.status == 2
    assert "cannot be the password" in done.err
    assert fresh.vault(code).keys


def test_nothing_is_asked_where_there_is_no_vault(fresh: Bench) -> None:
    assert fresh.run("recover", answers=[]).status == 6
