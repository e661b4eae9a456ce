"""Every rule, in the order it runs. This tuple is the only registry: a rule that is not here does not exist."""

from cleaners.document import Rule
from cleaners.rules import (
    anthology,
    boilerplate,
    entities,
    invisible,
    layout,
    learned,
    markup,
    mojibake,
    mojibake_pages,
    mojibake_western,
    pinyin,
    pinyin_scattered,
    pinyin_shifted,
    placeholders,
    questions,
    quotes,
    script,
    splice,
    stamps,
    stuffed,
    width,
)

RULES: tuple[Rule, ...] = (
    # Bytes first: later rules count characters and read words.
    invisible.NEWLINES,
    *entities.RULES,
    markup.TAGS,
    mojibake_pages.CODE_PAGES,
    mojibake.CJK,
    mojibake_western.LATIN,
    *invisible.RULES,
    width.FORMS,
    width.NARROW,
    # The readings that stand in place teach what the torn ones were, and go after them.
    pinyin_shifted.PINYIN_SHIFTED,
    pinyin.PINYIN_ALIGNED,
    pinyin_scattered.PINYIN_SCATTERED,
    # Slices are measured in characters as the site cut them.
    *layout.BEFORE_SCRIPT,
    *script.RULES,
    splice.HIDDEN_TEXT,
    stuffed.STUFFED,
    stamps.STAMPS,
    *boilerplate.RULES,
    learned.RULE,
    *layout.AFTER_SITE_LINES,
    # How a page writes its marks is judged on the page's own text, the site's lines gone.
    *quotes.RULES,
    questions.LOST,
    width.BLANKS,
    width.WIDEN,
    width.ELLIPSES,
    anthology.RULE,
    placeholders.MASKS,
    placeholders.EMPTY_QUOTES,
    placeholders.DROPPED_YEARS,
)
