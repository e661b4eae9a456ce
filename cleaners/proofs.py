"""Check a repair without searching for it again: damage the repaired text and compare with what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cleaners.rules import mojibake, mojibake_pages, mojibake_western, pinyin, pinyin_shifted

# Rules whose edits carry a JSON object as evidence from which the forward model can be run again; each check takes
# before, after and evidence, and raises ValueError or KeyError for evidence that is none.
CHECKS: Mapping[str, Callable[[str, str, str], bool]] = {
    mojibake.CJK.name: mojibake.proves,
    mojibake_western.LATIN.name: mojibake_western.proves,
    mojibake_pages.CODE_PAGES.name: mojibake_pages.proves,
    pinyin.PINYIN_ALIGNED.name: pinyin.check_proof,
    pinyin_shifted.PINYIN_SHIFTED.name: pinyin_shifted.check_proof,
}


def holds(rule: str, before: str, after: str, evidence: str) -> bool:
    """Whether damaging ``after`` gives ``before`` again. Evidence that cannot be read proves nothing.

    >>> holds("mojibake.cjk", "鍙戝睍", "发展", '{"codec_read": "gb18030", "codec_true": "utf-8", "levels": 1}')
    True
    >>> holds("mojibake.cjk", "鍙戝睍", "发达", '{"codec_read": "gb18030", "codec_true": "utf-8", "levels": 1}')
    False
    """
    try:
        return CHECKS[rule](before, after, evidence)
    except (ValueError, KeyError, TypeError):
        return False
