from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.clients.words import Options
from vault.errors import ValueRefusedError

PLAIN = Options("client", "-r/--repository= --repository-url= -s/--sign -v/--verbose --skip")
ARGPARSE = Options(
    "client",
    "-r/--repository= --repository-url= -s/--sign -v/--verbose --skip",
    abbreviated=True,
    glued=True,
)
DOTNET = Options("client", "-s/--source= -ss/--symbol-source= -n/--no-symbols", separators="=:")
NUGET = Options(
    "client",
    "-source= -symbolsource= -nosymbols",
    any_case=True,
    abbreviated=True,
    separators="",
    ends=False,
)
NPM = Options("client", "--registry= --dry-run --no-pager", booleans=True)


@pytest.mark.parametrize(
    ("options", "line", "plain", "found"),
    [
        (PLAIN, "a --repository x b", "a b", {"--repository": ["x"]}),
        (PLAIN, "--repository=x=y", "", {"--repository": ["x=y"]}),
        (PLAIN, "-r x -r y", "", {"--repository": ["x", "y"]}),
        (PLAIN, "-- -r x", "-r x", {}),
        (PLAIN, "- a", "- a", {}),
        (ARGPARSE, "--verb --ski", "", {"--verbose": ["true"], "--skip": ["true"]}),
        (ARGPARSE, "--repository-u=x", "", {"--repository-url": ["x"]}),
        (
            ARGPARSE,
            "-rx -vs",
            "",
            {"--repository": ["x"], "--verbose": ["true"], "--sign": ["true"]},
        ),
        (
            ARGPARSE,
            "-svr x",
            "",
            {"--sign": ["true"], "--verbose": ["true"], "--repository": ["x"]},
        ),
        (ARGPARSE, "-r=x", "", {"--repository": ["x"]}),
        (DOTNET, "-s:https://x.example", "", {"--source": ["https://x.example"]}),
        (DOTNET, "-ss=a:b", "", {"--symbol-source": ["a:b"]}),
        (
            NUGET,
            "-SOURCE x -Sy y -NoSym",
            "",
            {"-source": ["x"], "-symbolsource": ["y"], "-nosymbols": ["true"]},
        ),
        (NPM, "--dry-run false x", "x", {"--dry-run": ["false"]}),
        (NPM, "--no-dry-run x", "x", {"--dry-run": ["false"]}),
        (NPM, "--no-dry-run=false", "", {"--dry-run": ["true"]}),
        (NPM, "--no-pager", "", {"--no-pager": ["true"]}),
    ],
)
def test_a_line_is_read_as_its_client_reads_it(
    options: Options, line: str, plain: str, found: dict[str, list[str]]
) -> None:
    words = options.read(line.split())
    assert " ".join(words.plain) == plain
    assert words.options == found


@pytest.mark.parametrize(
    ("options", "line", "said"),
    [
        (PLAIN, "--unknown x", "does not know the option --unknown"),
        (PLAIN, "-x", "does not know the option -x"),
        (PLAIN, "-vs", "does not know the option -vs"),
        (PLAIN, "--repository", "needs a value for --repository"),
        (PLAIN, "--repository --skip", "needs a value for --repository"),
        (PLAIN, "--skip=no", "does not let --skip have a value"),
        (PLAIN, "--verb", "does not know the option --verb"),
        (ARGPARSE, "--repo x", "several options that begin with --repo"),
        (ARGPARSE, "-vx", "does not know the option -x"),
        (NUGET, "-- x", "does not know the option --"),
        (NUGET, "-s x", "several options that begin with -s"),
        (NUGET, "-source:x", "does not know the option -source"),
        (NPM, "--dry-run=maybe", "does not let --dry-run have a value"),
    ],
)
def test_what_is_not_understood_is_refused(options: Options, line: str, said: str) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        options.read(line.split())
    assert said in caught.value.message


def test_a_refusal_never_repeats_what_may_be_a_key() -> None:
    with pytest.raises(ValueRefusedError) as caught:
        PLAIN.read(["--_authToken=made-up-secret"])
    assert "made-up-secret" not in caught.value.message


@given(st.lists(st.text(max_size=8) | st.sampled_from(["--", "-", "--repository", "-r", "-rx="])))
def test_every_word_is_plain_an_option_or_refused(line: list[str]) -> None:
    with contextlib.suppress(ValueRefusedError):
        words = ARGPARSE.read(line)
        assert all(each in line for each in words.plain)


def test_the_subcommand_is_found_behind_the_options_before_it() -> None:
    assert PLAIN.before(["--repository", "x", "--unknown", "push", "a"]) == 3
    assert PLAIN.before(["--skip"]) == 1
