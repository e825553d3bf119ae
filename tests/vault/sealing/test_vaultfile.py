from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.sealing.samples import BODY, NOON, PASSWORD, fixed_entropy, sample
from vault.errors import DamagedError, NewerFormatError, ValueRefusedError, WrongPasswordError
from vault.sealing import vaultfile
from vault.sealing.beginning import header_end
from vault.sealing.header import Header, read_header, write_header
from vault.sealing.kdf import CHEAPEST
from vault.sealing.vaultfile import VaultKey, body_offset, create, open_body, seal, unlock

DATA = sample().data
KEY = sample().key


def flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


# Round trips


def test_a_vault_opens_by_password_and_by_recovery_code() -> None:
    assert unlock(DATA, PASSWORD) == unlock(DATA, sample().code) == KEY
    assert open_body(DATA, unlock(DATA, sample().code)) == BODY
    assert read_header(DATA) == sample().header


@given(st.binary(max_size=10_000))
def test_a_body_opens_to_what_was_sealed(body: bytes) -> None:
    data = seal(sample().header, KEY, body)
    assert open_body(data, KEY) == body.rstrip(b"\n")
    assert (len(data) - body_offset(data) - vaultfile.SALT_BYTES - 16) % 4096 == 0


def test_the_length_tells_little_of_what_is_inside() -> None:
    lengths = {len(seal(sample().header, KEY, b"x" * size)) for size in (0, 1, 4095, 4096)}
    assert len(lengths) == 1
    assert len(seal(sample().header, KEY, b"x" * 4097)) == lengths.pop() + 4096


def test_no_two_saves_share_a_byte_of_body() -> None:
    one, other = (seal(sample().header, KEY, BODY) for _ in "12")
    at = body_offset(one)
    assert one[:at] == other[:at]
    assert one[at : at + vaultfile.SALT_BYTES] != other[at : at + vaultfile.SALT_BYTES]
    same = sum(a == b for a, b in zip(one[at:], other[at:], strict=True))
    assert same < 100  # 4,144 random bytes agree in 16 places


def test_nothing_of_the_body_and_the_password_is_in_the_clear() -> None:
    for text in (b"release-bot", b"names", PASSWORD.encode(), KEY.reveal_bytes()):
        assert text not in DATA


def test_unknown_slots_and_fields_survive_a_save_byte_for_byte() -> None:
    later = {"type": "recipient", "b": [1, {"\u00e9": "\ud800"}], "a": None}
    header = replace(
        sample().header, slots=(later, *sample().header.slots), other={"z": {"y": []}, "a": -1}
    )
    first = seal(header, KEY, BODY)
    again = seal(read_header(first), unlock(first, PASSWORD), open_body(first, KEY))
    assert first[: body_offset(first)] == again[: body_offset(again)]


def test_two_vaults_have_nothing_in_common() -> None:
    one, other = sample(), sample("two")
    assert one.key != other.key
    assert one.header.vault_id != other.header.vault_id
    assert one.code != other.code
    with pytest.raises(DamagedError, match="header was changed"):
        open_body(one.data, other.key)


def test_a_password_that_is_none_makes_no_vault() -> None:
    with pytest.raises(ValueRefusedError, match="empty"):
        create("", cost=CHEAPEST)


def test_nothing_is_sealed_under_a_wiped_key() -> None:
    key = VaultKey(KEY.reveal_bytes())
    key.wipe()
    with pytest.raises(ValueError, match="wiped"):
        seal(sample().header, key, BODY)


# Wrong passwords and damage


def test_a_wrong_password_is_not_called_damage() -> None:
    with pytest.raises(WrongPasswordError):
        unlock(DATA, "wrong")


def test_a_right_password_on_a_changed_header_is_damage() -> None:
    header = sample().header
    richer = replace(header, never=header.never + 1)
    end, forged = header_end(DATA), write_header(richer)
    with pytest.raises(DamagedError, match="header was changed"):
        unlock(forged + DATA[end:], sample().code)


def test_no_changed_byte_opens() -> None:
    for at in range(len(DATA)):
        for mask in (0x01, 0x80):
            with pytest.raises((DamagedError, NewerFormatError)):
                open_body(flipped(DATA, at, mask), KEY)


def test_a_changed_byte_is_a_newer_format_only_in_the_version() -> None:
    newer = []
    for at in range(header_end(DATA)):
        try:
            read_header(flipped(DATA, at, 0x02))
        except NewerFormatError:
            newer.append(at)
        except DamagedError:
            continue
    assert newer == [6, DATA.index(b'"format":1') + 9]


def test_a_changed_header_is_never_taken_for_a_wrong_password() -> None:
    for at in range(body_offset(DATA) - 32):
        for password in (sample().code, PASSWORD, "wrong"):
            with pytest.raises((DamagedError, NewerFormatError)):
                unlock(flipped(DATA, at, 0x04), password)


def test_a_header_changed_on_purpose_opens_nothing() -> None:
    # Its check fits again; the slot's commitment and the MAC do not.
    header = sample().header
    for at, slot in enumerate(header.slots):
        salt = "A" * 43 + "="
        slots = (*header.slots[:at], {**slot, "salt": salt}, *header.slots[at + 1 :])
        forged = write_header(replace(header, slots=slots)) + DATA[header_end(DATA) :]
        with pytest.raises((DamagedError, WrongPasswordError)):
            unlock(forged, PASSWORD)
        with pytest.raises((DamagedError, WrongPasswordError)):
            unlock(forged, sample().code)


def test_no_cut_opens() -> None:
    for size in range(len(DATA)):
        with pytest.raises(DamagedError):
            open_body(DATA[:size], KEY)


@pytest.mark.parametrize(
    "data",
    [
        DATA + b"\n",
        DATA + bytes(4096),
        DATA + DATA,
        b"\n" + DATA,
        DATA.replace(b"\n", b"\r\n"),
        DATA.replace(b"\r\n", b"\n").replace(b"\x00", b""),
        bytes(len(DATA)),
        b"",
    ],
    ids=["line end", "zeros", "doubled", "before", "crlf", "text mode", "all zero", "empty"],
)
def test_what_copying_and_disks_do_is_noticed(data: bytes) -> None:
    with pytest.raises(DamagedError) as caught:
        open_body(data, KEY)
    assert caught.value.message.endswith(".")


def test_a_file_cut_at_a_disk_block_is_called_cut_short() -> None:
    data = seal(sample().header, KEY, b"x" * 20_000)
    with pytest.raises(DamagedError, match="cut short, or something follows"):
        open_body(data[:8192], KEY)


def test_header_and_body_of_two_saves_do_not_mix() -> None:
    later = seal(replace(sample().header, generation=8), KEY, BODY)
    at, later_at = body_offset(DATA), body_offset(later)
    for mixed in (DATA[:at] + later[later_at:], later[:later_at] + DATA[at:]):
        assert unlock(mixed, sample().code) == KEY
        with pytest.raises(DamagedError, match="body was changed"):
            open_body(mixed, KEY)


def test_a_failed_unlocking_leaves_no_key_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = VaultKey(KEY.reveal_bytes())
    monkeypatch.setattr(vaultfile, "open_slots", lambda *_: kept)
    with pytest.raises(DamagedError):
        unlock(flipped(DATA, body_offset(DATA) - 1), PASSWORD)
    with pytest.raises(ValueError, match="wiped"):
        kept.reveal_bytes()


def test_ten_thousand_keys_cost_no_more_than_their_bytes() -> None:
    """Linear in the body: one padding, one sealing, one joining."""
    body = b"x" * 5_000_000
    header = Header("ab" * 16, 1, NOON, sample().header.slots)
    data = seal(header, KEY, body, entropy=fixed_entropy("large"))
    assert len(data) < len(body) + 8192
    assert open_body(data, KEY) == body
