"""Tar archives: every form packagers write, and what programs would read differently."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.artifacts.making import tarred
from vault.artifacts.streams import Gunzipped, Plain, Source
from vault.artifacts.tars import from_tar
from vault.artifacts.wanted import Member, Wanted
from vault.packages.reading import UnacceptableError

BLOCK = 512
WANTED = Wanted("PKG-INFO", r"(?s:[^/]+(/x+)?)/PKG-INFO")
SOURCES: list[Callable[[bytes], Source]] = [
    lambda data: Plain(io.BytesIO(data)),
    lambda data: Gunzipped(io.BytesIO(gzip.compress(data))),
]
both = pytest.mark.parametrize("source", SOURCES, ids=["plain", "packed"])


def found(data: bytes, wanted: Wanted = WANTED) -> Member:
    """What is found in these bytes."""
    return from_tar(Plain(io.BytesIO(data)), wanted)


def entry(name: str, data: bytes = b"", **attributes: object) -> bytes:
    """One member with these attributes of `tarfile.TarInfo`, without an end of the archive."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    header = info.tobuf(tarfile.PAX_FORMAT)
    return header + data + b"\0" * (-len(data) % BLOCK)


def record(keyword: str, value: str) -> bytes:
    """One record of a pax header; its length counts its own two digits."""
    text = f" {keyword}={value}\n"
    return f"{len(text) + 2:02}{text}".encode()


def sealed(header: bytes) -> bytes:
    """A header block with its check sum made right."""
    total = sum(header[:148]) + 8 * 32 + sum(header[156:])
    return header[:148] + b"%06o\0 " % total + header[156:]


END = b"\0" * (2 * BLOCK)


class TestForms:
    """What is read."""

    @both
    @pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    def test_each_form_with_a_long_path(self, source: Callable[[bytes], Source], form: int) -> None:
        length = 80 if form == tarfile.USTAR_FORMAT else 300
        path = f"{'a' * 60}/{'x' * length}/PKG-INFO"
        data = tarred({"setup.py": b"1" * 5000, path: b"here", "z": b""}, form)
        assert from_tar(source(data), WANTED) == Member(path, b"here")

    @given(before=st.lists(st.binary(max_size=2000), max_size=4), content=st.binary(max_size=3000))
    def test_what_was_written_is_read(self, before: list[bytes], content: bytes) -> None:
        members: dict[str, str | bytes] = {f"a/{n}": data for n, data in enumerate(before)}
        assert found(tarred(members | {"a/PKG-INFO": content})).data == content

    def test_a_name_that_is_not_utf8_elsewhere_does_no_harm(self) -> None:
        data = sealed(b"\xff\xfe\xfd" + entry("abc")[3:BLOCK])
        assert found(data + entry("a/PKG-INFO", b"x") + END).data == b"x"

    def test_a_size_in_binary(self) -> None:
        header = entry("a/PKG-INFO", b"abc")
        binary = sealed(header[:124] + b"\x80" + (3).to_bytes(11) + header[136:BLOCK])
        assert found(binary + header[BLOCK:] + END).data == b"abc"


class TestRefused:
    """What is not."""

    def reason(self, data: bytes) -> str:
        """Why these bytes are refused."""
        with pytest.raises(UnacceptableError) as caught:
            found(data)
        return caught.value.reason

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, b"6"])
    def test_a_link_or_directory_instead(self, kind: bytes) -> None:
        data = entry("a/PKG-INFO", type=kind, linkname="/etc/passwd")
        assert self.reason(data + END) == "its PKG-INFO is not a file"

    def test_a_file_written_as_directory(self) -> None:
        header = bytearray(entry("a/PKG-INFO_", b"x"))
        header[10:11] = b"/"
        data = sealed(bytes(header[:BLOCK])) + bytes(header[BLOCK:])
        assert self.reason(data + END) == "its PKG-INFO is not a file"

    @pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/a", "C:\\a", "a\\..\\..\\b"])
    def test_a_path_that_leads_out(self, name: str) -> None:
        assert "leads out" in self.reason(entry(name) + entry("a/PKG-INFO", b"x") + END)

    def test_a_second_one_as_the_last_member(self) -> None:
        data = entry("a/PKG-INFO", b"x") + entry("b/c", b"y" * 5000) + entry("b/PKG-INFO", b"z")
        assert "more than one PKG-INFO" in self.reason(data + END)

    def test_a_second_one_after_a_lone_empty_block(self) -> None:
        data = entry("a/PKG-INFO", b"x") + b"\0" * BLOCK + entry("b/PKG-INFO", b"z") + END
        assert self.reason(data) == "it goes on after its end"

    def test_anything_after_the_end(self) -> None:
        assert self.reason(entry("a/PKG-INFO", b"x") + END + b"x") == "it goes on after its end"

    def test_endless_emptiness_after_the_end(self) -> None:
        data = entry("a/PKG-INFO", b"x") + b"\0" * 3_000_000
        assert self.reason(data) == "it goes on after its end"

    def test_a_size_that_is_a_lie(self) -> None:
        data = entry("a/PKG-INFO", b"x", size=10**9)
        assert self.reason(data) == "its PKG-INFO is too large"
        with pytest.raises(EOFError):
            found(entry("other", size=2**60) + END)

    def test_a_wrong_check_sum(self) -> None:
        data = bytearray(entry("a/PKG-INFO", b"x") + END)
        data[0] ^= 1
        assert "damaged" in self.reason(bytes(data))

    def test_a_check_sum_that_is_no_number(self) -> None:
        data = bytearray(entry("a/PKG-INFO", b"x") + END)
        data[148:156] = b"9" * 8
        assert "damaged" in self.reason(bytes(data))

    @pytest.mark.parametrize("kind", [b"S", b"V", b"A", b"\xff"])
    def test_kinds_of_entry_no_package_holds(self, kind: bytes) -> None:
        assert "no file, directory or link" in self.reason(entry("a", type=kind) + END)

    def test_a_link_with_content(self) -> None:
        data = entry("a", b"x" * BLOCK, type=tarfile.SYMTYPE) + END
        assert "with content" in self.reason(data)

    def test_a_prefix_that_only_some_read(self) -> None:
        header = entry("PKG-INFO", b"x")
        odd = sealed(header[:257] + b"ustar  \0" + header[265:345] + b"a" + header[346:BLOCK])
        assert "two ways" in self.reason(odd + header[BLOCK:] + END)

    @pytest.mark.parametrize(
        ("kind", "records", "reason"),
        [
            (b"g", record("path", "b/PKG-INFO"), "no package needs"),
            (b"x", record("GNU.sparse.major", "1"), "no package needs"),
            (b"x", b"99 path=a\n", "damaged"),
            (b"x", b"0 path=a\n", "damaged"),
            (b"x", b"path=a\n", "damaged"),
            (b"x", b"-9 path=a\n", "damaged"),
            (b"x", b"10 path=ab", "damaged"),
            (b"x", record("size", "-1"), "two ways"),
            (b"x", record("size", "9" * 30), "two ways"),
            (b"x", record("path", "a\0b"), "leads out"),
        ],
    )
    def test_extended_headers(self, kind: bytes, records: bytes, reason: str) -> None:
        data = entry("pax", records, type=kind) + entry("a/PKG-INFO", b"x")
        assert reason in self.reason(data + END)

    def test_an_extended_header_without_bound(self) -> None:
        data = entry("pax", type=b"x", size=10**9)
        assert "extended header is too large" in self.reason(data)

    def test_two_names_for_one_member(self) -> None:
        data = entry("pax", record("path", "b/PKG-INFO"), type=b"x") + entry(
            "l", b"c/PKG-INFO\0", type=b"L"
        )
        assert "two ways" in self.reason(data + entry("a/PKG-INFO", b"x") + END)

    def test_more_members_than_a_package_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("vault.artifacts.tars._MOST_MEMBERS", 3)
        assert self.reason(entry("a") * 4 + END) == "it holds too many files"

    def test_none(self) -> None:
        assert "holds no PKG-INFO" in self.reason(entry("a/b") + END)


class TestPacked:
    """gzip around it."""

    def reason(self, data: bytes) -> str:
        """Why this packed archive is refused."""
        with pytest.raises(UnacceptableError) as caught:
            from_tar(Gunzipped(io.BytesIO(data)), WANTED)
        return caught.value.reason

    def test_a_second_gzip_file_behind_the_first(self) -> None:
        first, second = entry("a/PKG-INFO", b"x"), entry("b/PKG-INFO", b"y") + END
        data = gzip.compress(first) + gzip.compress(second)
        assert self.reason(data) == "it goes on after its end"

    def test_one_that_unpacks_to_far_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("vault.artifacts.streams._ALWAYS", 1024)
        packed = gzip.compress(entry("a", b"\0" * 1_000_000) + entry("a/PKG-INFO", b"x") + END)
        assert self.reason(packed) == "it unpacks to far more than its size"

    def test_a_check_sum_that_is_wrong(self) -> None:
        packed = bytearray(gzip.compress(entry("a/PKG-INFO", b"x") + END))
        packed[-6] ^= 1
        with pytest.raises(Exception, match="incorrect data check"):
            from_tar(Gunzipped(io.BytesIO(bytes(packed))), WANTED)
