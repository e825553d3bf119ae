"""`nuget.exe`: takes the key from `NUGET_API_KEY` since 7.6, before that as an argument.

Its configuration file is no way in: the key there is encrypted by Windows for the user, and its
`setapikey` takes the key in argv and prints it. But arguments can come from a private file, which
no other user reads: under mono by mono's own `--response=FILE` (since mono 5.14), on Windows by
`@FILE` (NuGet.Client's `CommandLineResponseFile`, which does nothing under mono).
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath

from vault.clients.base import Equipment, Invocation
from vault.clients.nuget_key import in_argv, in_environment, key_given
from vault.clients.nuget_push import Given, invocation, keyless
from vault.clients.private import write_private
from vault.clients.program import Program, program_of
from vault.clients.words import Options
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret

FIRST = (7, 6)
"""The first version that reads `NUGET_API_KEY`."""

_RESPONSE_FILES = (4, 5)  # asked for in NuGet/Home#5891, for 4.3
_UNPLAIN = set("\"'\\")
_COMMON = (
    "-src/-source= -apikey= -configfile= -verbosity= -noninteractive -noserviceendpoint "
    "-forceenglishoutput -allowinsecureconnections -?/-help -utf8 "
)
_OPTIONS = {
    "push": Options(
        "nuget push",
        _COMMON + "-symbolsource= -symbolapikey= -timeout= -disablebuffering -nosymbols "
        "-skipduplicate",
        abbreviated=True,
        any_case=True,
        separators="",
        ends=False,
    ),
    "delete": Options(
        "nuget delete",
        _COMMON + "-noprompt",
        abbreviated=True,
        any_case=True,
        separators="",
        ends=False,
    ),
}
_KEYLESS = {
    *("add", "client-certs", "config", "eula", "help", "init", "install", "list", "locals"),
    *("mirror", "pack", "restore", "search", "sign", "sources", "spec", "trusted-signers"),
    *("update", "verify", "?", "-help", "-?"),
}
_FILE = "key.rsp"
_VERSION_INFO = struct.pack("<LL", 0xFEEF04BD, 0x00010000)  # VS_FIXEDFILEINFO begins so


class Nuget:
    """The `nuget.exe` commands."""

    name = "nuget"

    def __init__(self, *, windows: bool = os.name == "nt") -> None:
        self._windows = windows

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "nuget" or not program.words:
            return None
        if any(word.startswith("@") for word in program.words):
            raise ValueRefusedError(
                "The command takes words from a response file, which keyfob does not read.",
                "Write its words into the command.",
            )
        verb = _verb(program.words[0].lower())
        if verb == "setapikey":
            raise ValueRefusedError(
                "nuget setapikey takes a key in its command, prints it and keeps a copy.",
                "It is not needed: keyfob run hands the key to nuget push.",
            )
        if verb in _KEYLESS:
            return keyless(self.name, command, directory)
        if verb not in _OPTIONS:
            return None
        words = _OPTIONS[verb].read(program.words[1:])
        if words.on("-help"):
            return keyless(self.name, command, directory)
        own = 1 if verb == "push" else 2  # the next plain word is a key
        if words.value("-apikey") or words.value("-symbolapikey") or len(words.plain) > own:
            raise key_given()
        given = Given(
            verb,
            words.plain,
            words.only("-source"),
            words.only("-symbolsource"),
            not words.on("-nosymbols"),
            words.only("-configfile"),
        )
        return invocation(self.name, command, given, directory, environ)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],
        room: Path,
        *,
        allow_argv: bool = False,
    ) -> Equipment:
        """See `Client.equip`."""
        program = program_of(invocation.command)
        version = _version(program, invocation.directory, environ) if program else None
        if version is not None and version >= FIRST:
            return in_environment(invocation.command, secret, "NuGet 7.6")
        command = self._from_file(invocation.command, program, version, room)
        if command is not None and _one_word(value := secret.reveal()):
            write_private(room / _FILE, f"-ApiKey {value}\n")
            return Equipment(command, "a private file of arguments")
        number = f"nuget.exe {version[0]}.{version[1]}" if version else "nuget before 7.6"
        why = f"{number} takes a key only in its command"
        return in_argv(invocation.command, "-ApiKey", secret, why, allow=allow_argv)

    def _from_file(
        self,
        command: tuple[str, ...],
        program: Program | None,
        version: tuple[int, ...] | None,
        room: Path,
    ) -> tuple[str, ...] | None:
        """The command with its last arguments from a file; None if it reads none from there."""
        at = len(command) - len(program.words) - 1 if program else 0
        if at and PureWindowsPath(command[at - 1]).stem == "mono":
            return (*command[:at], f"--response={room / _FILE}", *command[at:])
        if self._windows and (version or (0,)) >= _RESPONSE_FILES:
            return (*command, f"@{room / _FILE}")
        return None


def _verb(text: str) -> str:
    """The verb, which nuget lets one cut short while it is the only one."""
    known = {*_OPTIONS, *_KEYLESS, "setapikey"}
    found = [text] if text in known else [verb for verb in known if verb.startswith(text)]
    return found[0] if len(found) == 1 else ""


def _one_word(text: str) -> bool:
    """Whether both kinds of file give the text back as it is."""
    plain = not any(char.isspace() or char in _UNPLAIN for char in text)
    return plain and not text.startswith(("-", "@"))


def _version(
    program: Program, directory: Path, environ: Mapping[str, str]
) -> tuple[int, ...] | None:
    """The version written in the program's file; None if it is no Windows program that says one."""
    near = directory / program.path
    found = str(near) if near.is_file() else shutil.which(program.path, path=environ.get("PATH"))
    if found is None:
        return None
    try:
        with (
            Path(found).open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            at = data.rfind(_VERSION_INFO) if data[:2] == b"MZ" else -1
            if at < 0:
                return None
            high, low = struct.unpack_from("<LL", data, at + len(_VERSION_INFO))
    except (OSError, ValueError, struct.error):  # unreadable, empty, cut short
        return None
    return high >> 16, high & 0xFFFF, low >> 16
