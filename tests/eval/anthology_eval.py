"""How well anthologies are split: pages composed from known texts in many styles, and pages that only look like one.

Run ``python -m tests.eval.anthology_eval [pages] [seed]``. A boundary is the place where a part's text begins; it is
found when a cut's heading ends exactly there. The styles of headings, titles and introductions were written down
from what sites are known to print, before and apart from the shapes the rule reads.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cleaners.document import Document, Found
from cleaners.rules import anthology

TRUTH = Path(__file__).parent.parent / "truth"
CHINESE = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十".split()  # noqa: SIM905
ENGLISH = "One Two Three Four Five Six Seven Eight Nine Ten".split()  # noqa: SIM905

STEMS = (
    "全县水利工作会议讲话稿", "教师节座谈会发言稿", "新学期开学典礼演讲稿", "党员民主生活会对照检查材料",
    "乡村振兴工作总结", "个人年度述职报告", "读书活动心得体会", "我的家乡", "优秀班主任先进事迹", "元旦晚会主持词",
    "安全生产月活动方案", "入党申请书", "招商引资推进会上的讲话", "社区志愿服务倡议书", "学习先进典型观后感",
    "青年干部培训班结业感言", "县人大代表履职情况汇报", "校园读书节作文", "企业年会致辞", "防汛抗旱工作会议精神",
)  # fmt: skip
OWN = (
    "在全县水利工作会议上的讲话", "水库管理处的一年", "扎根山区的二十年", "把河看住，把水管好", "致家长的一封信",
    "我与一座桥", "从粮食说起", "站在讲台上", "村口的那盏灯", "一份迟到的答卷", "答卷在路上", "为了下一个丰年",
    "老码头的新生", "我们的图书角",
)  # fmt: skip
# {s} the stem, {c} the Chinese number, {a} the Arabic one, {o} the part's own title
HEADINGS = (
    "{s}篇{c}", "{s}篇{a}", "{s} 篇{a}", "{s}（篇{c}）", "{s}【篇{c}】", "{s}_篇{c}", "{s}·篇{c}", "篇{c}",
    "篇{c}：{s}", "篇{c} {s}", "【篇{c}】", "【篇{c}】{s}", "【篇{a}】{s}", "[篇{a}]{s}", "篇{a}：{o}",
    "篇{c}：《{o}》", "★{s}篇{c}★", "◆篇{c}", "**篇{c}**", "## 篇{c}", "第{c}篇", "第{a}篇", "第{c}篇：{s}",
    "第{c}篇 {s}", "第{c}篇：{o}", "第{c}篇《{o}》", "{s}（第{c}篇）", "{s}第{c}篇", "第{a}篇: {o}",
    "### 第{c}篇 {o}", "【第{c}篇】{s}", "【第{c}篇】", "（{c}）篇", "{s}（{c}）篇", "{s}（{c}）", "{s}（{a}）",
    "{s}{c}", "{s} {a}", "{s}{a}", "{s}之{c}", "{s}（之{c}）", "{s}范文{c}", "{s}范文{a}", "{s}范文（{c}）",
    "{s}范文【{c}】", "范文{c}", "范文{a}", "范文{c}：{o}", "范文（{c}）", "Part {a}", "Part.{a}", "PART {e}",
    "Part{a} {s}", "part {a}：{o}", "{s} Part {a}", "{c}、{s}", "（{c}）{s}", "{a}.{s}", "{a}、{s}", "{s}模板{a}",
    "{s}样本{c}", "第{c}则", "{s}　篇{c}", "　　{s}篇{c}", "{s}篇{c}：", "{s}精选篇{a}", "=== 篇{c} ===",
    "{s}——第{c}篇", "（{a}）", "NO.{a}", "No.{a} {s}", "NO.{a}：{o}", "例文{c}", "例文{a}：{o}", "☆篇{c}", "☆{s}篇{c}☆",
    "之{c}", "（之{c}）", "模板{c}", "～篇{c}～", "『篇{c}』", "「第{c}篇」", "<篇{c}>", "例{c}：{s}", "文{c}：{o}",
    "范本{c}", "{s}范本{a}", "示例{c}", "{s}版本{c}", "篇目{c}", "篇章{c}", "{s}篇之{c}", "Sample {a}", "{c}篇",
    "{s}{c}篇", "第{c}篇（{o}）", "篇{c} | {o}", "第（{c}）篇", "{s}系列{c}",
)  # fmt: skip
# Headings whose line end was lost, so that the text goes on behind them.
GLUED = (
    "【篇{c}】", "篇{c}：", "{s}篇{c}：", "第{c}篇：", "【{s}篇{a}】", "范文{c}：", "（篇{c}）", "[篇{a}]",
    "{s}（篇{c}）：", "【第{c}篇】", "{s}篇{c} ", "☆篇{c}：",
    "**篇{c}**", "例文{a}：", "{s}范文（{c}）：", "{s}第{c}篇:",
)  # fmt: skip
TITLES = (
    "2023年{s}（优秀{n}篇）", "{s}精选{n}篇", "{s}（通用{n}篇）", "最新{s}范文（{n}篇）", "{s}合集（{n}篇）",
    "{s}集锦{n}篇", "关于{s}的范文{n}篇", "{s}（共{n}篇）", "{s}汇编（{m}篇）", "{s}{m}篇", "【热门】{s}{n}篇",
    "# {s}（{n}篇）", "{s} {s}（精选{n}篇）", "2024{s}大全{n}篇",
)  # fmt: skip
PLAIN_TITLES = (
    "", "县志稿", "工作手册（第2版）", "论治水", "关于印发三份文件的通知", "一份读书报告", "三篇文章的由来",
    "优秀案例汇编", "演讲稿的写法",
)  # fmt: skip
UNRELATED = (
    "在这个信息爆炸的时代，每个人都渴望找到属于自己的节奏。无论是一次旅行还是一顿晚餐，都值得用心记录。愿你在字里行间遇见更好的自己。",
    "宠物的陪伴能够缓解压力，也让家庭更加温馨。选择合适的猫粮需要考虑年龄、体重与口味。下面就让我们走进这个毛茸茸的世界吧。",
    "编程是一门需要耐心的手艺。初学者往往在循环与递归之间迷失方向，其实只要多画图、多调试，就能豁然开朗。",
    "星空总是令人神往，望远镜的发明让人类第一次看清月球的环形山。今天，业余爱好者也能拍下遥远的星云。",
)
EDITORIAL = (
    "在日常学习、工作或生活中，大家都接触过演讲稿吧，演讲稿是演讲前写好的文稿。那么什么样的演讲稿才是好的呢？以下是小编整理的{s}，仅供参考，欢迎大家阅读。",
    "下面是小编为大家整理的{s}，供大家参考，希望能够帮助到大家。",
    "写{s}时需要注意什么呢？相信很多人都不知道该如何下笔，本文为您整理了{n}篇范文，一起来看看吧。",
    "{s}怎么写？这里给大家分享一些{s}，希望对您有所帮助。",
)
GENUINE = "本辑收入的文章都写于去年汛期前后，作者是水利一线的职工。编者只改正了错字，标题为作者自拟。"


@dataclass
class Page:
    """A page with the places (code points) where its parts begin; empty where it is one document."""

    text: str
    style: str
    starts: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)  # title and introduction, which have to go


@dataclass
class Score:
    """Boundaries found, invented and missed, and what was lost of the bodies or left of the furniture."""

    hit: int = 0
    extra: int = 0
    missed: int = 0
    lost: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hit / max(1, self.hit + self.extra)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.hit + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.extra + self.missed)


@cache
def texts() -> tuple[str, ...]:
    """The undamaged originals of the sample corpus, whole."""
    files = [*sorted(TRUTH.glob("*.txt")), *sorted(TRUTH.glob("005*/*.txt")), *sorted(TRUTH.glob("016*/*.txt"))]
    return tuple(path.read_text("utf-8").strip() for path in files if "013" not in path.name)


def body(rng: random.Random) -> str:
    """A whole text, or some paragraphs of one."""
    paragraphs = [line for line in rng.choice(texts()).split("\n") if line.strip()]
    if rng.random() < 0.5:
        first = rng.randrange(len(paragraphs))
        paragraphs = paragraphs[first : first + rng.randint(2, 6)]
    result = "\n".join(paragraphs)
    return result if len(result) > 60 else body(rng)


def running(rng: random.Random) -> str:
    """A body from its first long paragraph on, since a title behind a heading would be the heading's."""
    lines = body(rng).split("\n")
    first = next((k for k, line in enumerate(lines) if len(line) > 40), None)
    return running(rng) if first is None else "\n".join(lines[first:])


def anthology_page(rng: random.Random, style: str, *, glued: bool = False) -> Page:
    """A page of 2 to 20 parts whose headings have one style; now and then one heading is lost or misspelt."""
    stem = rng.choice(STEMS)
    count = rng.randint(2, 10 if "{e}" in style else 20)
    promise = count if rng.random() < 0.85 else min(20, count + rng.randint(1, 3))
    page = Page("", style)
    title = rng.choice(TITLES).format(s=stem, n=promise, m=CHINESE[promise - 1])
    page.furniture.append(title)
    draw = rng.random()
    if draw < 0.5:
        page.furniture.append(rng.choice(EDITORIAL).format(s=stem, n=promise))
    elif draw < 0.7:
        page.furniture.append(rng.choice(UNRELATED))
    preface = GENUINE if draw > 0.93 else ""
    own = rng.sample(OWN, len(OWN))
    headings = [
        style.format(s=stem, c=CHINESE[k], a=k + 1, o=own[k % len(own)] + "续" * (k // len(own)), e=ENGLISH[k % 10])
        for k in range(count)
    ]
    gap = rng.choice(("\n", "\n", "\n\n"))
    indent = "" if glued else rng.choice(("", "", "　　"))
    lost = rng.randrange(1, count - 1) if count > 4 and "篇" in style and rng.random() < 0.1 else 0
    if "{s}篇" in style and rng.random() < 0.15:
        headings[-1] = headings[-1].replace(stem, stem + "材料")
    pieces = [*page.furniture]
    if rng.random() < 0.1:
        pieces += headings  # a table of contents
    text = gap.join(pieces) + gap
    if preface:
        page.starts.append(len(text))
        page.bodies.append(preface)
        text += preface + gap
    for k, heading in enumerate(headings):
        part = gap.join(indent + line for line in (running(rng) if glued else body(rng)).split("\n"))
        if k and k == lost:
            page.bodies[-1] += gap + part
            text += part + gap
            continue
        text += heading + ("" if glued else gap)
        page.starts.append(len(text))
        page.titles.append(heading)
        page.bodies.append(part)
        text += part + gap
    page.text = text.rstrip("\n")
    return page


def _numbered(form: str, *, glued: bool = False) -> Callable[[random.Random], str]:
    """A page whose sections are numbered in a form that no anthology uses, or in one without a title that says so."""

    def make(rng: random.Random) -> str:
        names = rng.sample(OWN, len(OWN))
        lines = [rng.choice(PLAIN_TITLES)]
        for k in range(rng.randint(2, 9)):
            heading = form.format(c=CHINESE[k], a=k + 1, o=names[k])
            lines += [heading + running(rng)] if glued else [heading, body(rng)]
        return "\n".join(filter(None, lines))

    return make


def _book(rng: random.Random) -> str:
    """A book in parts, which are numbered 第一篇, and chapters."""
    chapter, lines = 0, ["水文学概论"]
    names = rng.sample(OWN, len(OWN))
    for part in range(rng.randint(2, 4)):
        lines.append(f"第{CHINESE[part]}篇 {names[part]}")
        for _ in range(rng.randint(2, 3)):
            lines += [f"第{CHINESE[chapter]}章 {names[(chapter + 5) % len(names)]}", body(rng)]
            chapter += 1
    return "\n".join(lines)


def _classic(rng: random.Random) -> str:
    """A classic whose title counts its parts."""
    names = rng.sample(OWN, len(OWN))
    count = rng.randint(3, 13)
    parts = [f"第{CHINESE[k]}篇 {names[k]}\n{body(rng)}" for k in range(count)]
    return f"兵法{CHINESE[count - 1]}篇\n" + "\n".join(parts)


LOOKALIKES: dict[str, Callable[[random.Random], str]] = {
    form: _numbered(form)
    for form in (
        "第{c}章 {o}", "第{c}节 {o}", "第{c}条 {o}", "第{c}讲 {o}", "第{c}课 {o}", "第{c}回 {o}", "第{c}编 {o}",
        "第{c}部分 {o}", "第{c}天", "第{c}次会议", "{c}、{o}", "（{c}）{o}", "{a}.{o}", "{a}、{o}", "{c}", "（{c}）",
        "{a}", "附件{a}", "附件{c}：{o}", "表{a} {o}", "案例{c}", "案例{c}：{o}", "问题{a}", "方案{c}",
        "任务{c}：{o}", "活动{c}", "专题{c} {o}", "单元{a}", "实验{c} {o}", "例{a}", "习题{a}", "步骤{a}：{o}",
        "其{c}", "图{a}", "{o}", "阅读材料{c}", "第{c}卷", "第{c}幕", "Chapter {a}", "Unit {a}", "Section {a}",
        "Day {a}", "第{c}篇 {o}", "第{c}季度", "模块{c}：{o}", "环节{c}", "Q{a}：{o}", "A{a}", "会议议程{c}",
        "计划{c}", "建议{c}：{o}", "经验{c}", "制度{c}：{o}", "第{c}阶段：{o}", "第{c}阶段", "议题{c}：{o}", "议题{c}",
        "第{c}题", "3月{a}日 晴", "星期{c}", "NO.{a} {o}", "No.{a}", "之{c}", "Sample {a}", "文{c}：{o}", "{c}篇",
        "（之{c}）",
    )
} | {
    form + " (glued)": _numbered(form, glued=True)
    for form in (
        "第{c}条　", "第{c}章：", "{c}、", "（{c}）", "{a}.", "例{c}：", "案例{c}：", "第{c}篇：", "【第{c}篇】",
        "第{c}题：", "第{c}阶段：", "议题{c}：", "【议题{c}】", "（{a}）", "【{c}】", "3月{a}日：", "第{c}份：",
        "方案{c}：", "计划{c}：",
    )
} | {"book": _book, "classic": _classic, "text": body}  # fmt: skip


def split(text: str) -> Found:
    """What the rule finds, its gate included."""
    document = Document(text)
    return anthology.RULE.find(document) if anthology.RULE.may_apply(document) else Found()


def judge(page: Page, score: Score) -> None:
    """Compare the rule's cuts with the places where the parts begin."""
    found = split(page.text)
    ends = dict(zip(found.edits.start, found.edits.end, strict=True))
    cuts = set()
    for cut in found.cuts:
        place = cut.position
        while place in ends:
            place = ends[place]
        cuts.add(place)
    if len(cuts) == 1 and not page.starts:
        cuts = set()
    truth = {start + (len(body) - len(body.lstrip("\n"))) for start, body in zip(page.starts, page.bodies, strict=True)}
    score.hit += len(cuts & truth)
    score.extra += len(cuts - truth)
    score.missed += len(truth - cuts)
    removed = list(zip(found.edits.start, found.edits.end, strict=True))
    for start, part in zip(page.starts, page.bodies, strict=True):
        score.lost += sum(max(0, min(b, start + len(part)) - max(a, start)) for a, b in removed)
    if cuts:
        gone = "".join(found.edits.before)
        score.left += sum(line not in gone for line in page.furniture)
    if cuts != truth:
        score.wrong.append(page.style)


def evaluate(pages: int, seed: int = 0) -> tuple[Score, Score, dict[str, Score]]:
    """Scores over anthologies, over look-alikes, and by style of heading."""
    rng = random.Random(seed)
    positive, negative = Score(), Score()
    by_style: dict[str, Score] = {}
    for index in range(pages):
        styles = [(style, False) for style in HEADINGS] + [(style, True) for style in GLUED]
        style, glued = styles[index % len(styles)]
        page = anthology_page(rng, style, glued=glued)
        judge(page, positive)
        judge(page, by_style.setdefault(page.style + " (glued)" * glued, Score()))
        name = list(LOOKALIKES)[index % len(LOOKALIKES)]
        text = LOOKALIKES[name](rng)
        judge(Page(text, name), negative)
    return positive, negative, by_style


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, z * z
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = z * math.sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def main(arguments: Sequence[str]) -> None:
    pages, seed = int(arguments[0]) if arguments else 340, int(arguments[1]) if len(arguments) > 1 else 0
    positive, negative, by_style = evaluate(pages, seed)
    for name, hits, total in (
        ("precision", positive.hit, positive.hit + positive.extra),
        ("recall", positive.hit, positive.hit + positive.missed),
        ("look-alikes left whole", pages - len(negative.wrong), pages),
    ):
        low, high = wilson(hits, total)
        print(f"{name:24} {hits / max(1, total):.4f}  [{low:.4f}, {high:.4f}]  {hits}/{total}")
    print(f"{'F1':24} {positive.f1:.4f}")
    print(f"characters of bodies lost {positive.lost}; titles and introductions left {positive.left}")
    for style, score in by_style.items():
        if score.missed or score.extra or score.left:
            print(f"  {style:16} missed {score.missed} extra {score.extra} furniture left {score.left}")
    for style in sorted(set(negative.wrong)):
        print(f"  look-alike split: {style} ({negative.wrong.count(style)})")


if __name__ == "__main__":
    main(sys.argv[1:])
