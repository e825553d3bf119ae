"""Names and versions out of metadata: core metadata's fields, and a gem's YAML."""

from __future__ import annotations

import pytest

from tests.vault.artifacts.making import GEM
from vault.artifacts.artifact import described
from vault.artifacts.metadata import in_gem_metadata, in_headers
from vault.packages.reading import UnacceptableError


class TestHeaders:
    """METADATA and PKG-INFO."""

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_fields_end_at_the_first_empty_line(self, end: str) -> None:
        text = end.join(["Metadata-Version: 2.1", "NAME:a", "Version: 1", "", "Name: b", ""])
        assert in_headers(text.encode()) == (["a"], ["1"])

    def test_other_fields_may_be_folded(self) -> None:
        assert in_headers(b"Name: a\nLicense: x\n        Name: b\nVersion: 1") == (["a"], ["1"])

    def test_what_follows_the_fields_may_be_in_any_encoding(self) -> None:
        assert in_headers(b"Name: a\nVersion: 1\n\n\xff") == (["a"], ["1"])

    @pytest.mark.parametrize("twice", [b"Name: b", b"name: a", b"NAME : b"])
    def test_two_names(self, twice: bytes) -> None:
        with pytest.raises(UnacceptableError, match=r"more than one name|no field"):
            described("python", *in_headers(b"Name: a\n" + twice + b"\nVersion: 1\n"))

    @pytest.mark.parametrize("data", [b"Name: a\n b", b" Name: a", b"Version: 1\n\t2", b"Name a"])
    def test_lines_two_programs_would_read_differently(self, data: bytes) -> None:
        with pytest.raises(UnacceptableError, match=r"folded|no field"):
            in_headers(data)

    def test_fields_that_are_not_utf8(self) -> None:
        with pytest.raises(UnicodeDecodeError):
            in_headers(b"Name: \xff")

    @pytest.mark.parametrize(("names", "reason"), [([], "no name"), ([""], "an empty name")])
    def test_no_name(self, names: list[str], reason: str) -> None:
        with pytest.raises(UnacceptableError, match=reason):
            described("python", names, ["1"])


class TestGem:
    """The specification in a gem."""

    def test_only_keys_at_the_left_edge_count(self) -> None:
        assert in_gem_metadata(GEM.encode()) == (["contoso-core"], ["1.2.0"])

    @pytest.mark.parametrize("quoted", ["'{}'", '"{}"', "{}  "])
    def test_text_may_be_quoted(self, quoted: str) -> None:
        text = GEM.replace(": contoso-core", ": " + quoted.format("contoso-core"))
        text = text.replace("  version: 1.2.0", "  version: " + quoted.format("1.2.0"))
        assert in_gem_metadata(text.encode()) == (["contoso-core"], ["1.2.0"])

    @pytest.mark.parametrize(
        "more",
        [
            '"name": evil\n',
            "? name\n: evil\n",
            "!!str name: evil\n",
            "<<: {name: evil}\n",
            "&a name: evil\n",
            "---\nname: evil\n",
            "...\n",
            "{name: evil}\n",
            "\tname: evil\n",
            "summary: x\u2028{name: evil}\n",
            "name: *a\n",
            "name: |\n  evil\n",
            'name: "e\\x76il"\n',
            "name: evil # no\n",
            "version: 2.0.0\n",
            "version: !ruby/object:Kernel\n  version: 2.0.0\n",
            "version: !ruby/object:Gem::Version\n  other: 2.0.0\n",
        ],
    )
    def test_any_other_notation_is_refused(self, more: str) -> None:
        with pytest.raises(UnacceptableError):
            in_gem_metadata((GEM + more).encode())

    @pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028", "\u2029"])
    def test_a_second_name_is_seen_behind_every_line_end_of_yaml(self, end: str) -> None:
        names, _ = in_gem_metadata(f"{GEM}summary: x{end}name: evil\n".encode())
        assert names == ["contoso-core", "evil"]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "name: a",
            "--- !ruby/object:Kernel\nname: a",
            GEM.replace("---", "%YAML 1.1\n---"),
            GEM.replace("\nname", "\n  summary: '\nname"),
            GEM.replace("\nname", "\n\nname"),
            "\ufeff" + GEM,
        ],
    )
    def test_what_is_no_specification(self, text: str) -> None:
        with pytest.raises(UnacceptableError, match="no gem specification"):
            in_gem_metadata(text.encode())
