"""Text that breaks between words where the terminal would break within one."""

from __future__ import annotations

_FAR = 20
"""Columns before the longest line of a paragraph at which an end was meant to be one."""


def fold(line: str, width: int) -> list[str]:
    """One line as the lines that fit a terminal; what has no space in it stays whole.

    Args:
        line: Safe text; the lines after the first stand in as far as it does.
        width: Columns of the terminal; 0 if it has none.
    """
    if width <= 0 or len(line) <= width:
        return [line]
    import textwrap  # not before a line is too long: `check` counts every import

    inset = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=inset,
        break_long_words=False,
        break_on_hyphens=False,
    )


def flow(text: str, width: int) -> list[str]:
    """Paragraphs as the lines that fit a terminal.

    A paragraph is filled anew if one of its lines is too long; a line that ends far before the
    longest ends there still. An indented line is an example and
    stays one line, to be copied; only a remark behind it is put under it.

    Args:
        text: Lines, paragraphs parted by empty ones.
        width: Columns of the terminal.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line and not line[0].isspace():
            paragraph.append(line)
            continue
        lines += _fill(paragraph, width)
        paragraph = []
        lines += _example(line, width)
    return lines[:-1]


def _fill(paragraph: list[str], width: int) -> list[str]:
    widest = max(map(len, paragraph), default=0)
    if widest <= width:
        return paragraph
    lines, whole = [], ""
    for line in paragraph:
        whole = f"{whole} {line}" if whole else line
        if len(line) < widest - _FAR:
            lines += fold(whole, width)
            whole = ""
    return lines + (fold(whole, width) if whole else [])


def _example(line: str, width: int) -> list[str]:
    body = line.lstrip()
    inset = line[: len(line) - len(body)]
    command, gap, remark = body.partition("  ")
    if len(line) <= width or not gap:
        return [line]
    return [inset + command, *fold(f"{inset}    {remark.lstrip()}", width)]
