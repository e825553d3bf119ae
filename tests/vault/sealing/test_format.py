"""The page, the program and the independent reader say the same of one file."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.independent_reader import UnreadableError, read_vault
from tests.vault.sealing.samples import NOON, PASSWORD, fixed_entropy
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.sealing.header import Header, count_expiries, read_header
from vault.sealing.kdf import CHEAPEST
from vault.sealing.vaultfile import (
    create,
    fingerprint,
    open_body,
    open_secret,
    seal,
    seal_secret,
    unlock,
)
from vault.store.memory import MemoryStore
from vault.vault import Vault

FROZEN = Path(__file__).with_name("format_1.keyfob")
"""A vault of this format, written once. It must open for ever; never write it again."""

FROZEN_CODE = "1DRP-VNXC-YAHA-SDVB-TTKJ-SRJ9-024Z-5JR1-H3Q3"
KEY_ID = "0123456789abcdef" * 2
SECRET = "oy2made-up-for-a-test"


def written() -> tuple[bytes, str]:
    """A vault of one key and its recovery code, the same in every run."""
    entropy = fixed_entropy("format 1")
    key, vault_id, slots, code = create(PASSWORD, cost=CHEAPEST, entropy=entropy)
    record = {
        "id": KEY_ID,
        "name": "release-böt",
        "registry": "nuget.org",
        "owner": "contoso",
        "matching": "glob",
        "grants": [["push", "Contoso.*"], ["unlist", "Contoso.Core"]],
        "created": "2026-11-22T12:00:00Z",
        "expires": "2026-12-22T12:00:00Z",
        "revoked": None,
        "revision": 2,
        "format": "nuget v4",
        "fingerprint": fingerprint(key, Secret(SECRET)),
        "copied": None,
        "note": "",
        "secret": seal_secret(key, vault_id, KEY_ID, 2, Secret(SECRET), entropy=entropy),
    }
    body = "\n".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        for line in ({"index": "names"}, record)
    )
    expiries, never, revoked = count_expiries([Lifetime(NOON, NOON.replace(month=12))])
    header = Header(vault_id, 1, NOON, slots, expiries, never, revoked)
    return seal(header, key, body.encode(), entropy=entropy), code


def test_the_writer_still_writes_the_frozen_file_to_the_byte() -> None:
    data, code = written()
    assert code == FROZEN_CODE
    assert hashlib.sha256(data).hexdigest() == hashlib.sha256(FROZEN.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", [PASSWORD, FROZEN_CODE])
def test_the_frozen_file_opens(text: str) -> None:
    data = FROZEN.read_bytes()
    key = unlock(data, text)
    _, line = open_body(data, key).split(b"\n")
    record = json.loads(line)
    vault_id = read_header(data).vault_id
    secret = open_secret(key, vault_id, record["id"], record["revision"], record["secret"])
    assert secret.reveal() == SECRET


@pytest.mark.parametrize("text", [PASSWORD, FROZEN_CODE])
def test_a_reader_written_from_the_page_reads_it(text: str) -> None:
    vault = read_vault(FROZEN.read_bytes(), text)
    assert vault["header"]["expiries"] == [["2026-12-22T12:00:00Z", 720, 1]]
    assert vault["settings"] == {"index": "names"}
    (key,) = vault["keys"]
    assert (key["name"], key["secret"]) == ("release-böt", SECRET)


def test_that_reader_reads_what_the_vault_itself_writes() -> None:
    store = MemoryStore()
    vault, code = Vault.create(store, PASSWORD, cost=CHEAPEST)
    grant = Grant("push", Glob("Contoso.*", Matching.GLOB))
    life = Lifetime(NOON, NOON + timedelta(days=30))
    vault.add(Draft("bot ü", "nuget.org", "contoso", (grant,), life, "a note"), Secret(SECRET))
    vault.add(Draft("feed", "own-feed", "me", (grant,), Lifetime(NOON)), Secret("rotated away"))
    vault.rotate(vault.find("feed").id, Secret("second"))
    for text in (PASSWORD, code):
        read = read_vault(store.read(), text)
        assert read["header"]["expiries"] == [["2026-12-22T12:00:00Z", 720, 1]]
        assert read["header"]["never"] == 1
        first, second = read["keys"]
        assert first["grants"] == [["push", "Contoso.*"]]
        assert (first["name"], first["note"], first["secret"]) == ("bot ü", "a note", SECRET)
        assert (second["revision"], second["secret"]) == (2, "second")
        assert {"created", "copied", "expires", "format", "matching"} < second.keys()


def test_that_reader_refuses_what_the_page_says() -> None:
    data = FROZEN.read_bytes()
    with pytest.raises(UnreadableError, match="wrong password"):
        read_vault(data, "wrong")
    with pytest.raises(UnreadableError, match="damaged"):
        read_vault(data.replace(b'"never":0', b'"never":1'), PASSWORD)
    with pytest.raises(UnreadableError, match="damaged"):
        read_vault(data[:-1] + bytes([data[-1] ^ 1]), PASSWORD)


def test_that_reader_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.independent_reader", str(FROZEN)],
        input=PASSWORD + "\n",
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1", "PATH": ""},
        cwd=Path(__file__).parents[3],
    )
    assert json.loads(done.stdout) == [
        {"name": "release-böt", "globs": ["Contoso.*", "Contoso.Core"]}
    ]
    assert SECRET not in done.stdout + done.stderr
