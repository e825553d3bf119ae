"""What holds for every form of file: a changed setting says so, and nothing else changes."""

from __future__ import annotations

import json
import tomllib
from configparser import RawConfigParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.hooks.settings.form import Form, MalformedError, Name
from vault.hooks.settings.git_file import GitFile
from vault.hooks.settings.ini_file import IniFile
from vault.hooks.settings.json_file import JsonFile
from vault.hooks.settings.toml_file import TomlFile
from vault.hooks.settings.whole_file import WholeFile

FORMS: list[tuple[Form, Name, bytes]] = [
    (TomlFile(), ("registry", "x"), b"# c\n[registry] # d\ny = 1\n[z]\n"),
    (TomlFile(), ("registry", "x"), b'registry.y = "1"\n'),
    (TomlFile(), ("x",), b'a = "b"\n\n[t]\nx = 1\n'),
    (TomlFile(), ("registry", "x"), b""),
    (JsonFile(), ("a.b", "x"), b'{\n    "z": [1, 2],\n    "a.b": {\n        "y": "1"\n    }\n}\n'),
    (JsonFile(), ("a", "x"), b'{"z": 1.50}'),
    (JsonFile(), ("a", "x"), b""),
    (IniFile(), ("global", "x"), b"[global]\nxx = 1\n[install]\nx = 2\n"),
    (IniFile(), ("global", "x"), b"# c\n[install]\nx = 2"),
    (IniFile(), ("global", "x"), b"[global]\n# c"),
    (IniFile(), ("global", "x"), b""),
    (GitFile({}), ("credential", "https://x.invalid", "helper"), b"[credential]\n\thelper = a\n"),
    (GitFile({}), ("credential", "https://x.invalid", "helper"), b""),
    (WholeFile(), (), b""),
]


@pytest.mark.parametrize(("form", "name", "data"), FORMS)
def test_a_setting_that_is_put_in_and_taken_out_again(form: Form, name: Name, data: bytes) -> None:
    said = ["one", "two words"] if isinstance(form, GitFile) else "two words"
    assert form.value(data, name) is None
    changed = form.changed(data, name, said)
    assert form.value(changed, name) == said
    back = form.changed(changed, name, None)
    assert form.value(back, name) is None
    assert back.split() == data.split() or json.loads(back or b"{}") == json.loads(data or b"{}")


@pytest.mark.parametrize(("form", "name", "data"), FORMS)
def test_a_setting_that_is_changed_is_there_once(form: Form, name: Name, data: bytes) -> None:
    once = form.changed(data, name, "one")
    twice = form.changed(once, name, "two")
    assert form.value(twice, name) in ("two", ["two"])
    assert form.changed(twice, name, "one") == once


def test_lists_of_texts_are_values_of_toml() -> None:
    form, name = TomlFile(), ("r", "x")
    data = b'[r]\nx = [\n  "a", # keep\n  "b",\n]\n'
    assert form.value(data, name) == ["a", "b"]
    assert tomllib.loads(form.changed(data, name, ["a", "c"]).decode()) == {"r": {"x": ["a", "c"]}}


def test_a_value_of_several_lines_is_replaced_whole() -> None:
    data = b"[global]\nx = 1\n  2\n\n  3\ny = 4\n"
    changed = IniFile().changed(data, ("global", "x"), "5")
    parser = RawConfigParser()
    parser.read_string(changed.decode())
    assert parser["global"]["y"] == "4"
    assert parser["global"]["x"].split() == ["5"] or "3" in parser["global"]["x"]


def test_numbers_and_order_of_json_stay() -> None:
    data = '{\n  "b": 12345678901234567890, "a": "é\\u2028", "c": null\n}'.encode()
    changed = JsonFile().changed(data, ("x", "y"), "z")
    assert list(json.loads(changed)) == ["b", "a", "c", "x"]
    assert json.loads(changed) == {**json.loads(data), "x": {"y": "z"}}


def test_half_a_surrogate_pair_in_json_stays() -> None:
    data = b'{"half": "\\ud800", "other": "\\u00e9"}'
    changed = JsonFile().changed(data, ("credHelpers", "x"), "keyfob")
    assert b'"\\ud800"' in changed
    assert JsonFile().value(changed, ("other",)) == "\u00e9"


def test_git_reads_its_own_environment_only_from_the_copy() -> None:
    form = GitFile(
        {"GIT_DIR": "/nowhere", "GIT_CONFIG_GLOBAL": "/nowhere", "PATH": "/usr/bin:/bin"}
    )
    assert form.changed(b"", ("a", "b", "c"), ["x"]) == b'[a "b"]\n\tc = x\n'


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)


@given(TEXT, st.dictionaries(TEXT, TEXT, max_size=4))
def test_any_text_survives_in_json_and_toml(value: str, others: dict[str, str]) -> None:
    data = json.dumps({"others": others}).encode()
    changed = JsonFile().changed(data, ("x", "y"), value)
    assert JsonFile().value(changed, ("x", "y")) == value
    assert json.loads(changed)["others"] == others
    assert TomlFile().value(TomlFile().changed(b"", ("x", "y"), value), ("x", "y")) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for form, name in ((TomlFile(), ("a", "b")), (JsonFile(), ("a", "b")), (IniFile(), ("a", "b"))):
        try:
            assert form.value(data, name) is None
            changed = form.changed(data, name, "x")
        except MalformedError:
            continue
        assert form.value(changed, name) == "x"


@given(st.lists(st.sampled_from(["[a]", "[c]", "b = 1", "b: 2", " 3", "", "# x", "d", "e=f=g"])))
def test_lines_of_pips_file_are_changed_as_pip_reads_them(lines: list[str]) -> None:
    form, name, data = IniFile(), ("a", "b"), "\n".join(lines).encode()
    try:
        form.value(data, name)
    except MalformedError:
        return
    before, after = RawConfigParser(), RawConfigParser()
    before.read_string(data.decode())
    after.read_string(form.changed(data, name, "new").decode())
    assert after.get("a", "b") == "new"
    rest = [(s, o, v) for s in before.sections() for o, v in before.items(s) if (s, o) != name]
    assert [
        (s, o, v) for s in after.sections() for o, v in after.items(s) if (s, o) != name
    ] == rest
