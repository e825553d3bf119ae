"""The primitives as keyfob calls them, against Wycheproof's vectors and those of the RFCs.

Wherever its shape allows, a vector runs through the product's own function, not the library's.
"""

from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.attack.wycheproof import vectors
from vault.sealing import aead
from vault.sealing.kdf import KdfCost, derive
from vault.sealing.vaultkey import KEY_SIZE, hkdf


def test_chacha20_poly1305_seals_and_opens_as_wycheproof_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran = 0
    for vector in vectors("Cipher/wycheproof/chacha20_poly1305_test.json"):
        nonce, key, bound = vector["iv"], vector["key"], vector["aad"]
        if len(nonce) != len(aead.NONCE):
            with pytest.raises(ValueError):
                ChaCha20Poly1305(key).encrypt(nonce, vector["msg"], bound)
            continue
        monkeypatch.setattr(aead, "NONCE", nonce)
        sealed = vector["ct"] + vector["tag"]
        if vector.valid:
            assert aead.seal_bytes(key, vector["msg"], bound) == sealed, vector.label
            assert aead.open_bytes(key, sealed, bound) == bytearray(vector["msg"]), vector.label
        else:
            assert aead.open_bytes(key, sealed, bound) is None, vector.label
        ran += 1
    assert ran > 300


def test_hkdf_derives_as_wycheproof_says() -> None:
    ran = 0
    for vector in vectors("Protocol/wycheproof/hkdf_sha256_test.json"):
        if not vector.valid:
            continue  # each asks for more output than HKDF has; ours is always one hash
        size = min(vector.values["size"], KEY_SIZE)
        derived = hkdf(vector["ikm"], vector["salt"], vector["info"])
        assert len(derived) == KEY_SIZE
        assert derived[:size] == vector["okm"][:size], vector.label
        ran += 1
    assert ran > 80


@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 20,
            b"\xdd" * 50,
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            bytes(range(1, 26)),
            b"\xcd" * 50,
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_hmac_sha_256_agrees_with_rfc_4231(key: bytes, message: bytes, mac: str) -> None:
    assert hmac.digest(key, message, "sha256").hex() == mac


def test_argon2id_with_secret_and_associated_data_agrees_with_rfc_9106() -> None:
    """Section 5.3. keyfob uses neither of the two; this tells that the primitive is the RFC's."""
    primitive = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        secret=b"\x03" * 8,
        ad=b"\x04" * 12,
    )
    tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert primitive.derive(b"\x01" * 32).hex() == tag


@pytest.mark.parametrize(
    ("cost", "password", "salt", "derived"),
    [
        (
            KdfCost(65536, 1, 1),
            "password",
            "somesalt",
            "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
        ),
        (
            KdfCost(65536, 4, 1),
            "password",
            "somesalt",
            "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
        ),
        (
            KdfCost(256, 2, 1),
            "password",
            "somesalt",
            "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
        ),
        (
            KdfCost(256, 2, 2),
            "password",
            "somesalt",
            "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
        ),
        (
            KdfCost(65536, 2, 1),
            "differentpassword",
            "somesalt",
            "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
        ),
        (
            KdfCost(65536, 2, 1),
            "password",
            "diffsalt",
            "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c",
        ),
    ],
)
def test_argon2id_agrees_with_the_reference_implementation(
    cost: KdfCost, password: str, salt: str, derived: str
) -> None:
    """The known answers of its own test program, for version 1.3."""
    assert derive(password.encode(), salt.encode(), cost).hex() == derived
