"""The real servers, each with one account: how they are set up and started."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.serving import HOST, Served, free_port, serving

USER = "alice"
PASSWORD = "made-up-server-password-2f90"


def _environ(root: Path) -> dict[str, str]:
    """What a server gets: nothing of the one who runs the tests but the PATH."""
    return {"PATH": os.environ["PATH"], "HOME": str(root), "TMPDIR": str(root)}


@contextmanager
def pypiserver(programs: Path, root: Path, token: str) -> Iterator[Served]:
    """pypiserver, which takes one token for uploads; packages arrive in `packages`."""
    (root / "packages").mkdir()
    digest = base64.b64encode(hashlib.sha1(token.encode()).digest()).decode()
    (root / "htpasswd").write_text(f"__token__:{{SHA}}{digest}\n")
    port = free_port()
    command = [str(programs / "pypi-server"), "run", "-i", HOST, "-p", str(port)]
    command += ["-P", str(root / "htpasswd"), "-a", "update", "--disable-fallback"]
    command.append(str(root / "packages"))
    with serving(command, port, root, _environ(root)) as served:
        yield served


@contextmanager
def devpi(programs: Path, root: Path) -> Iterator[Served]:
    """devpi-server with devpi-tokens, and the index `alice/dev`."""
    data = [f"--serverdir={root / 'data'}", f"--secretfile={root / 'secret'}", "--no-root-pypi"]
    secret = root / "secret"
    secret.write_text(base64.b64encode(os.urandom(48)).decode())
    secret.chmod(0o600)
    environ = _environ(root)
    initial = [str(programs / "devpi-init"), *data[:1], *data[2:], f"--root-passwd={PASSWORD}"]
    subprocess.run(initial, cwd=root, env=environ, check=True, capture_output=True, timeout=120)
    port = free_port()
    command = [str(programs / "devpi-server"), *data[:2], f"--host={HOST}", f"--port={port}"]
    command += [f"--argon2-{name}=8" for name in ("memory-cost", "time-cost")]
    command += ["--argon2-parallelism=1"]  # or deriving its keys takes most of a minute
    with serving(command, port, root, environ) as served:
        _ask(f"{served.url}{USER}", "PUT", {"password": PASSWORD})
        _ask(f"{served.url}{USER}/dev", "PUT", {"bases": []}, login=devpi_login(served))
        yield served


def devpi_login(served: Served) -> str:
    """The header that stands for `alice` herself."""
    answer = _ask(f"{served.url}+login", "POST", {"user": USER, "password": PASSWORD})
    pair = f"{USER}:{answer['result']['password']}".encode()
    return base64.b64encode(pair).decode()


def devpi_token(served: Served, **restrictions: list[str]) -> str:
    """A new token of `alice`'s, with what devpi-tokens shall limit it to."""
    url = f"{served.url}{USER}/+token-create"
    answer = _ask(url, "POST", restrictions, login=devpi_login(served))
    token: str = answer["result"]["token"]
    return token


@contextmanager
def verdaccio(modules: Path, node: str, root: Path) -> Iterator[Served]:
    """verdaccio, without registries behind it."""
    port = free_port()
    config = {
        "storage": str(root / "storage"),
        "auth": {"htpasswd": {"file": str(root / "htpasswd")}},
        "uplinks": {},
        "experiments": {"token": True},
        "packages": {"**": {"access": "$all", "publish": "$authenticated"}},
        "log": {"type": "stdout", "format": "json", "level": "http"},
    }
    (root / "config.yaml").write_text(json.dumps(config))  # JSON is YAML
    start = str(modules / "verdaccio" / "bin" / "verdaccio")
    command = [node, start, "--config", str(root / "config.yaml"), "--listen", f"{HOST}:{port}"]
    with serving(command, port, root, _environ(root)) as served:
        yield served


def verdaccio_token(served: Served, name: str = USER) -> str:
    """The token of a new account."""
    account = {"name": name, "password": PASSWORD}
    answer = _ask(f"{served.url}-/user/org.couchdb.user:{name}", "PUT", account)
    token: str = answer["token"]
    return token


@contextmanager
def minchoc(programs: Path, root: Path, token: str) -> Iterator[Served]:
    """minchoc, which takes one API key, a UUID."""
    port = free_port()
    script = Path(__file__).with_name("minchoc_site.py")
    environ = _environ(root) | {"MINCHOC_KEY": token}
    with serving(
        [str(programs / "python"), str(script), str(root), str(port)], port, root, environ
    ) as served:
        yield served


def _ask(url: str, method: str, body: object, *, login: str = "") -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    request.add_header("Accept", "application/json")
    if login:
        request.add_header("X-Devpi-Auth", login)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def fetch(url: str) -> str:
    """What a server shows to anybody."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        body: bytes = answer.read()
        return body.decode()
