from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.agent.protocol import VERSION, Answer, Question, encode
from vault.running import form

TAGS = form.WORD + form.VARIABLE + form.UNSET
VALUES = st.binary(max_size=20).map(lambda value: value.replace(b"\0", b""))
FIELDS = st.lists(st.tuples(st.sampled_from([form.WORD, form.VARIABLE, form.UNSET]), VALUES))


@given(FIELDS)
def test_what_is_packed_comes_out_in_order(fields: list[tuple[bytes, bytes]]) -> None:
    told = form.unpack(form.pack(fields), TAGS)
    for tag in told:
        assert told[tag] == [value for each, value in fields if each == tag]


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_fields_or_refused(data: bytes, opened: bool) -> None:  # noqa: FBT001 - drawn
    data = form.VERSION + b"\0" + data if opened else data
    try:
        told = form.unpack(data, TAGS)
    except ValueError:
        return
    assert sum(map(len, told.values())) == data.count(b"\0") - 1


@given(FIELDS, st.integers(1, 10))
def test_what_is_cut_short_is_refused_or_ends_with_a_field(
    fields: list[tuple[bytes, bytes]], cut: int
) -> None:
    whole = bytes(form.pack(fields))
    part = whole[:-cut]
    if part.endswith(b"\0"):
        assert sum(map(len, form.unpack(part, TAGS).values())) < max(len(fields), 1)
    else:
        with pytest.raises(ValueError, match=r"form of a command|unpack"):
            form.unpack(part, TAGS)


@pytest.mark.parametrize("data", [b"", b"1", b"2\0", b"1\0x1\0", b"1\0\0", b"1\0w"])
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"form of a command|unknown|unpack"):
        form.unpack(data, TAGS)


def test_no_value_passes_for_two() -> None:
    with pytest.raises(ValueError, match="zero byte"):
        form.pack([(form.WORD, b"one\0wtwo")])


def test_question_and_answer_are_those_of_the_agent_s_protocol() -> None:
    question = encode(Question(VERSION, "run", length=17)) + b"\n"
    assert question == form.OPENING % 17
    before, after = form.ANSWER
    assert before + b"17" + after == encode(Answer(length=17)) + b"\n"


def test_a_directory_is_known_by_more_than_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to("a")
    assert form.inode_of(bytes(tmp_path / "a")) == form.inode_of(bytes(tmp_path / "b"))
    assert form.inode_of(bytes(tmp_path / "a")) != form.inode_of(bytes(tmp_path))
    assert form.inode_of(bytes(tmp_path / "none")) == b""
