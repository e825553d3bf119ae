from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from vault.cli.desk import Desk
from vault.cli.passwords import given_password
from vault.errors import NoPasswordError


def command(script: str) -> str:
    return f'"{sys.executable}" -c "{script}"'


@pytest.fixture
def bare(bench: Bench) -> Bench:
    """A machine with a vault, and no password source in its environment."""
    del bench.environ["KEYFOB_PASSWORD_FILE"]
    return bench


def test_the_option_wins_over_the_environment(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_FILE"] = "/nowhere"
    bare.ok("list", "--password-file", str(bare.password_file))
    bare.ok("--password-file", str(bare.password_file), "list")


def test_the_file_wins_over_the_command_and_both_over_the_terminal(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = command("raise SystemExit(7)")
    assert bare.run("list", answers=[PASSWORD]).status == 3
    bare.environ["KEYFOB_PASSWORD_FILE"] = str(bare.password_file)
    bare.ok("list", answers=[])
    assert bare.prompts == []


def test_the_commands_first_line_is_the_password(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = command(f"print('{PASSWORD}'); print('more')")
    bare.ok("list")


def test_the_command_runs_without_a_shell(bare: Bench, tmp_path: Path) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = f"echo x; touch {tmp_path}/made"
    bare.run("list")
    assert not (tmp_path / "made").exists()


def test_nothing_a_failing_command_prints_is_repeated(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = command(
        f"import sys; print('{PASSWORD}'); sys.stderr.write('oops'); sys.exit(7)"
    )
    done = bare.run("list")
    assert done.status == 3
    assert "exit status 7" in done.err
    assert PASSWORD not in done.err
    assert "oops" not in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/nowhere/to/be/found", "cannot be started"),
        ("'unclosed", "quotation mark"),
        (command("pass"), "first line is empty"),
        (command("import os; os.write(1, bytes([255, 254]))"), "no text"),
    ],
)
def test_a_command_that_gives_no_password(bare: Bench, text: str, said: str) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = text
    done = bare.run("list")
    assert done.status == 3
    assert said in done.err


def test_a_command_that_hangs_is_given_up() -> None:
    desk = Desk(environ={"KEYFOB_PASSWORD_COMMAND": command("import time; time.sleep(60)")})
    with pytest.raises(NoPasswordError, match=r"0\.2 seconds"):
        given_password(desk, patience=0.2)


def test_a_command_that_never_stops_printing_is_stopped(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = command(
        f"print('{PASSWORD}')\nwhile True: print('x' * 99)"
    )
    done = bare.run("list")
    assert done.status == 3
    assert "more than a password" in done.err
    assert PASSWORD not in done.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_password(bare: Bench, encoding: str) -> None:
    bare.password_file.write_bytes((PASSWORD + "\r\n").encode(encoding))
    bare.ok("list", "--password-file", str(bare.password_file))
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = command(
        f"import sys; sys.stdout.buffer.write('{PASSWORD}'.encode('{encoding}'))"
    )
    bare.ok("list")


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
def test_only_the_line_end_is_removed_from_a_file(bare: Bench, ending: str) -> None:
    bare.password_file.write_bytes((PASSWORD + ending).encode())
    bare.ok("list", "--password-file", str(bare.password_file))


def test_spaces_belong_to_the_password(bare: Bench) -> None:
    bare.password_file.write_text(f" {PASSWORD} \n")
    assert bare.run("list", "--password-file", str(bare.password_file)).status == 3


def test_a_file_others_can_read_is_noted(bare: Bench) -> None:
    bare.password_file.chmod(0o644)
    assert (
        "can be read by others" in bare.ok("list", "--password-file", str(bare.password_file)).err
    )
    bare.password_file.chmod(0o600)
    assert "others" not in bare.ok("list", "--password-file", str(bare.password_file)).err


@pytest.mark.parametrize("content", [b"", b"\n", b"\nsecond\n", b"\xff\xfe", b"\xef\xbb\xbf"])
def test_a_file_without_a_password(bare: Bench, content: bytes) -> None:
    bare.password_file.write_bytes(content)
    assert bare.run("list", "--password-file", str(bare.password_file)).status == 3


def test_a_missing_file_is_named(bare: Bench) -> None:
    done = bare.run("list", "--password-file", str(bare.home / "none"))
    assert done.status == 3
    assert "none cannot be read" in done.err


def test_a_wrong_password_from_a_file_is_final(bare: Bench) -> None:
    bare.password_file.write_text("wrong\n")
    done = bare.run("list", "--password-file", str(bare.password_file), answers=[PASSWORD])
    assert done.status == 3
    assert bare.prompts == []


def test_a_wrong_password_at_the_prompt_is_told_and_asked_again(bare: Bench) -> None:
    done = bare.ok("list", answers=["wrong", "wrong too", PASSWORD])
    assert len(bare.prompts) == 3
    assert str(bare.path) in bare.prompts[0]
    assert done.err.count("keyfob: ") == 2


def test_after_three_wrong_passwords_it_ends(bare: Bench) -> None:
    done = bare.run("list", answers=["a", "b", "c", PASSWORD])
    assert done.status == 3
    assert len(bare.prompts) == 3


def test_no_terminal_and_no_source_names_what_to_use(bare: Bench) -> None:
    done = bare.run("list")
    assert done.status == 3
    assert "--password-file" in done.err
    assert "KEYFOB_PASSWORD_COMMAND" in done.err


def test_the_recovery_code_opens_it_too(fresh: Bench) -> None:
    told = fresh.ok("init").err
    code = next(line.strip() for line in told.splitlines() if line.count("-") == 8)
    del fresh.environ["KEYFOB_PASSWORD_FILE"]
    fresh.ok("list", answers=[code.lower()])


def test_no_password_is_asked_for_a_file_that_is_no_vault(bare: Bench) -> None:
    bare.path.write_text("something else")
    assert bare.run("list", answers=[]).status == 4
    bare.path.unlink()
    assert bare.run("list", answers=[]).status == 6


def test_a_blank_command_is_none(bare: Bench) -> None:
    bare.environ["KEYFOB_PASSWORD_COMMAND"] = "  "
    assert "no terminal to ask" in bare.run("list").err


def test_the_home_of_nobody_is_no_home(bare: Bench) -> None:
    done = bare.run("list", "--password-file", "~no-such-user-here/password")
    assert done.status == 3
    assert "cannot be read: No such file" in done.err
