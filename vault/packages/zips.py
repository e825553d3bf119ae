"""Opening foreign zip archives within bounds, and only those every program reads alike."""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

from vault.packages.reading import UnacceptableError

_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535
_ZIP64_LOCATOR = 20  # bytes, right before the end record
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others unpack without a bound
_ENCRYPTED = 0x1


def open_zip(stream: BinaryIO, *, files: int, directory: int) -> zipfile.ZipFile:
    """The archive in a stream, whose list of files alone would not take memory and time.

    Args:
        stream: A seekable stream; only its end, the list and what is asked for later are read.
        files: Most files it may hold.
        directory: Most bytes of its list of files.

    Raises:
        UnacceptableError: It is no zip archive, a larger one, or one that two programs could read
            differently: with bytes before or after it, or with 64-bit sizes.
        zipfile.BadZipFile: It is damaged.
    """
    size = stream.seek(0, 2)
    start = max(0, size - _END.size - _LONGEST_COMMENT - _ZIP64_LOCATOR)
    stream.seek(start)
    tail = stream.read(size - start)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise UnacceptableError("it is not a whole zip archive")
    _, _, _, _, count, length, offset, comment = _END.unpack_from(tail, at)
    if tail[max(0, at - _ZIP64_LOCATOR) : at].startswith(b"PK\6\7"):
        raise UnacceptableError("it is a zip archive in the 64-bit form, which no package needs")
    if count > files or length > directory:
        raise UnacceptableError("it holds too many files")
    if at + _END.size + comment != len(tail) or offset + length != start + at:
        raise UnacceptableError("it has something before, inside or after the zip archive")
    archive = zipfile.ZipFile(stream)
    if len(archive.infolist()) != count:
        raise UnacceptableError("it holds another number of files than it says")
    return archive


def unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int) -> bytes:
    """The bytes of one file in an archive.

    Raises:
        UnacceptableError: It is encrypted, larger than `largest`, or packed in another way than
            deflate, which alone unpacks within a bound.
        zipfile.BadZipFile: It is damaged; `zlib.error` and `EOFError` say the same.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise UnacceptableError("its metadata is encrypted")
    if entry.compress_type not in _PLAIN:
        raise UnacceptableError("its metadata is packed in a way no registry takes")
    with archive.open(entry) as stream:
        data = stream.read(largest + 1)  # the size in the archive may be a lie
    if len(data) > largest:
        raise UnacceptableError("its metadata is too large")
    return data
