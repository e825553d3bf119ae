"""Texts for parsers: sound ones altered in places, and any JSON at all."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["password", "recovery", "2026-11-22T12:00:00Z", "AAAA", "0" * 32]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=20,
)
"""Any value that JSON has, some of them near what a vault holds."""

_PARTS = (
    b"{",
    b"}",
    b"[[",
    b"]]",
    b'"',
    b":",
    b",",
    b"\n",
    b"null",
    b"-1",
    b"1e9",
    b"\\ud800",
    b"9" * 30,
)


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """A sound text with a few parts replaced, cut out, doubled or put elsewhere."""
    data = seed
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        part = draw(st.binary(max_size=12) | st.sampled_from(_PARTS) | st.just(data[start:end] * 2))
        data = data[:start] + part + data[end:]
    return data


@st.composite
def altered(draw: st.DrawFn, seed: dict[str, Any]) -> dict[str, Any]:
    """A sound object with a few fields replaced by anything, left out or added."""
    fields = json.loads(json.dumps(seed))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from([*seed, "more"]))
        if draw(st.booleans()):
            fields[name] = draw(ANY_JSON)
        else:
            fields.pop(name, None)
    return dict(fields)
