from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.vault.cli.bench import PASSWORD, Bench
from tests.vault.hooks.asked import desk_of, new_key, secret_of
from vault.cli.desk import Desk
from vault.errors import DamagedError
from vault.hooks.serving import LONGEST, QuestionError, question, serving

HOOKS = ("cargo", "git", "docker", "keyring_shim")


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (DamagedError("It is damaged.", "Do this."), 4, "keyfob: It is damaged.\nDo this.\n"),
        (RuntimeError("made-up-secret"), 70, "unexpected error (RuntimeError)"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_nothing_ends_in_a_traceback(
    bench: Bench, error: BaseException, status: int, said: str
) -> None:
    desk = desk_of(bench)
    assert serving(lambda _: raising(error), desk) == status
    assert isinstance(desk.stderr, io.StringIO)
    assert said in desk.stderr.getvalue()
    assert "made-up" not in desk.stderr.getvalue()


def test_a_question_has_an_end() -> None:
    assert question(io.StringIO("x" * LONGEST)) == "x" * LONGEST
    with pytest.raises(QuestionError):
        question(io.StringIO("x" * (LONGEST + 1)))


def test_streams_are_utf_8_with_plain_line_ends() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\r\n")
    given = io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="ascii")
    heard: list[str] = []

    def serve(desk: Desk) -> int:
        heard.append(question(desk.stdin))
        desk.put("é")
        return 0

    assert serving(serve, Desk(stdin=given, stdout=out)) == 0
    assert heard == ["\ufffd\n"]
    assert out.buffer.seek(0) == 0
    assert out.buffer.read() == "é\n".encode()


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\0\n\n", b"get\n" * 100_000])
def test_no_program_prints_a_traceback_or_waits(hook: str, data: bytes, tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    command = [sys.executable, "-m", f"vault.hooks.{hook}", "get"]
    done = subprocess.run(
        command, input=data, env=environ, capture_output=True, timeout=60, check=False,
        start_new_session=True,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1, 2, 3}


def test_a_closed_output_is_no_traceback(tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "vault.hooks.cargo"], input=b"{}\n", stdout=write,
            stderr=subprocess.PIPE, env=environ, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_hook_loads_no_cryptography_before_it_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys, json\nimport vault.hooks.cargo, vault.hooks.git, vault.hooks.docker\n"
        "import vault.hooks.keyring_shim, vault.hooks.python_index\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"cryptography", "textual", "tomlkit", "keyring", "pyperclip"}


@pytest.mark.terminal
def test_the_password_is_asked_for_past_the_pipes(bench: Bench, tmp_path: Path) -> None:
    new_key(bench, "core", "github-fine-grained", "contents-write", "*", expires="never")
    question_file, answer = tmp_path / "question", tmp_path / "answer"
    question_file.write_text("protocol=https\nhost=github.com\npath=contoso/core\n\n")
    command = f"{sys.executable} -m vault.hooks.git get < {question_file} > {answer}"
    variables = {
        "KEYFOB_VAULT": str(bench.path),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    with Terminal(["/bin/sh", "-c", command], home=tmp_path, variables=variables) as terminal:
        terminal.wait_for("Password of")
        terminal.send(PASSWORD + "\r")
        assert terminal.wait_for_end() == 0
        assert secret_of("core") not in terminal.raw.decode()
    assert answer.read_text().splitlines()[:2] == [
        "username=contoso",
        f"password={secret_of('core')}",
    ]
