"""Whatever a user's rules take away: it can be put back, and cleaning the result takes nothing more."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners.pipeline import clean, undo
from cleaners.profile import Profile, UserRule
from cleaners.rules import user

PIECES = (
    "渠水清", "，", "。", "：", ":", "来源", "编辑", "分享到", "首页 > 正文", "此处隐藏", "1099字", "下载后查看", "“",
    "”", '"', "20", "xx年", "（完）", "(", "𠮷", "😀", " ", "　", "\n", "\n", "\n\n", "一、", "1、", "甲", "乙", "發展",
    "责任编辑：秦禾", "打印", "本文转自河湾网", "修路的事说了一年又一年。", "上一篇：", "点击", "篇一",
    "...", "——",
)  # fmt: skip
pages = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join)
literals = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join).filter(lambda text: text.strip())
atoms = st.sampled_from(
    ("甲", "乙", ".", "[^甲]", "[，。：]", r"\d+", "来源", "(?:甲|乙)", ".{1,6}", "^", "$", "渠?", r"\p{Han}+")
)
patterns = st.lists(atoms, min_size=1, max_size=4).map("".join)
wheres = st.sampled_from(("line", "head", "tail", "in line"))


def rules(chosen: list[tuple[str, str, str]]) -> tuple[UserRule, ...]:
    """Those that can be used."""
    made = []
    for number, (pattern, literal, where) in enumerate(chosen):
        texts = tuple(line for line in literal.split("\n") if line.strip())
        one = UserRule(f"r{number}", where, "remove", "why", ("m",), ("k",), pattern, () if pattern else texts)  # type: ignore[arg-type]
        try:
            user.compiled((one,))
        except user.UserRuleError:
            continue
        made.append(one)
    return tuple(made)


usable = st.lists(
    st.one_of(st.tuples(st.just(""), literals, wheres), st.tuples(patterns, st.just(""), wheres)),
    min_size=1,
    max_size=3,
).map(rules)


def edits(text: str, profile: Profile) -> list[tuple[str, list[str]]]:
    """What cleaning a text changes."""
    return [(step.rule, step.edits.before) for step in clean(text.encode(), profile).steps if len(step.edits)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pages, usable)
def test_undone_and_done_once(page: str, own: tuple[UserRule, ...]) -> None:
    """The ledger gives the source back, and these rules find nothing more in a text that the others leave alone."""
    profile = Profile(rules=own)
    raw = page.encode()
    if not page.strip():
        return
    first = clean(raw, profile)
    assert undo(first.text, first.encoding, first.steps) == raw
    if len(first.sections) == 1 and first.text and not edits(first.text, Profile()):
        assert edits(first.text, profile) == []
