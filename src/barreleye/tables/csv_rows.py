"""A CSV file as numbered rows of text: its encoding, its delimiter, and the faults that leave no row to read."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "utf-16": "UTF-16",
    "gb18030": "GB18030 (a superset of GBK)",
    "cp950": "Big5",
    "cp1252": "Windows-1252 (Western European)",
}
COMMON = {"gb18030": ("gb2312", 0xD7), "cp950": ("cp950", 0xC6)}
"""For each Chinese encoding: the codec of its usual characters, and the last first byte of the frequent ones, which
come before the rare ones in both standards."""
WESTERN = set("ÄÖÜäöüßÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕØÙÚÛÝÞàáâãåæçèéêëìíîïðñòóôõøùúûýþŒœŠšŽž€£§°±²³µ·×½¼¾ªº«»¿¡‘’“”–—…©®™\xa0")
"""What Windows-1252 has beyond ASCII that Western tables use: letters, units, quotes."""
FIRST_COMMENTS = re.compile(r"\A(?:\s*#[^\r\n]*)+")


def find_encoding(path: Path, encoding: str | None = None) -> str:
    """The codec that decodes the file: a key of ``ENCODINGS``, or ``encoding`` itself where one is given.

    A byte-order mark decides. Without one the file is UTF-8 if all of it decodes so. Else it is guessed from the
    characters beyond ASCII: Windows-1252 if all would be Western letters and most would be rare as GB18030; Big5 if its
    share of frequent characters is the larger; GB18030 otherwise. Other encodings (Shift-JIS, EUC-KR, Windows-1251,
    ...) are not told apart and may be taken for GB18030: name those.

    Raises ValueError with the line number where no attempt succeeds and for an unknown ``encoding``, and OSError for a
    file that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data.csv")
    ...     _ = path.write_text("年龄,工资\\n30,9000\\n", encoding="gbk")
    ...     find_encoding(path)
    'gb18030'
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no file {str(path)!r} (looked in {Path.cwd()})")
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder; name one CSV file in it")
    with path.open("rb") as file:
        start = file.read(3)
    if encoding is not None:
        attempts = [known_codec(encoding)]
        if attempts == ["utf-8"] and start.startswith(codecs.BOM_UTF8):
            attempts = ["utf-8-sig"]
    elif start.startswith(codecs.BOM_UTF8):
        attempts = ["utf-8-sig"]
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        attempts = ["utf-16"]
    else:
        attempts = ["utf-8", "gb18030"]
    for attempt in attempts:
        line = _undecodable_line(path, attempt)
        if line is None and attempt != "gb18030":
            return attempt
    if encoding is None and attempts[-1] == "gb18030" and (found := _legacy(path)) is not None:
        return found
    if line is None:
        return attempts[-1]
    tried = " or ".join(ENCODINGS.get(attempt, attempt) for attempt in attempts)
    raise ValueError(
        f"{path}, line {line}: the text is not {tried}. Is this a CSV file? If so, save it as UTF-8, or name its "
        "encoding"
    )


def known_codec(encoding: str) -> str:
    """Python's name for the encoding; ValueError if Python has no text encoding of that name.

    >>> known_codec("Big5"), known_codec("UTF8")
    ('big5', 'utf-8')
    """
    try:
        "a".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise ValueError(
            f"encoding={encoding!r} is unknown: name one such as utf-8, gb18030, big5, shift_jis, cp1252 or utf-16"
        ) from None


def _legacy(path: Path) -> str | None:
    """Which of the three encodings without a mark the file looks like; None if it is in none of them."""
    western = _beyond_ascii(path, "cp1252")
    shares = {}
    for encoding, (codec, last) in COMMON.items():
        seen = _beyond_ascii(path, encoding)
        if seen is not None:
            common = sum(times for c, times in seen.items() if _is_common(c, codec, last))
            shares[encoding] = common / max(1, seen.total())
    if western is not None and set(western) <= WESTERN and shares.get("gb18030", 0) < 0.5:
        return "cp1252"
    if shares.get("cp950", 0) > max(0.5, shares.get("gb18030", 0)):
        return "cp950"
    return "gb18030" if "gb18030" in shares else None


def _beyond_ascii(path: Path, encoding: str) -> Counter[str] | None:
    """How often each character beyond ASCII occurs; None if the file is not in that encoding."""
    seen: Counter[str] = Counter()
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(1 << 20):
                seen.update(re.sub(r"[\x00-\x7f]+", "", block))
    except UnicodeDecodeError:
        return None
    return seen


def _is_common(character: str, codec: str, last: int) -> bool:
    try:
        return character.encode(codec)[0] <= last
    except UnicodeEncodeError:
        return False


def _undecodable_line(path: Path, encoding: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                line += decoder.decode(block).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return None


def find_delimiter(path: Path, encoding: str) -> str:
    """The delimiter, a key of ``DELIMITERS``: one that occurs equally often in the first two lines, if there is any.

    Tab goes before semicolon before vertical bar before comma, because a comma may also be a decimal mark. When the two
    lines agree on none, the one that is most frequent in the first is taken, and ``rows`` will name the ragged line.
    Quoted text is passed over.
    """
    with path.open(encoding=encoding, newline="") as file:
        start = re.sub(r'"[^"]*"', "", FIRST_COMMENTS.sub("", file.read(1 << 20)))
    lines = [line for line in re.split(r"[\r\n]+", start) if line.strip()][:2] or [""]
    times = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS}
    agreeing = (mark for mark, (first, *second) in times.items() if first and second in ([], [first]))
    return next(agreeing, None) or max(times, key=lambda mark: times[mark][0])


def comments(path: Path, encoding: str) -> list[str]:
    """The lines before the table that start with "#"; ``rows`` passes them over."""
    with path.open(encoding=encoding, newline="") as file:
        found = FIRST_COMMENTS.match(file.read(1 << 20))
    return [line.strip() for line in re.split(r"[\r\n]+", found[0]) if line.strip()] if found else []


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank: the number of its first line, and its cells. Only one row is in memory at a time.

    Lines that start with "#" are passed over before the first row, and only there.

    Raises ValueError with the line number for a NUL byte, for quotes that do not pair up, for a cell that runs over
    several lines (a heading may), and for a row that is longer or shorter than the first.
    """
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_plain_lines(path, file), delimiter=delimiter, strict=True, skipinitialspace=True)
        line = width = 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise ValueError(
                    f"{path}, line {line}: the quotes do not pair up ({error}). Close the quoted cell; "
                    "write a quote inside it twice"
                ) from None
            if cells is None:
                return
            if len(cells) < 2 and not "".join(cells).strip():
                continue
            if width and reader.line_num > line:
                raise ValueError(
                    f"{path}, line {line}: a quoted cell runs on to line {reader.line_num}. Close the quote where "
                    "the cell ends"
                )
            width = width or len(cells)
            if len(cells) != width:
                cells_here = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
                raise ValueError(
                    f"{path}, line {line}: {cells_here} where the first row has {width}. Look for a missing or extra "
                    f"{DELIMITERS[delimiter]}, and quote a cell that contains one"
                )
            yield line, cells


def _plain_lines(path: Path, lines: Iterable[str]) -> Iterator[str]:
    """The lines, with comments before the first row made blank so that the line numbers stay."""
    before = True
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise ValueError(
                f"{path}, line {number}: a NUL byte, so this is not plain text. Save the table as CSV in UTF-8"
            )
        before = before and (not line.strip() or line.lstrip().startswith("#"))
        yield "\n" if before else line
