from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from keyring.errors import PasswordDeleteError, PasswordSetError

from tests.vault.cli.bench import PASSWORD, Answers, Bench
from tests.vault.clients.making import wheel
from tests.vault.hooks.asked import new_key
from tests.vault.hooks.indexes import FEED, PYPI_TOKEN, UPLOAD, surroundings, take_over
from vault.agent.client import VARIABLE
from vault.hooks.keyring_backend import Keyring
from vault.keys.formats.macaroon import parse_macaroon


@pytest.fixture
def environ(bench: Bench) -> dict[str, str]:
    """The user's environment; keys that do not end, because here the real time counts."""
    new_key(bench, "core", "pypi", "upload", "contoso-core", secret=PYPI_TOKEN, expires="never")
    return surroundings(bench)


@pytest.fixture
def backend(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Keyring:
    take_over(monkeypatch, environ)
    monkeypatch.setattr(sys, "argv", ["program"])
    return Keyring()


def uses(bench: Bench) -> int:
    return sum(key.used is not None for key in bench.vault().keys)


def test_twine_gets_a_token_for_its_projects_only(
    backend: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path / "dist", "contoso-core")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["/opt/bin/twine", "upload", "dist/*"])
    given = backend.get_password(UPLOAD, "__token__")
    assert given is not None
    assert given.startswith(PYPI_TOKEN[:40])
    assert parse_macaroon(given).projects == ("contoso-core",)
    wheel(tmp_path / "dist", "fabrikam")
    assert backend.get_password(UPLOAD, "__token__") is None


def test_other_programs_get_the_key_as_it_is(backend: Keyring, bench: Bench) -> None:
    assert backend.get_password(UPLOAD, "__token__") == PYPI_TOKEN
    credential = backend.get_credential(UPLOAD, None)
    assert credential is not None
    assert (credential.username, credential.password) == ("__token__", PYPI_TOKEN)
    assert uses(bench) == 1


def test_an_index_of_ones_own_knows_users(backend: Keyring, bench: Bench) -> None:
    secret = new_key(bench, "feed", "contoso-feed", "push", "*", owner="build", expires="never")
    credential = backend.get_credential(f"{FEED}simple/", None)
    assert credential is not None
    assert (credential.username, credential.password) == ("build", secret)
    assert backend.get_password(FEED, "alice") == secret
    assert uses(bench) == 1


@pytest.mark.parametrize(
    "service",
    ["keyfob", "upload.index.invalid", "http://upload.index.invalid/legacy/", "https://x.invalid"],
)
def test_other_services_are_nothing_to_it(
    backend: Keyring,
    service: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("KEYFOB_PASSWORD_FILE")
    assert backend.get_password(service, "__token__") is None
    assert backend.get_credential(service, None) is None
    assert capfd.readouterr() == ("", "")


def test_a_locked_vault_is_said_once_and_answered_with_none(
    backend: Keyring, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KEYFOB_PASSWORD_FILE")
    assert backend.get_credential(UPLOAD, None) is None
    assert backend.get_password(UPLOAD, "__token__") is None
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("no terminal") == 1
    assert "keyfob unlock" in said.err


def test_the_password_is_asked_for_once(backend: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEYFOB_PASSWORD_FILE")
    terminal = Answers([PASSWORD])
    monkeypatch.setattr("vault.cli.terminal.open_terminal", lambda: terminal)
    assert backend.get_credential(UPLOAD, None) is not None
    assert backend.get_password(UPLOAD, "__token__") == PYPI_TOKEN
    assert backend.get_password(UPLOAD, "alice") is None
    assert len(terminal.prompts) == 1


def test_a_broken_vault_stops_no_client(
    backend: Keyring, bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    bench.path.write_bytes(b"no vault")
    assert backend.get_password(UPLOAD, "__token__") is None
    assert "keyfob" in capfd.readouterr().err


def test_it_keeps_and_removes_nothing_and_lets_the_next_backend_do_it(backend: Keyring) -> None:
    with pytest.raises(PasswordSetError) as kept:
        backend.set_password("service", "user", "made-up")
    with pytest.raises(PasswordDeleteError) as removed:
        backend.delete_password("service", "user")
    assert isinstance(kept.value, NotImplementedError)
    assert isinstance(removed.value, NotImplementedError)
    assert "made-up" not in str(kept.value)


def test_without_a_vault_it_is_not_there(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over(monkeypatch, environ)
    assert Keyring.priority == 9
    assert Keyring.viable
    monkeypatch.setenv("KEYFOB_VAULT", "/nowhere/keys.keyfob")
    with pytest.raises(RuntimeError, match="no keyfob vault"):
        _ = Keyring.priority
    assert not Keyring.viable


def test_pythons_keyring_finds_it_by_its_entry_point(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "keyring"]
    listed = subprocess.run(
        [*command, "--list-backends"],
        env=environ, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "vault.hooks.keyring_backend.Keyring (priority: 9)" in listed.stdout
    got = subprocess.run(
        [*command, "get", UPLOAD, "__token__"],
        env=environ, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert (got.stdout, got.stderr) == (f"{PYPI_TOKEN}\n", "")


def test_where_something_is_lent_it_is_there_without_a_vault(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over(monkeypatch, environ)
    monkeypatch.setenv("KEYFOB_VAULT", "/nowhere/keys.keyfob")
    monkeypatch.setenv(VARIABLE, "/nowhere/agent.sock")
    assert Keyring.priority == 9


def test_other_programs_hardly_notice_it(environ: dict[str, str]) -> None:
    code = (
        "import keyring.backend, sys; before = set(sys.modules)\n"
        "import vault.hooks.keyring_backend as b\n"
        "assert b.Keyring.priority == 9\n"
        "assert b.Keyring().get_password('service', 'user') is None\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert not any(
        name in done.stdout for name in ("cryptography", "msgspec", "vault.cli", "vault.keys")
    )


def test_other_programs_secrets_go_where_they_went_before(environ: dict[str, str]) -> None:
    code = (
        "import keyring.backend, keyring.backends.chainer\n"
        "class Other(keyring.backend.KeyringBackend):\n"
        "    priority, kept = 5, {}\n"
        "    def set_password(self, *key): self.kept[key[:2]] = key[2]\n"
        "    def get_password(self, *key): return self.kept.get(key)\n"
        "    def delete_password(self, *key): del self.kept[key]\n"
        "chain = keyring.backends.chainer.ChainerBackend()\n"
        "assert type(chain.backends[0]).__module__ == 'vault.hooks.keyring_backend'\n"
        "chain.set_password('service', 'user', 'made-up')\n"
        "print(chain.get_password('service', 'user'))\n"
        "chain.delete_password('service', 'user')\n"
        "print(chain.get_password('service', 'user'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "made-up\nNone\n"), done.stderr
