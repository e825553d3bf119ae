"""Settings in pip's configuration: sections and options, changed line by line."""

from __future__ import annotations

import configparser
import re

from vault.hooks.settings.form import MalformedError, Name, Value, text_of

_SECTION = re.compile(r"\[(?P<name>[^]]+)\]")


class IniFile:
    """See `Form`. A name is a section and an option; a value is one line."""

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        section, option = name
        return _parsed(data).get(section, option, fallback=None)

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """See `Form.changed`."""
        _parsed(data)
        section, option = name
        lines = text_of(data).splitlines(keepends=True)
        begin, end = _within(lines, section)
        at = next((i for i in range(begin, end) if _option(lines[i]) == option), None)
        line = [] if value is None else [f"{option} = {value}\n"]
        if at is not None:
            after = _after(lines, at, end)
            lines[at:after] = line
            if not line and not "".join(lines[begin : end - (after - at)]).strip():
                del lines[begin - 1]  # its section holds nothing any more
        elif line and begin:
            lines[begin - 1] = _ended(lines[begin - 1])
            lines[begin:begin] = line
        elif line:
            lines[-1:] = map(_ended, lines[-1:])
            lines += [f"[{section}]\n", *line]
        return "".join(lines).encode()


def _within(lines: list[str], section: str) -> tuple[int, int]:
    """The lines of a section, its own line before them; (0, 0) if there is none."""
    begin = 0
    for number, line in enumerate(lines):
        head = _SECTION.match(line)
        if head and begin:
            return begin, number
        if head and head["name"] == section:
            begin = number + 1
    return (begin, len(lines)) if begin else (0, 0)


def _after(lines: list[str], at: int, end: int) -> int:
    """Behind an option: its value may go on in indented lines, past empty ones and comments."""
    after = at + 1
    for number in range(at + 1, end):
        line = lines[number]
        if line.lstrip()[:1] in {"", "#", ";"}:
            continue
        if not line[0].isspace():
            break
        after = number + 1
    return after


def _option(line: str) -> str:
    if line[:1] in {" ", "\t", "#", ";"}:
        return ""
    return re.split("[=:]", line, maxsplit=1)[0].strip().lower()


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n"


def _parsed(data: bytes) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text_of(data))
    except configparser.MissingSectionHeaderError as error:
        raise MalformedError(f"it has no section, at line {error.lineno}") from None
    except configparser.ParsingError as error:
        raise MalformedError(f"it is malformed, at line {error.errors[0][0]}") from None
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        raise MalformedError(f"it says something twice, at line {error.lineno}") from None
    except configparser.Error:
        raise MalformedError("it is malformed") from None
    return parser
