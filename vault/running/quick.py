"""`keyfob run` where an agent holds the vault open: start what it made ready, in milliseconds.

This stands in front of every command a user runs with keyfob, so it may take little more than the
interpreter takes to start, and loads nearly nothing: neither argparse nor msgspec, not even
`socket`. All thinking is the agent's (`vault.agent.errands`).

It does not decide anything either. Whatever does not go as usual before the client has started, be
it that no agent answers, that no key may, or that an option wants something else, is left to
`vault.cli.run`, which does all of it from the beginning.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    raise ImportError("an agent's pipe takes longer on Windows than the rest: see vault.cli.run")

from vault.agent.peers import connected
from vault.closed import is_closed
from vault.process import harden, keep_streams
from vault.running import form

TYPE_CHECKING = False  # `typing` takes longer to load than all of this
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator, Mapping, Sequence

    Fields = dict[bytes, list[bytes]]

_PATIENCE = 20.0
"""Seconds an answer may take: a use is recorded only when other processes have saved."""

_LONGEST = 1 << 20
"""Most bytes of a question's or an answer's fields."""

_TOLD = form.WORD + form.VARIABLE + form.UNSET + form.SAY + form.REFUSED + form.KEY
_TOLD += form.NO_TERMINAL
_LEFT_OUT = (b"KEYFOB_PASSWORD_FILE", b"KEYFOB_PASSWORD_COMMAND")
_ELSEWHERE = (b"KEYFOB_AGENT", b"_ARGCOMPLETE")


def run_quickly(argv: Sequence[str]) -> int | None:
    """Run a command with the key an agent gives it; answers its exit status.

    Args:
        argv: What was typed after `keyfob`, from `run` on.

    Returns:
        None if nothing was started, and `vault.cli.run` is to see to it.
    """
    environ = dict(os.environb)
    if any(environ.get(name) for name in _ELSEWHERE):
        return None
    keep_streams()
    try:
        found = _made_ready(argv[1:], environ)
    except (OSError, ValueError):
        return None
    return None if found is None else _run(argv, *found, environ)


def _made_ready(
    words: Sequence[str], environ: Mapping[bytes, bytes]
) -> tuple[_socket.socket, Fields] | None:
    """The agent that holds the vault that is meant, and what it tells to start; announced.

    Raises:
        OSError: The current directory is gone, nobody listens, or nobody can be told.
        ValueError: The question would be too long.
    """
    question = _question(words, environ)
    for address in _addresses(os.environ):
        connection = connected(address, _PATIENCE)
        if connection is None:
            continue
        told = _ask(connection, question)
        if told is not None:
            _say(told[form.SAY])
            return connection, told
        connection.close()
    return None


def _question(words: Sequence[str], environ: Mapping[bytes, bytes]) -> bytes:
    """What to ask.

    Raises:
        OSError: The current directory is gone.
        ValueError: It would be too long.
    """
    here = os.getcwdb()  # noqa: PTH109 - pathlib is what is not loaded here, nor below
    try:
        columns = os.get_terminal_size(2).columns
    except OSError:  # it is none
        columns = 0
    fields = form.pack(
        [
            *((form.WORD, os.fsencode(word)) for word in words),
            *(
                (form.VARIABLE, b"%b=%b" % pair)
                for pair in environ.items()
                if pair[0] not in _LEFT_OUT
            ),
            (form.DIRECTORY, here),
            (form.INODE, form.inode_of(here)),
            (form.COLUMNS, b"%d" % columns),
        ]
    )
    if len(fields) > _LONGEST:
        raise ValueError("that is too long a question")
    return form.OPENING % len(fields) + bytes(fields)


def _addresses(environ: Mapping[str, str]) -> Iterator[str]:
    """Where agents of this user may listen: `vault.agent.places` says why there.

    Which vault is meant, the agent that holds it knows.
    """
    directory = _directory(environ)
    if is_closed(os.lstat(directory)):
        for name in sorted(os.listdir(directory)):  # noqa: PTH208 - as above
            if name.endswith(".sock"):
                yield f"{directory}/{name}"


def _directory(environ: Mapping[str, str]) -> str:
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    try:
        if runtime.startswith("/") and is_closed(os.stat(runtime)):  # noqa: PTH116 - as above
            return f"{runtime}/keyfob"
    except OSError:
        pass
    home = environ.get("HOME", "")
    if sys.platform == "darwin":
        return f"{home}/Library/Application Support/keyfob/state/agent"
    state = environ.get("XDG_STATE_HOME", "")
    return f"{state if state.startswith('/') else f'{home}/.local/state'}/keyfob/agent"


def _ask(connection: _socket.socket, question: bytes) -> Fields | None:
    """What the agent tells to run; None if it leaves the command to others."""
    data = bytearray()
    try:
        connection.sendall(question)
        _make_ready()
        while (end := data.find(b"\n") + 1) == 0:
            _receive(connection, data)
        before, after = form.ANSWER
        line = bytes(data[:end])
        length = line.removeprefix(before).removesuffix(after)
        if line != before + length + after or not length.isdigit() or int(length) > _LONGEST:
            return None
        while len(data) < end + int(length):
            _receive(connection, data)
        told = form.unpack(data[end:], _TOLD)
    except (OSError, ValueError):
        return None
    finally:
        data[:] = bytes(len(data))
    return told if told[form.WORD] else None


def _make_ready() -> None:
    """What is to be done before an answer comes; here, while the agent thinks about it."""
    harden()
    from vault.running import child, watch

    _ = child, watch


def _receive(connection: _socket.socket, data: bytearray) -> None:
    """Take some more of an answer.

    Raises:
        OSError: There is no more, or it is too long.
    """
    part = connection.recv(65536)
    if not part or len(data) > 2 * _LONGEST:
        raise ConnectionResetError("that is no answer")
    data += part


def _run(
    argv: Sequence[str], connection: _socket.socket, told: Fields, environ: dict[bytes, bytes]
) -> int:
    """Start the command, and look after it until it has ended.

    From here on nothing is left to others: it would be run twice.
    """
    from vault.running.child import run_child
    from vault.running.watch import Watch

    for name in told[form.UNSET]:
        environ.pop(name, None)
    for variable in told[form.VARIABLE]:
        name, _, value = variable.partition(b"=")
        environ[name] = value
    watch = Watch()
    try:
        status = run_child(
            told[form.WORD],
            environ,
            terminal=not told[form.NO_TERMINAL],
            look=watch.feed if told[form.REFUSED] else None,
            started=lambda: _tell_started(connection),
        )
    except OSError as error:
        return _complain(told[form.WORD][0], error)
    finally:
        said = _end(connection)
    watch.end()
    try:
        _say([*said, *(told[form.REFUSED] if status and watch.refused else ())])
    except OSError:
        return status  # nobody reads it
    if watch.days_left is not None:
        from vault.cli.run import believe

        believe(argv, told[form.KEY][0], watch.days_left)
    return status


def _tell_started(connection: _socket.socket) -> None:
    """Have the agent record the use, while the client runs."""
    try:
        connection.sendall(b"+")
    except OSError:
        return  # it is gone: the client runs all the same


def _end(connection: _socket.socket) -> list[bytes]:
    """Have the agent take back what it gave; what it has to say, once it has."""
    said = bytearray()
    try:
        connection.shutdown(1)
        while part := connection.recv(4096):
            said += part
    except OSError:
        pass
    connection.close()
    return [bytes(said)]


def _say(texts: Sequence[bytes]) -> None:
    """Lines of talk on stderr, as they are; in another encoding than UTF-8 as far as that goes."""
    from vault.running.relay import write_all

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    for text in texts:
        write_all(2, text.decode(errors="replace").encode(encoding, "replace"))


def _complain(program: bytes, error: OSError) -> int:
    """Say that the command cannot be started, as `vault.cli` does."""
    from vault.cli.desk import Desk
    from vault.running.child import not_started

    problem = not_started(os.fsdecode(program), error)
    Desk().complain(problem)
    return problem.exit_code
