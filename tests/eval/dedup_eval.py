"""How well repeats are found: planted copies, excerpts and template siblings, generated from a seed.

Run ``python -m tests.eval.dedup_eval [documents] [seed]``. The words are drawn at random, so that no two
documents share anything but what was planted; similarity is counted here with plain sets of strings.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from opencc import OpenCC

from cleaners.corpus.canonical import keys
from cleaners.corpus.dedup import Duplicates, find, sign

_WORDS = """
我们 工作 企业 发展 建设 项目 群众 干部 农村 城市 学校 医院 道路 河流 粮食 蔬菜 工厂 车间 机器 技术 人才 市场
价格 质量 安全 环境 生态 森林 草原 水库 电力 煤炭 钢铁 纺织 食品 药品 服务 旅游 文化 体育 图书 电影 音乐 历史
教师 学生 家长 课堂 考试 毕业 就业 创业 投资 贷款 税收 财政 预算 审计 监督 检查 整改 落实 推进 加强 提高 改善
完善 促进 支持 保障 促成 组织 协调 安排 部署 会议 讲话 报告 文件 通知 意见 方案 计划 目标 任务 措施 办法 制度
机制 责任 考核 奖励 处罚 宣传 培训 学习 调研 走访 座谈 解决 问题 困难 矛盾 风险 机遇 挑战 优势 基础 条件 水平
能力 效率 效益 成果 经验 教训 典型 示范 试点 推广 应用 研究 开发 设计 生产 销售 运输 仓储 物流 港口 铁路 公路
桥梁 隧道 机场 车站 码头 园区 社区 街道 乡镇 村庄 家庭 老人 儿童 妇女 青年 职工 农民 商户 法律 法规 合同 纠纷
调解 诉讼 仲裁 公证 治安 消防 应急 救援 防汛 抗旱 灾害 气象 地震 疫情 卫生 疾病 预防 治疗 护理 康复 保险 养老
低保 救助 住房 土地 规划 测绘 拆迁 安置 补偿 绿化 亮化 净化 垃圾 污水 噪声 扬尘 排放 节能 减排 循环 低碳 清洁
能源 光伏
"""
WORDS = _WORDS.split()
LINKS = ["和", "要", "的", "对", "把", "在", "从", "使", "让", "为", "以", "与", "就", "都", "还", "更", "也", "将"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英建国志文"
_PLACES = "清河 临江 青山 长岭 石桥 龙泉 白云 金沙 东湖 南溪 西坪 北塘 安平 永宁 大同 新丰"
PLACES = _PLACES.split()


def sentence(rng: random.Random) -> str:
    """One sentence of random words, now and then with a figure, a year, a name or a place."""
    clauses = []
    for _ in range(rng.randint(2, 4)):
        words = [
            rng.choice(WORDS) + (rng.choice(LINKS) if rng.random() < 0.4 else "") for _ in range(rng.randint(3, 6))
        ]
        clauses.append("".join(words))
    draw = rng.random()
    if draw < 0.25:
        clauses[0] = f"{rng.randint(1990, 2023)}年{clauses[0]}"
    elif draw < 0.45:
        clauses[-1] += f"{rng.randint(2, 9999)}万元"
    elif draw < 0.6:
        clauses[0] = f"{name(rng)}同志{clauses[0]}"
    elif draw < 0.75:
        clauses[0] = f"{rng.choice(PLACES)}县{clauses[0]}"
    return "，".join(clauses) + "。"


def name(rng: random.Random) -> str:
    """A person's name."""
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.randint(1, 2)))


def article(rng: random.Random, characters: int) -> str:
    """Paragraphs of random sentences, at least so long."""
    paragraphs, total = [], 0
    while total < characters:
        paragraph = "".join(sentence(rng) for _ in range(rng.randint(2, 6)))
        paragraphs.append(paragraph)
        total += len(paragraph)
    return "\n".join(paragraphs)


Damage = Callable[[str, random.Random, float], str]


def mask_names(text: str, rng: random.Random, much: float) -> str:
    """Names, places and random words starred out."""
    mask = rng.choice(["××", "***", "xx", "某某", "******"])
    for word in {*PLACES, *rng.sample(WORDS, int(len(WORDS) * min(1.0, much)))}:
        text = text.replace(word, mask)
    return text


def drop_years(text: str, rng: random.Random, much: float) -> str:
    """Years dropped or crossed out, and clauses here and there with them."""
    import re

    text = re.sub(r"(?:19|20)\d\d年?", rng.choice(["", "20xx年", "xx年"]), text)
    kept = [clause for clause in re.split("(?<=，)", text) if rng.random() > much / 3]
    return "".join(kept)


def lose_tail(text: str, rng: random.Random, much: float) -> str:
    """The end cut off."""
    return text[: int(len(text) * (1 - much * 0.8))]


def other_script(text: str, rng: random.Random, much: float) -> str:
    """Traditional characters, and part of the names masked."""
    return _S2T.convert(mask_names(text, rng, much / 2))


def inject_readings(text: str, rng: random.Random, much: float) -> str:
    """A reading in brackets after some characters of the traditional text, and a part lost."""
    text = _S2T.convert(lose_tail(text, rng, much / 2))
    for char, reading in (("發", "fā"), ("學", "xué"), ("場", "chǎng"), ("業", "yè"), ("設", "shè")):
        text = text.replace(char, f"{char}({reading})")
    return text


def other_boilerplate(text: str, rng: random.Random, much: float) -> str:
    """Another site's frame around it."""
    head = f"来源：{rng.choice(PLACES)}在线 编辑：{name(rng)} 时间：2019-{rng.randint(1, 12):02d}-08\n"
    tail = "\n" + "".join(sentence(rng) for _ in range(int(len(text) * much / 40)))
    return head + text + tail


_S2T = OpenCC("s2t")
DAMAGES: list[Damage] = [mask_names, drop_years, lose_tail, other_script, inject_readings, other_boilerplate]


def siblings(rng: random.Random, count: int) -> list[str]:
    """One frame of random sentences with blanks, filled in with other facts each time."""
    sentences = rng.randint(4, 40)
    blanks = set(rng.sample(range(sentences), rng.randint(4, min(12, sentences))))
    frame = []
    for number in range(sentences):
        frame.append(sentence(rng).rstrip("。"))
        if number in blanks:
            frame.append(
                rng.choice(
                    ["{place}县共计{number}户", "增长{number}万元", "由{name}同志负责", "于{year}年{month}月完成"]
                )
            )
    text = "，".join(frame) + "。"
    filled = []
    for _ in range(count):
        pieces = text
        for slot in ("{place}", "{number}", "{name}", "{year}", "{month}"):
            while slot in pieces:
                pieces = pieces.replace(slot, _fact(slot, rng), 1)
        filled.append(pieces)
    return filled


def _fact(slot: str, rng: random.Random) -> str:
    facts: dict[str, Callable[[], str]] = {
        "{place}": lambda: rng.choice(PLACES),
        "{number}": lambda: str(rng.randint(10, 9999)),
        "{name}": lambda: name(rng),
        "{year}": lambda: str(rng.randint(1995, 2023)),
        "{month}": lambda: str(rng.randint(1, 12)),
    }
    return facts[slot]()


@dataclass
class Corpus:
    """Texts by id, the planted pairs with their similarity, and the ids that must stay apart."""

    texts: dict[str, str]
    pairs: list[tuple[str, str, str, float]]
    apart: set[str]


def corpus(documents: int, seed: int, copied: float = 1 / 3, framed: float = 1 / 50) -> Corpus:
    """A third originals (or the share ``copied``) with one copy each, a tenth siblings in fives, the rest alone."""
    rng = random.Random(seed)
    texts: dict[str, str] = {}
    pairs: list[tuple[str, str, str, float]] = []
    apart: set[str] = set()
    for number in range(int(documents * copied)):
        original = article(rng, int(rng.lognormvariate(6.6, 0.8)) + 150)
        damage = rng.choice(DAMAGES)
        copy = damage(original, rng, rng.uniform(0.0, 0.5))
        texts[f"a{number:06d}"], texts[f"b{number:06d}"] = original, copy
        pairs.append((f"a{number:06d}", f"b{number:06d}", damage.__name__, jaccard(original, copy)))
    for number in range(int(documents * framed)):
        for version, text in enumerate(siblings(rng, 5)):
            texts[f"s{number:06d}.{version}"] = text
            apart.add(f"s{number:06d}.{version}")
    while len(texts) < documents:
        texts[f"z{len(texts):06d}"] = article(rng, int(rng.lognormvariate(6.6, 0.8)) + 150)
    return Corpus(texts, pairs, apart)


def jaccard(left: str, right: str) -> float:
    """Jaccard similarity of the sets of 5-character strings of two keys."""
    sets = []
    for text in (left, right):
        key = "".join(map(chr, keys([text]).codes))
        sets.append({key[at : at + 5] for at in range(len(key) - 4)})
    union = sets[0] | sets[1]
    return len(sets[0] & sets[1]) / len(union) if union else 0.0


def run(texts: dict[str, str]) -> Duplicates:
    """Sign and find, in one go."""
    ids = list(texts)
    return find(ids, sign(list(texts.values())), [False] * len(ids), [len(t) for t in texts.values()], _loader(texts))


def _loader(texts: dict[str, str]) -> Callable[[list[str]], list[str]]:
    return lambda ids: [texts[doc_id] for doc_id in ids]


def report(planted: Corpus, found: Duplicates) -> dict[str, float]:
    """Recall by similarity, and what must not have happened."""
    merged = dict(zip(found.removed_doc_id, found.survivor_doc_id, strict=True))
    same = {(a, b): found.clusters.get(a, a) == found.clusters.get(b, b) for a, b, _, _ in planted.pairs}
    figures: dict[str, float] = {}
    for low, high in ((0.5, 0.6), (0.6, 0.75), (0.75, 0.85), (0.85, 1.01)):
        chosen = [same[a, b] for a, b, _, similarity in planted.pairs if low <= similarity < high]
        figures[f"recall {low:.2f}-{high:.2f} of {len(chosen)}"] = sum(chosen) / max(len(chosen), 1)
    partner = {a: b for a, b, _, _ in planted.pairs} | {b: a for a, b, _, _ in planted.pairs}
    figures["merged wrongly"] = sum(partner.get(a) != b for a, b in merged.items())
    figures["siblings merged"] = sum(a in planted.apart for a in merged)
    rows = zip(found.similarity, found.containment, strict=True)
    figures["merged below 0.6 and not contained"] = sum(s < 0.6 and c < 0.9 for s, c in rows)
    return figures


if __name__ == "__main__":
    planted = corpus(int(sys.argv[1]) if len(sys.argv) > 1 else 3000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    found = run(planted.texts)
    for title, value in (report(planted, found) | found.notes).items():
        print(f"{title:45} {value:.4f}")
