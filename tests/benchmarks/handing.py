"""What handing a key to a client costs beside the bare client, with the agent on.

The client is one that does nothing, under the name of one that keyfob knows: all that is told apart
is what its user waits for, from reading the package to taking back what it was given. That the key
was used, the agent saves meanwhile.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.lending import unlocked
from tests.benchmarks.measure import Figure, alternate, differences, spread, timed
from tests.benchmarks.terminal import keyfob_command
from tests.benchmarks.vaults import VaultOnDisk, Vaults, make_vault
from tests.vault.clients.making import wheel
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret

LIMIT = 1.5
"""Times the wall time of `python -c ''`, added to the client's own."""

KEYS = 10
ROUNDS = 25
_INDEX = "http://127.0.0.1:1/"
_ASKED = {
    "v": 1,
    "kind": "get",
    "operation": "publish",
    "name": "contoso-core",
    "vers": "1.0.0",
    "cksum": "00",
    "registry": {"index-url": f"sparse+{_INDEX}", "name": "contoso"},
    "args": [],
}


def run(vaults: Vaults) -> list[Figure]:
    """How much `keyfob run` adds to a client, and what one question of cargo's takes."""
    vault = make_vault(vaults.nowhere.root / "run", KEYS)
    _add_key(vault)
    with unlocked(vault) as environ:
        work = vault.root / "work"
        wheel(work, "contoso-core")
        client = _client(vault.root / "bin")
        words = [client, "upload", "--repository-url", _INDEX, "contoso_core-1.0-py3-none-any.whl"]
        handed = [*keyfob_command(), "run", "--key", "handed", "--", *words]
        measures = {
            "python": _process([sys.executable, "-c", ""], work, environ),
            "client": _process(words, work, environ),
            "run": _process(handed, work, environ),
        }
        provider = [sys.executable, "-m", "vault.hooks.cargo"]
        if script := shutil.which("keyfob-cargo", path=str(Path(sys.executable).parent)):
            provider = [script]
        asked = {**environ, "KEYFOB_LENT_FOR": _INDEX}
        measures["cargo"] = _process(provider, work, asked, f"{json.dumps(_ASKED)}\n", '"token"')
        taken = alternate({name: timed(each) for name, each in measures.items()}, rounds=ROUNDS)
    python = statistics.median(taken["python"])
    added = differences(taken["run"], taken["client"])
    detail = {f"{name}_ms": spread(values) for name, values in taken.items()}
    return [
        Figure("run_added_ratio", statistics.median(added) / python, "ratio", LIMIT, KEYS, detail),
        Figure("run_added", statistics.median(added), "ms", None, KEYS),
        Figure("cargo_provider_request", statistics.median(taken["cargo"]), "ms", None, KEYS),
    ]


def _add_key(vault: VaultOnDisk) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    grants = (Grant("push", Glob("contoso-*")),)
    life = Lifetime(now, now + timedelta(days=30))
    opened = vault.open()
    with Secret("made-up-benchmark-secret") as secret:
        opened.add(Draft("handed", "own-feed", "build", grants, life), secret)
    opened.lock()


def _client(folder: Path) -> str:
    """A program called twine that does nothing."""
    folder.mkdir()
    return str(shutil.copy(shutil.which("true") or "/bin/true", str(folder / "twine")))


def _process(
    command: Sequence[str],
    work: Path,
    environ: Mapping[str, str],
    told: str = "",
    answer: str = "",
) -> Callable[[], None]:
    def once() -> None:
        done = subprocess.run(
            command,
            cwd=work,
            env=dict(environ),
            input=told,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or answer not in done.stdout:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr!r}")

    return once
