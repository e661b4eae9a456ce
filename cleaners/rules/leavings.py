"""What a site's scripts, styles and templates left as text at the ends of a page: ``var _hmt = _hmt || [];``.

Lessons show code as well. So nothing is believed on a page that has code elsewhere, or speaks of such things.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from cleaners.literal import is_code

_NAME = r"[A-Za-z_$][\w$]*"
_EMPTY = r"(?:undefined|null|NaN|\[object Object\])"
_LEAVING = re.compile(
    rf"(?:var|let|const)\s+{_NAME}\s*=\s*\S.*|{_NAME}(?:\.{_NAME})+\s*=\s*[^\s=].*;"  # assignments
    rf"|(?:{_NAME}\.)+{_NAME}\(.*\)\s*;|\$\(.*\)\s*;"  # calls
    r"|[(!;\s]*function\b.*[{}].*|[\s)\]};,(]*\}[\s)\]};,(]*"
    r"|[.#@]?[\w\s.#,:>*-]{1,80}\{\s*[\w-]+\s*:[^{}]*\}"  # CSS
    r"|\{\{[^{}]+\}\}|\{%.*%\}|<%.*%>|\{\$[\w.]+\}|\$\{[\w.]+\}"  # templates
    rf"|undefined|\[object Object\]|{_EMPTY}(?:\s+{_EMPTY}){{1,9}}",
    re.ASCII,
)
_SIGNS = re.compile(r"[{}=]|\);|undefined|null|NaN|\[object")  # of which each of these has one
_LONGEST = 400  # code points of such a line
_TAUGHT = re.compile(
    "[代源]码|编程|程序|函数|变量|脚本|模板|前端|后端|样式|语法|报错|浏览器|JavaScript|jQuery|CSS|HTML|Vue|JSON|Python|Java"
)
_HAN, _PROSE = re.compile("[\u3400-\u9fff]"), 100  # Han of a page at least
_EDGE = 4  # lines of text before or behind it


def leaving_lines(lines: Sequence[str], known: Collection[int]) -> list[int]:
    """The lines at the ends of a page of prose that are code, lines ``known`` for a site's not counted.

    >>> prose = "那年春天雨水多，水渠修到一半就停了工，大家都很着急。" * 8
    >>> leaving_lines(["{{item.title}}", prose, "undefined undefined"], ())
    [0, 2]
    >>> leaving_lines([prose, "页面上的代码是：", "{{item.title}}"], ())
    []
    """
    found = [at for at, line in enumerate(lines) if line[-1:].isascii() and _is_leaving(line)]
    if not found:
        return []
    own = [at for at, line in enumerate(lines) if line.strip() and at not in known and not _is_leaving(line)]
    rest = "\n".join(lines[at] for at in own)
    if len(_HAN.findall(rest)) < _PROSE or _TAUGHT.search(rest) or any(is_code(lines[at]) for at in own):
        return []
    inner = own[_EDGE:-_EDGE]
    shown = any((inner and inner[0] < at < inner[-1]) or _is_announced(lines, at) for at in found)
    return [] if shown else found


def _is_leaving(line: str) -> bool:
    return len(line) <= _LONGEST and _SIGNS.search(line) is not None and _LEAVING.fullmatch(line.strip()) is not None


def _is_announced(lines: Sequence[str], at: int) -> bool:
    """Whether the line of text before ends in a colon."""
    before = next((line for line in reversed(lines[:at]) if line.strip()), "")
    return before.rstrip().endswith(("：", ":"))
