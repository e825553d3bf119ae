from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.vault.cli.bench import Bench


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(fresh: Bench, shell: str) -> None:
    script = fresh.ok("completion", shell).out
    assert "keyfob" in script
    found = shutil.which(shell)
    if found is not None:
        checked = subprocess.run([found, "-n"], input=script, text=True, check=False)
        assert checked.returncode == 0


def complete(bench: Bench, typed: str) -> list[str]:
    """What the real program offers a shell after what was typed."""
    answer = bench.home / "answer"
    answer.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYFOB")}
    environ = kept | {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": f"keyfob {typed}",
        "COMP_POINT": str(len(f"keyfob {typed}")),
        "KEYFOB_VAULT": str(bench.path),
        "HOME": str(bench.home),
    }
    environ |= {"XDG_STATE_HOME": str(bench.home / "xdg")}
    (bench.home / "xdg").mkdir(exist_ok=True)
    link = bench.home / "xdg" / "keyfob"
    if not link.exists():
        link.symlink_to(bench.home / "state")
    subprocess.run(
        [sys.executable, "-m", "vault.cli"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return [word.strip() for word in answer.read_text().splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the state directory by XDG")
class TestTheRealProgram:
    def test_verbs(self, bench: Bench) -> None:
        assert set(complete(bench, "re")) == {"revoke", "remove", "recover", "registries", "remind"}

    def test_key_names_without_a_password(self, bench: Bench) -> None:
        bench.feed("contoso-push")
        bench.feed("fabrikam")
        assert complete(bench, "copy ") == ["contoso-push", "fabrikam"]
        assert complete(bench, "copy con") == ["contoso-push"]

    def test_registries_and_the_actions_of_one(self, bench: Bench) -> None:
        assert set(complete(bench, "new x --registry ")) >= {"nuget.org", "own-feed"}
        assert set(complete(bench, "new x --registry pypi --scope ")) == {"upload"}
        assert "push" in complete(bench, "new x --scope ")

    def test_options_and_choices(self, bench: Bench) -> None:
        assert "--secret-stdin" in complete(bench, "rotate x --s")
        assert set(complete(bench, "list --state e")) == {"expired"}

    def test_no_vault_offers_no_names(self, fresh: Bench) -> None:
        assert complete(fresh, "copy ") == []
