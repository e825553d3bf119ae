"""Zip archives that are not what they say."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from tests.vault.artifacts.making import zipped
from vault.artifacts.wanted import Wanted
from vault.artifacts.zips import from_zip
from vault.packages.reading import UnacceptableError

WANTED = Wanted("nuspec", r"[^/]+\.(?i:nuspec)")
PLAIN = zipped({"lib/a.dll": b"MZ" * 100, "a.nuspec": b"<package/>"})


def reason(data: bytes) -> str:
    """Why this archive is refused."""
    with pytest.raises(UnacceptableError) as caught:
        from_zip(io.BytesIO(data), WANTED)
    return caught.value.reason


def with_entry(**attributes: int) -> bytes:
    """An archive whose nuspec has these attributes of `zipfile.ZipInfo`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("a.nuspec")
        for name, value in attributes.items():
            setattr(entry, name, value)
        archive.writestr(entry, b"<package/>")
    return buffer.getvalue()


def test_the_member_wanted_is_read() -> None:
    assert from_zip(io.BytesIO(PLAIN), WANTED).data == b"<package/>"


def test_an_encrypted_one() -> None:
    data = bytearray(PLAIN)
    at = data.rfind(b"PK\1\2")
    data[at + 8] |= 1
    assert reason(bytes(data)) == "its metadata is encrypted"


def test_a_symbolic_link() -> None:
    assert reason(with_entry(external_attr=0o120777 << 16)) == "its nuspec is not a file"


@pytest.mark.parametrize("form", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_one_packed_without_a_bound(form: int) -> None:
    assert "no registry takes" in reason(with_entry(compress_type=form))


def test_a_directory() -> None:
    assert reason(zipped({"a.nuspec/": b""})) == "its nuspec is not a file"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..\\a", "C:/a"])
def test_a_path_that_leads_out(name: str) -> None:
    assert "leads out" in reason(zipped({name: b"", "a.nuspec": b""}))


def test_a_name_that_ends_early_for_some() -> None:
    data = zipped({"a.nuspec?.dll": b"<package/>"}).replace(b"nuspec?", b"nuspec\0")
    assert "leads out" in reason(data)


@pytest.mark.parametrize("data", [b"MZ" + PLAIN, PLAIN + b"x", PLAIN + PLAIN])
def test_something_around_it(data: bytes) -> None:
    assert reason(data) == "it has something before, inside or after the zip archive"


def test_a_second_list_of_files_in_the_64_bit_form() -> None:
    at = PLAIN.rfind(b"PK\5\6")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    assert "64-bit form" in reason(PLAIN[:at] + locator + PLAIN[at:])


@pytest.mark.parametrize(("field", "size"), [(10, 2), (12, 4)])
def test_a_list_too_long_to_read(field: int, size: int) -> None:
    data = bytearray(PLAIN)
    at = data.rfind(b"PK\5\6")
    data[at + field : at + field + size] = b"\xff" * size
    assert reason(bytes(data)) == "it holds too many files"


def test_another_number_of_files_than_it_says() -> None:
    data = bytearray(PLAIN)
    data[data.rfind(b"PK\5\6") + 10] = 1
    assert reason(bytes(data)) == "it holds another number of files than it says"


def test_a_size_that_is_a_lie() -> None:
    data = bytearray(zipped({"a.nuspec": b" " * 10_000_000}))
    data[data.rfind(b"PK\1\2") + 24 : data.rfind(b"PK\1\2") + 28] = struct.pack("<L", 20_000_000)
    assert reason(bytes(data)) == "its metadata is too large"
