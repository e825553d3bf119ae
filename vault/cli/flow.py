"""Text that breaks between words where the terminal would break within one."""

from __future__ import annotations


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

    A paragraph is filled anew if one of its lines is too long. An indented line is an example and
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
        long = any(len(one) > width for one in paragraph)
        lines += fold(" ".join(paragraph), width) if long else paragraph
        paragraph = []
        lines += _example(line, width)
    return lines[:-1]


def _example(line: str, width: int) -> list[str]:
    body = line.lstrip()
    inset = line[: len(line) - len(body)]
    command, gap, remark = body.partition("  ")
    if len(line) <= width or not gap:
        return [line]
    return [inset + command, *fold(f"{inset}    {remark.lstrip()}", width)]
