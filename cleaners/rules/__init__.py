"""Every rule, in the order it runs. This tuple is the only registry: a rule that is not here does not exist."""

from cleaners.document import Rule
from cleaners.rules import anthology, boilerplate, layout, pinyin, placeholders, quotes, script, splice, width

RULES: tuple[Rule, ...] = (
    pinyin.PINYIN_ALIGNED,
    layout.SLICED_PAGE,
    *script.RULES,
    *width.RULES,
    *quotes.RULES,
    splice.HIDDEN_TEXT,
    *boilerplate.RULES,
    layout.TITLE_INDEX,
    layout.CAPTION_TITLE,
    anthology.RULE,
    placeholders.MASKS,
    placeholders.EMPTY_QUOTES,
    placeholders.DROPPED_YEARS,
)
