"""A second reader of the vault file, written from vault/FORMAT.md alone.

It imports nothing of keyfob, so it fails when the page and the program drift apart. From a shell,
with the password or the recovery code on standard input:

    python -m tests.independent_reader FILE

prints names and globs as JSON.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import sys
import unicodedata
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class UnreadableError(Exception):
    """The file is no vault this reader can read, or the password is wrong."""


def pack(*parts: bytes) -> bytes:
    """LIST of the page."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def opened(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), sealed, bound)
    except InvalidTag:
        raise UnreadableError("damaged") from None


def recovery_code(text: str) -> bytes | None:
    clean = text.upper()
    for dash in " \t\r\n_-\u2010\u2011\u2012\u2013\u2014":
        clean = clean.replace(dash, "")
    clean = clean.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(clean) != 36 or any(char not in CROCKFORD for char in clean):
        return None
    bits = "".join(f"{CROCKFORD.index(char):05b}" for char in clean)
    code = int(bits[:160], 2).to_bytes(20, "big")
    digest = hashlib.sha256(b"keyfob/1/recovery" + code).digest()
    return code if f"{int.from_bytes(digest, 'big'):0256b}".startswith(bits[160:]) else None


def slot_material(slot: dict[str, Any], salt: bytes, text: str) -> tuple[bytes, list[bytes]] | None:
    """What the slot's keys are derived from, and the numbers the slot is bound to."""
    if slot["type"] == "recovery":
        code = recovery_code(text)
        return None if code is None else (code, [])
    if slot["type"] != "password":
        return None
    memory, passes, lanes = slot["memory_kib"], slot["passes"], slot["lanes"]
    if not (19456 <= memory <= 2097152 and 1 <= passes <= 64 and 1 <= lanes <= 16):
        raise UnreadableError("damaged")
    argon = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
    password = unicodedata.normalize("NFC", text).encode()
    return argon.derive(password), [struct.pack(">Q", n) for n in (memory, passes, lanes)]


def vault_key(header: dict[str, Any], text: str) -> bytes:
    for slot in header["slots"]:
        salt = base64.b64decode(slot.get("salt", ""))
        found = slot_material(slot, salt, text)
        if found is None:
            continue
        material, numbers = found
        vault_id, kind = bytes.fromhex(header["vault"]), slot["type"].encode()
        bound = pack(b"keyfob/1/slot", vault_id, kind, salt, *numbers)
        commitment = hkdf(material, salt, pack(b"keyfob/1/commitment", bound))
        if hmac.compare_digest(commitment, base64.b64decode(slot["commitment"])):
            wrapping = hkdf(material, salt, pack(b"keyfob/1/wrapping", bound))
            return opened(wrapping, base64.b64decode(slot["wrapped"]), bound)
    raise UnreadableError("wrong password")


def read_vault(data: bytes, password: str) -> dict[str, Any]:
    """A vault file's `header`, `settings` and `keys`, each key with its `secret` opened.

    Args:
        data: The file's bytes.
        password: The password or the recovery code.
    """
    if data[:8] != b"KEYFOB1\n":
        raise UnreadableError("not a vault of this version")
    end = data.index(b"\n", 8) + 1
    header = json.loads(data[8:end])
    begin = 8 + len(b'{"format":1,"check":"')
    blank = data[:begin] + b"00000000" + data[begin + 8 : end]
    if header["check"] != f"{zlib.crc32(blank):08x}":
        raise UnreadableError("damaged")
    key = vault_key(header, password)
    mac = hmac.digest(hkdf(key, b"", pack(b"keyfob/1/header")), data[:end], "sha256")
    if not hmac.compare_digest(mac, data[end : end + 32]):
        raise UnreadableError("tampered with")
    start = end + 64
    body_key = hkdf(key, data[end + 32 : start], pack(b"keyfob/1/body"))
    body = opened(body_key, data[start:], data[:start]).decode()
    settings, *keys = [json.loads(line) for line in body.rstrip("\n").split("\n")]
    for record in keys:
        record["secret"] = read_secret(key, header["vault"], record)
    return {"header": header, "settings": settings, "keys": keys}


def read_secret(key: bytes, vault_id: str, record: dict[str, Any]) -> str:
    sealed = base64.b64decode(record["secret"])
    revision = struct.pack(">Q", record["revision"])
    bound = pack(b"keyfob/1/secret", bytes.fromhex(vault_id), record["id"].encode(), revision)
    secret_key = hkdf(key, sealed[:16], pack(b"keyfob/1/secret"))
    secret = opened(secret_key, sealed[16:], bound)
    fingerprint = hmac.digest(hkdf(key, b"", pack(b"keyfob/1/fingerprint")), secret, "sha256")
    if record["fingerprint"] not in {"", fingerprint[:3].hex()}:
        raise UnreadableError("a fingerprint does not fit")
    return secret.decode()


def main(path: str) -> None:
    vault = read_vault(Path(path).read_bytes(), sys.stdin.readline().rstrip("\n"))
    keys = [
        {"name": key["name"], "globs": [glob for _, glob in key["grants"]]} for key in vault["keys"]
    ]
    print(json.dumps(keys, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
