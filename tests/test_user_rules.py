"""Rules of a profile: what they find, where they look, and that no pattern can hurt."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from cleaners.decisions import Decisions, edit_key
from cleaners.document import Document
from cleaners.edits import apply
from cleaners.pipeline import Cleaned, clean, undo
from cleaners.profile import Profile, UserRule, Where
from cleaners.rules import user

BODY = tuple(f"这是第{n}段正文，讲的是河湾村修路的事，写到这里就完了。" for n in "一二三四五六七八九")


def rule(pattern: str = "", where: Where = "line", **changes: object) -> UserRule:
    """A rule with everything it must have."""
    made = UserRule("mine", where, "remove", "为什么", ("例",), ("非例",), pattern=pattern)
    return replace(made, **changes)  # type: ignore[arg-type]


def found(one: UserRule, text: str) -> str:
    """The text after this rule alone."""
    (ours,) = user.compiled((one,))
    document = Document(text)
    return apply(text, ours.find(document).edits) if ours.may_apply(document) else text


def cleaned(text: str, *rules: UserRule) -> Cleaned:
    """The whole pipeline with these rules, its ledger checked."""
    raw = text.encode("utf-8", "surrogatepass")
    result = clean(raw, Profile(rules=rules))
    assert undo(result.text, result.encoding, result.steps) == raw
    return result


@pytest.mark.parametrize(
    ("one", "text", "expect"),
    [
        (rule("天气：.{1,9}"), "天气：晴\n正文。", "正文。"),
        (rule("天气：.{1,9}"), "正文。\n\n天气：晴\n\n正文二。", "正文。\n\n正文二。"),
        (rule("天气：.{1,9}"), "今天的天气：晴", "今天的天气：晴"),
        (rule("天气:.{1,9}"), "　　天气：晴　\n正文。", "正文。"),
        (rule("转自.{2,6}网[,，]?", "in line"), "甲，转自河湾网，乙。", "甲，乙。"),
        (rule("转自河湾网", "in line"), "甲。\n转自河湾网\n乙。", "甲。\n乙。"),
        (rule("转自河湾网", "in line"), "甲。\n转自河湾网转自河湾网 \n乙。", "甲。\n乙。"),
        (rule("[^甲]+", "in line"), "甲\n\n甲乙\n", "甲\n\n甲\n"),
        (rule("𠮷+", "in line"), "😀𠀀𠮷𠮷😀𠮷甲", "😀𠀀😀甲"),
        (rule(literal=("C++（上）", "C+")), "C++(上)\nC+\nC", "C"),
        (rule(literal=("甲乙", "甲乙丙"), where="in line"), "子甲乙丙丑甲乙寅", "子丑寅"),
        (rule("注明“来源", "in line"), '凡注明"来源：河湾', "凡：河湾"),
        (rule(r"（完）|\？", "in line"), "正文(完)真的?", "正文真的"),
        (rule("^甲|乙$", "in line"), "甲甲乙乙\n甲乙", "甲乙"),
    ],
)
def test_what_a_rule_takes(one: UserRule, text: str, expect: str) -> None:
    """Whole lines go with their line break, parts of lines alone; width and quotes need not be told apart."""
    assert found(one, text) == expect


def test_head_and_tail_are_measured_in_lines_that_stay() -> None:
    """A line deep in the text is out of reach; lines that go do not count, however many they are."""
    lines = ["天气：晴"] * 40 + list(BODY[:5]) + ["天气：阴"] + list(BODY[5:]) + list(BODY) + ["天气：雨"]
    text = "\n".join(lines)
    assert found(rule("天气：.", "head"), text).split("\n").count("天气：阴") == 0
    assert "天气：雨" in found(rule("天气：.", "head"), text)
    assert "天气：晴" in found(rule("天气：.", "tail"), text)
    assert "天气：雨" not in found(rule("天气：.", "tail"), text)
    middle = "\n".join([*BODY, "天气：晴", *BODY])
    assert found(rule("天气：.", "head"), middle) == found(rule("天气：.", "tail"), middle) == middle


def test_a_flag_changes_nothing() -> None:
    """It is raised where the text stands, with the reason, under the rule's name."""
    result = cleaned("甲乙😀丙丁会议戊", rule("会议", "in line", kind="flag"))
    assert result.text == "甲乙😀丙丁会议戊"
    assert [(name, f.kind, f.text, f.start, f.detail) for name, f in result.flags] == [
        ("user.mine", "user.mine", "会议", 5, "为什么")
    ]


def test_an_edit_says_who_and_why() -> None:
    """The ledger names the rule, a version that changes with what it does, and the reason."""
    one = rule("天气：.", "line")
    result = cleaned("天气：晴\n正文在此，写得很长。", one)
    (step,) = (step for step in result.steps if step.rule.startswith("user."))
    assert (step.rule, step.kind, step.edits.evidence) == ("user.mine", "remove", ["为什么"])
    (other,) = user.compiled((replace(one, pattern="天气：.."),))
    assert step.version != other.version
    assert Profile(rules=(one,)).hash != Profile(rules=(replace(one, pattern="天气：.."),)).hash


def test_what_is_brought_together_goes_too() -> None:
    """A page that a rule changed is read again, by every rule: cleaning twice gives what cleaning once gave."""
    nested = "开头一句话。\n甲转自转自河湾网河湾网乙。\n此处隐藏转自河湾网1099字，下载后查看\n" + "\n".join(BODY)
    one = rule("转自河湾网", "in line")
    result = cleaned(nested, one)
    assert "转自" not in result.text and "隐藏" not in result.text
    assert [flag.value for _, flag in result.flags if flag.kind == "truncated"] == [1099]
    assert cleaned(result.text, one).text == result.text


def test_rules_that_find_no_rest_leave_the_page_alone() -> None:
    """Where every removal makes another match, round after round, nothing goes and the page is flagged."""
    text = "甲" * 40 + "乙" * 40 + "\n" + "\n".join(BODY)
    one = rule("甲乙", "in line")
    result = cleaned(text, one)
    assert result.text == text
    assert [flag.kind for _, flag in result.flags] == ["unsettled"]
    assert cleaned(result.text, one).text == text


def test_a_judgement_is_obeyed() -> None:
    """An edit that a person called wrong is left out, and so is a whole rule."""
    text = "天气：晴\n" + "\n".join(BODY)
    profile = Profile(rules=(rule("天气：.", "head"),))
    key = edit_key("user.mine", text, 0, 5, "")
    kept = clean(text.encode(), profile, decisions=Decisions(edits=frozenset({key})))
    assert kept.text.startswith("天气：晴") and kept.obeyed == (key,)
    without = clean(text.encode(), profile, decisions=Decisions(rules=frozenset({"user.mine"})))
    assert without.text.startswith("天气：晴")
    off = clean(text.encode(), replace(profile, without_rules=frozenset({"user.mine"})))
    assert off.text.startswith("天气：晴")


@pytest.mark.parametrize("pattern", ["", "a*", "甲?", "^", "$", r"\b", " *", "(甲|)", "(?:甲?乙?){3}"])
def test_a_pattern_that_matches_nothing_is_refused(pattern: str) -> None:
    """It would match everywhere."""
    with pytest.raises(user.UserRuleError, match="nothing stands"):
        user.compiled((rule(pattern or "()", "in line"),))


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(甲", "no RE2 pattern"),
        ("甲)(乙", "no RE2 pattern"),
        ("(?<=甲)乙", "look-around"),
        (r"(甲)\1", "back-references"),
        ("(甲{1000}){1000}", "1000 times"),
        (r"\C甲", "not supported"),
        (r"\Q(甲）\E", "not supported"),
        (r"\p{Han}{1,990}", "too large"),
        (".{0,30}" * 60 + "甲", "too large"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, said: str) -> None:
    """Wrong, unsupported or too large."""
    with pytest.raises(user.UserRuleError, match=said):
        user.compiled((rule(pattern, "in line"),))


@pytest.mark.parametrize("where", ["line", "in line"])
@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        ("(a+)+b", "a"),
        ("(a|aa)+$", "a"),
        ("(a|a?)+b", "a"),
        ("(?:.*甲)?.*乙", "甲"),
        ("a.*b|a", "a"),
        (".{0,200}甲.{0,200}乙", "甲"),
        ("(.*)(.*)(.*)x", "y"),
    ],
)
@pytest.mark.parametrize("shape", ["one line", "many lines"])
def test_time_is_linear_whatever_the_pattern(pattern: str, piece: str, shape: str, where: Where) -> None:
    """Four times the text takes about four times as long, in one long line and in many, and no time to speak of."""

    def seconds(size: int) -> float:
        text = piece * size if shape == "one line" else (piece * 50 + "\n") * (size // 50)
        start = time.process_time()
        found(rule(pattern, where), text)
        return time.process_time() - start

    small, large = seconds(20_000), seconds(80_000)
    assert large < 10 * small + 0.5
    assert large < 8


def test_lone_surrogates_are_no_obstacle() -> None:
    """RE2 cannot read them; the text around them is read all the same."""
    text = "甲\ud800转自河湾网乙\udfff"
    assert found(rule("转自河湾网", "in line"), text) == "甲\ud800乙\udfff"


def test_a_long_line_is_read_to_its_end() -> None:
    """Windows meet without a gap, and a match across their border is found once."""
    stamp = "本文转自河湾网"
    for shift in range(0, 40, 3):
        text = ("正" * 487 + stamp) * 30 + "正" * shift
        text = "起" * shift + text
        assert found(rule(stamp, "in line"), text) == text.replace(stamp, "")


def test_an_anchor_in_a_long_line_is_the_line_s_own() -> None:
    """Not the edge of a window."""
    text = "甲" + "乙" * 1900 + "甲" + "乙" * 5000 + "甲"
    assert found(rule("^甲", "in line"), text) == text[1:]
    assert found(rule("甲$", "in line"), text) == text[:-1]
    assert found(rule("^乙", "in line"), text) == text
