"""Damage clean documents with several kinds at once, as pages are, and measure what comes back.

    python -m tests.eval.whole_eval [--documents 200] [--seed 1] [--show 5]

Every kind of damage is a forward model; up to three are drawn at random for a document and done in the order in which
the wild does them. Reported, by kind: how many documents with it came back exactly (indents and blank lines apart), how
many characters of the truth are missing, and how many stand in the result that the truth does not have.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from rapidfuzz.distance import Indel

from cleaners.pipeline import clean, undo
from cleaners.profile import Profile
from cleaners.rules.pinyin_forward import inject
from cleaners.rules.pinyin_table import READINGS
from tests import samples

TRUTH = Path(__file__).parents[1] / "truth"
PLAIN = ["001", "003", "004", "006", "007", "008", "009", "010", "011", "012", "015", "017", "018", "019", "021"]

HEAD = [
    "您现在的位置：首页 > 新闻中心 > 正文",
    "当前位置：网站首页 >> 范文 >> 讲话稿",
    "发布时间：2021-06-03 08:15　来源：本站原创　点击：358次",
    "来源：青河日报 作者：佚名 发布日期：2019年4月2日 字体：大 中 小",
    "更新时间：2020-11 来源：网友投稿",
]
TAIL = [
    "责任编辑：林晓",
    "上一篇：全县水利工作会议召开 下一篇：没有了",
    "分享到：微信 新浪微博 QQ空间",
    "版权声明：本文由用户上传，不代表本站立场，如有侵权请联系删除。",
    "【打印本页】 【关闭窗口】",
    "Copyright © 2015-2023 青河资讯网 版权所有",
    "相关阅读：",
    "扫一扫在手机打开当前页",
]


def furniture(text: str, draw: random.Random) -> str:
    """A site's own lines before and after the text."""
    head = draw.sample(HEAD, draw.randint(0, 2))
    tail = draw.sample(TAIL, draw.randint(1, 3))
    return "\n".join([*head, text, *tail])


def pinyin(text: str, draw: random.Random) -> str:
    """Traditional characters, some of them annotated, on GBK bytes; punctuation comes back narrow."""
    table = dict(draw.sample(sorted(READINGS.items()), draw.randint(15, 60)))
    return inject(samples.charwise_traditional(text), table)


def mojibake(text: str, draw: random.Random) -> str:
    """One paragraph read in the wrong encoding."""
    lines = text.split("\n")
    index = draw.randrange(len(lines))
    wrong = draw.choice(["latin1", "cp1252", "gbk"])
    if wrong == "gbk":
        lines[index] = lines[index].encode("gb18030").decode("latin-1")
    else:
        lines[index] = getattr(samples, wrong)(lines[index])
    return "\n".join(lines)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "taiwan": lambda text, draw: samples.taiwan(text),
    "charwise": lambda text, draw: samples.charwise_traditional(text),
    "pinyin": pinyin,
    "narrow": lambda text, draw: samples.narrow(text),
    "recurled": lambda text, draw: samples.wrong_quotes(text),
    "furniture": furniture,
    "slices": lambda text, draw: samples.slices(text, draw.choice([200, 300, 500]), 99),
    "spaced": lambda text, draw: samples.spaced(text, draw.choice(["", "　　", "    "])),
    "zero_width": lambda text, draw: samples.zero_width(text, draw.randrange(10**6)),
    "entities": lambda text, draw: samples.entities(text, draw.randrange(10**6)),
    "mojibake": mojibake,
}
# What cannot both happen to one page, or would hide the other's evidence in a way no page shows.
EXCLUSIVE = [{"taiwan", "charwise", "pinyin"}, {"slices", "spaced"}, {"slices", "furniture"}, {"pinyin", "mojibake"}]


def choose(draw: random.Random) -> list[str]:
    """Up to three kinds that go together, in the order of doing."""
    while True:
        kinds = [kind for kind in KINDS if kind in draw.sample(list(KINDS), draw.randint(1, 3))] or ["narrow"]
        if not any(len(group & set(kinds)) > 1 for group in EXCLUSIVE):
            return kinds


def main(documents: int, seed: int, show: int) -> None:
    """Damage, clean, compare, report."""
    draw = random.Random(seed)
    originals = {path.name: path.read_text("utf-8").rstrip("\n") for path in sorted(TRUTH.glob("*.txt"))}
    pool = [text for name, text in originals.items() if name[:3] in PLAIN]
    scores: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for _ in range(documents):
        lines = draw.choice(pool).split("\n")
        first = draw.randrange(max(1, len(lines) - 6))
        truth = "\n".join(lines[first : first + draw.randint(4, 14)])
        kinds = choose(draw)
        text = truth
        for kind in kinds:
            text = KINDS[kind](text, draw)
        raw = text.encode("utf-8", "surrogatepass")
        result = clean(raw, Profile())
        assert undo(result.text, result.encoding, result.steps) == raw
        want, have = samples.fold_layout(truth), samples.fold_layout(result.text)
        missing = extra = 0
        if want != have:
            for op in Indel.opcodes(want, have):
                missing += op.src_end - op.src_start if op.tag in ("delete", "replace") else 0
                extra += op.dest_end - op.dest_start if op.tag in ("insert", "replace") else 0
            if show:
                show -= 1
                report(kinds, want, have)
        for kind in (*kinds, "all"):
            score = scores[kind]
            score[0] += 1
            score[1] += want == have
            score[2] += len(want)
            score[3] += missing
            score[4] += extra
    print(f"{'kind':12} {'documents':>9} {'exact':>7} {'missing /100k':>14} {'extra /100k':>12}")
    for kind, (count, exact, chars, missing, extra) in sorted(scores.items()):
        print(f"{kind:12} {count:9} {exact / count:7.1%} {missing * 1e5 / chars:14.1f} {extra * 1e5 / chars:12.1f}")


def report(kinds: list[str], want: str, have: str) -> None:
    """Print the first places where the result and the truth part."""
    print("—", "+".join(kinds))
    for op in [op for op in Indel.opcodes(want, have) if op.tag != "equal"][:4]:
        context = want[max(0, op.src_start - 8) : op.src_start]
        truth, result = want[op.src_start : op.src_end], have[op.dest_start : op.dest_end]
        print(f"    …{context!r} truth {truth!r} result {result!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    main(options.documents, options.seed, options.show)
