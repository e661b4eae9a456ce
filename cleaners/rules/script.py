"""Characters of the wrong script: 係統 → 系统 where simplified is asked for, 産業 → 產業 where traditional is.

A document is converted when its own characters prove it traditional or mixed, never because of one character: a
simplified text may speak of 乾隆, of 瞭望 or of the character 「後」. Japanese is left alone, also inside a Chinese
document. Where the profile keeps scripts as they are, no rule of this module changes a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np

from cleaners import script
from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.script import Mask, Points

_GLOSS = re.compile(r"[(（「“]([㐀-鿿]{1,8})[)）」”]")
_QUOTATION = re.compile(r"[《“「『][^《》“”「」『』\n]{0,80}[》”」』]")
# More strays than this are not strays.
_FEW = 200
_IN_WORDS = 0.7  # of them have Han on both sides
_STREWN, _STREWN_LINES = 5, 3  # different strays, and the lines they stand on, that are no quotations
# How far from a character its other form may stand for the two to be compared with each other: 繁體「後」,簡體「后」.
_NEAR = 12
# Forms that converters and Japanese fonts put for the standard ones of Taiwan; OpenCC's TWVariants has more of them.
_VARIANTS: dict[str, str] = dict(
    zip(
        "産説羣啓脱衆綫戸録緑歩鋭閲悦呉娯顔絶頼毎浄巻黒麽爲衞鷄峯牀",
        "產說群啟脫眾線戶錄綠步銳閱悅吳娛顏絕賴每淨卷黑麼為衛雞峰床",
        strict=True,
    )
)
# Old forms and those of Japan that OpenCC's dictionaries lack, as simplified text writes them; names keep 兪 and 迺.
_OLD_FORMS = str.maketrans(
    "鉄銕鐡靑淸吿尙鄕槪寃寳囘囬歴涙緐隣鎗飜閙敍挿揷欵覩羗甎輭靣麤譌慙徧恡煑蘓虵籐谿鬭牕窻汚裠饍騐頋踈秌竝妬衹顋鼔"
    "値幷戸歩毎呉娯頼浄巻黒効晩徳郞甁愼塡顚衞隂髪黙",
    "铁铁铁青清告尚乡概冤宝回回历泪繁邻枪翻闹叙插插款睹羌砖软面粗讹惭遍吝煮苏蛇藤溪斗窗窗污裙膳验顾疏秋并妒只腮鼓"
    "值并户步每吴娱赖净卷黑效晚德郎瓶慎填颠卫阴发默",
)
# What a converter without context writes for a character that both scripts share: (wrong, right, words that tell).
_OVER_CONVERTED = (
    ("壹", "一", "壹個 壹个 第壹 壹些 壹種 壹种 壹樣 壹样 統壹 统壹 壹直 壹起 壹般 壹切 壹定 唯壹 壹次 壹方 進壹 进壹"),
    ("瞭", "了", "為瞭 为瞭 除瞭 到瞭 成瞭 有瞭 瞭一 瞭壹 來瞭 来瞭 過瞭 过瞭 出瞭"),
    ("係", "系", "係統 體係 科係 聯係"),
    ("誌", "志", "同誌 意誌 誌願 鬥誌"),
    ("麵", "面", "下麵 上麵 方麵 前麵 全麵 麵對 表麵"),
    ("隻", "只", "隻有 隻要 隻是 隻能 不隻"),
    ("裏", "里", "公裏 裏程 千裏 萬裏"),
    ("裡", "里", "公裡 裡程 千裡 萬裡"),
    ("傢", "家", "國傢 大傢 傢庭 專傢 傢鄉"),
    ("嚮", "向", "方嚮 嚮前 嚮上 傾嚮 面嚮"),
    ("迴", "回", "迴來 迴答 迴到 收迴"),
    ("曆", "歷", "曆史 經曆 學曆 簡曆"),
    ("鬆", "松", "鬆樹 鬆柏 鬆林 青鬆"),
    ("後", "后", "皇後 太後 王後"),
    ("乾", "干", "若乾 乾涉 乾擾 乾預"),
)
_CONFUSED = frozenset(wrong for wrong, _, _ in _OVER_CONVERTED)
# Such words where only strays of them are left: no text is right to have them, in neither script.
_NEVER_RIGHT = re.compile(
    "係[統统]|[體体]係|科係|[聯联]係|[同意鬥斗]誌|誌[願愿]|[下上方前全表]麵|麵[對对]|隻[有要是能]|不隻|公裏|裏程|[千萬万]裏"
)
# Those of them that simplified text has as well, where they are wrong: not in a sum on a cheque, not in 瞭望.
_CHEQUE = "[贰貳叁肆伍陆陸柒捌玖拾佰仟]"
_SHARED = {
    "壹": re.compile(f"(?<!{_CHEQUE})(?<!{_CHEQUE}.)(?<!{_CHEQUE}..)壹(?!.{{0,2}}{_CHEQUE})"),
    "瞭": re.compile("瞭(?!望)"),
}
# 著 in verbs, where simplified has 着: what stands before it, or behind it. 著名, 著作 and their like come first.
_PARTICLE = re.compile(
    "(?<=[随隨沿朝向跟有味志誌伴带帶怀懷接绕繞临臨承担擔存滿满坐站走躺拿抱握笑看听聽想望"
    "冒在写溢挂动穿凭拉载负忙藏顶起本盼持放围指含说挥背踏示响视靠领待引捧留守打撑划夹盯映拖贴戴举连])著(?![名作称稱述书書录錄者])"
    "|(?<![名原论論巨译譯专專编編合拙遗遺显顯土卓昭所撰新旧舊])著(?=[眼力手重急想陸陆落裝装色火迷涼凉魔墨])"
    "|(?<![名原論论巨譯译專专編编合拙遗遺显顯土卓昭所撰新旧舊此該该本其這这])著(?=[實实](?![為为際际行是]))"
)
# Where a page has no 着 at all, every other 著 is the particle but in these words (OpenCC's TWVariantsRevPhrases, and
# more of their kind): 編著, not 談論著; 所著《…》; 著於竹帛, not 附著於.
_ANY_PARTICLE = re.compile(
    "(?<=[㐀-鿿])(?<![名原專专譯译遺遗顯显土卓昭撰編编鉅巨拙彰炳素夙丕所知共舊旧])(?<![^談谈議议討讨爭争辯辩][論论])"
    "(?<![^融混配結结集閉闭][合])著(?![稱称述者《〈「『有志白])"
    "(?!名(?!字(?![畫画典號号]))|作(?![業业揖戰战夢梦])|[書书](?![包本桌架])|[錄录](?![音影像製制]))(?<!等著(?![㐀-鿿]))(?<!大著(?![膽胆嗓聲声肚]))"
    "(?<![^附執执膠胶黏粘穿沉沈]著(?=[於于]))"
)
_AUTHOR = re.compile(r"著(?=[，,、。；;）) 　][^\n]{0,40}?(?:出版|書局|书局|書店|书店|印書館|印书馆|書社|书社|年版))")
_AUTHOR_LINE = re.compile(r"(?:^|\n)[^\n，。,]{1,15}著(?=\s*(?:\n|$))")
# Taiwan's forms that OpenCC's t2s leaves, with the standard ones of the mainland (第一批异体字整理表, 1955).
_TAIWAN_FORMS = str.maketrans(
    "痺簷揹擡傚瞇牠祇牴姪嬝媮帋徬砲煖疎粧糢翺躭逈貍踫韮骾昬暱銲喒凢氷燄畧搥搨摀鬪鵞朶濶窰",
    "痹檐背抬效眯它只抵侄袅偷纸彷炮暖疏妆模翱耽迥狸碰韭鲠昏昵焊咱凡冰焰略捶拓捂斗鹅朵阔窑",
)
_OF_TAIWAN = frozenset(map(chr, _TAIWAN_FORMS)) | {"著"}
# Taiwan's words that a converter by words writes for the mainland's (OpenCC's TWPhrasesIT among others), with set
# phrases of the mainland, the word marked *, in which only its own word can have stood.
_MACHINE_WORDS = (
    ("品质", "质量", "高*发展"),
    ("程式", "程序", "办事* 法定* 工作* 审批* 决策* 诉讼* 司法* 组织* 民主*"),
    ("资讯", "信息", "*化 *公开 *产业 *技术 *平台"),
    ("网路", "网络", "*安全 *强国 *空间"),
    ("软体", "软件", "*产业 *园"),
    ("硬体", "硬件", "*设施 *建设"),
    ("数位", "数字", "*经济 *化 *中国 *乡村"),
    ("专案", "项目", "*建设 *资金 *落地 重大* 重点*"),
    ("晶片", "芯片", "*产业 *企业"),
    ("仲介", "中介", "*机构 *服务"),
    ("智慧", "智能", "人工*"),
    ("奈米", "纳米", "*材料 *技术"),
    ("雷射", "激光", "*加工 *切割"),
    ("伺服器", "服务器", "*"),
    ("资料库", "数据库", "*建设"),
)
_COMMON_WORDS = frozenset(("品质", "智慧"))  # the mainland has them as well
_AS_GOOD = frozenset(("品质",))  # ... and says this one in the very phrase: it is flagged, never mended
# What only officials of the mainland say of their own work: three of them, and the page is theirs.
_OFFICIAL = re.compile(
    "同志们|贯彻落实|党员干部|领导干部|党组织|从严治党|狠抓|作风建设|领导班子|营商环境|招商引资|项目建设|落到实处|抓好|抓实|"
    "攻坚|放管服|小康社会|乡村振兴|科学发展观|不忘初心|十三五|十四五"
)


# 壹 in words that never have it, 壹個月 of a contract excepted: twice on a traditional page, and it was converted.
_ONE = re.compile("(?<=[统統唯])壹|(?<=[进進])壹(?=步)|壹(?=[些直起般切定樣样種种]|[個个](?!月))")
_TWICE = 2


def _wants_conversion(document: Document) -> bool:
    if document.script == "simplified":
        return script.has_traditional(document)
    return document.script == "traditional" and not script.simplified_only().isdisjoint(document.chars)


def _convert(document: Document) -> Found:
    """Convert a document that is in the other script, or its lines that are, as OpenCC's t2s or s2tw does.

    >>> from cleaners.edits import apply
    >>> apply("係統與皇后", _convert(Document("係統與皇后")).edits)
    '系统与皇后'
    >>> apply("头发与皇后", _convert(Document("头发与皇后", "traditional")).edits)
    '頭髮與皇后'
    """
    found = script.evidence(document.text)
    if found.foreign or found.chinese_script == document.script:
        return Found()
    conversion = "t2s" if document.script == "simplified" else "s2tw"
    return Found(_converted(document.text, conversion, mixed=found.chinese_script == "mixed"))


def _particle_places(text: str, *, every: bool) -> list[int]:
    """Where 著 is the particle 着: behind verbs that are known, or ``every`` one that is in no word with 著."""
    places = {particle.start() for particle in _PARTICLE.finditer(text)}
    if every:
        places.update(particle.start() for particle in _ANY_PARTICLE.finditer(text))
        places.difference_update(book.start() for book in _AUTHOR.finditer(text))
        places.difference_update(name.end() - 1 for name in _AUTHOR_LINE.finditer(text))
    return sorted(places)


def _over_converted(document: Document) -> Found:
    """Undo a converter that wrote 壹 for every 一: none is left, and 壹 stands in words that never have it.

    >>> from cleaners.edits import apply
    >>> apply("第壹次會議", _over_converted(Document("第壹次會議")).edits)
    '第一次會議'
    """
    edits = Edits()
    places = []
    for wrong, right, words in _OVER_CONVERTED:
        if wrong not in _SHARED and document.script != "traditional":
            continue
        if wrong not in document.chars:
            continue
        if right in document.chars:
            places += [(place, right) for place in _converted_ones(document.text)] if wrong == "壹" else []
            continue
        if any(word in document.text for word in words.split()) and not script.evidence(document.text).foreign:
            places += [(place, right) for place in _unshared(document.text, wrong, right)]
    for place, right in sorted(places):
        edits.add(place, document.text[place], right, 0.97, f"no {right} is left in the document or such words")
    return Found(edits)


def _converted_ones(text: str) -> list[int]:
    """Where 壹 stands in words that never have it, on a traditional page that has two of them."""
    ones = [one.start() for one in _ONE.finditer(text)]
    found = script.evidence(text) if len(ones) >= _TWICE else None
    return ones if found and not found.foreign and found.chinese_script != "simplified" else []


def _unshared(text: str, wrong: str, right: str) -> Iterator[int]:
    """Where the wrong character stands, unless it is right there: 雜誌, 麵粉, a sum on a cheque."""
    if wrong in _SHARED:
        yield from (match.start() for match in _SHARED[wrong].finditer(text))
        return
    again = script.convert(script.convert(text), "s2tw")
    yield from (match.start() for match in re.finditer(wrong, text) if again[match.start()] == right)


def _may_be_over_converted(document: Document) -> bool:
    return (document.script != "keep" and not document.chars.isdisjoint(_SHARED)) or (
        document.script == "traditional" and not document.chars.isdisjoint(_CONFUSED)
    )


def _taiwan_forms(document: Document) -> Found:
    """Write the mainland's forms for Taiwan's own, which t2s does not know, where a document is traditional.

    >>> from cleaners.edits import apply
    >>> text = "他揹著書包，看著遠處的屋簷，想起那部名著。"
    >>> apply(text, _taiwan_forms(Document(text)).edits)
    '他背着書包，看着遠處的屋檐，想起那部名著。'
    """
    text = document.text
    found = script.evidence(text)
    if found.foreign or found.chinese_script == "simplified":
        return Found()
    mainland = list(text.translate(_TAIWAN_FORMS))
    # Classical prose has 著 as a verb, and hardly one of these.
    modern = sum(map(text.count, "的了這們個")) * 100 > len(text)
    if modern and "著" in document.chars and "着" not in document.chars:
        for place in _particle_places(text, every=True):
            mainland[place] = "着"
    where = _traditional_lines(text) if found.chinese_script == "mixed" else None
    return Found(_replaced(text, "".join(mainland), "Taiwan's form", where))


def _may_have_taiwan_forms(document: Document) -> bool:
    return (
        document.script == "simplified"
        and not document.chars.isdisjoint(_OF_TAIWAN)
        and script.has_traditional(document)
    )


def _leftovers(document: Document) -> Found:
    """Mend stray characters of the other script in a document that is in the right one.

    In a simplified text a traditional character may be a quotation or a name: the document itself must write the
    same word simplified, or the word must be a converter's mistake (係统 同誌). In a traditional text a simplified
    character, or a variant of the standard form, is neither.

    >>> from cleaners.edits import apply
    >>> text = "经济发展很快，发展质量很好，發展前景广阔。"
    >>> apply(text, _leftovers(Document(text)).edits)
    '经济发展很快，发展质量很好，发展前景广阔。'
    >>> text = "這些经驗說明皇后與里長的産業"
    >>> apply(text, _leftovers(Document(text, "traditional")).edits)
    '這些經驗說明皇后與里長的產業'
    """
    found = script.evidence(document.text)
    if found.foreign or found.chinese_script != document.script:
        return Found()
    if document.script == "traditional":
        standard = document.text.translate(str.maketrans(_nonstandard()))
        return Found(_replaced(document.text, standard, "not a standard traditional form"))
    return Found(Edits() if found.mentioned else _known_words(document.text))


@cache
def _nonstandard() -> dict[str, str | int | None]:
    return {**script.simplified_strays(), **_VARIANTS}


def _known_words(text: str) -> Edits:
    """Simplify strays in words that the text writes simplified twice elsewhere, on lines that are simplified.

    A word that no text is right to have is simplified wherever it stands, and so are strays all over a page.
    """
    edits = Edits()
    points = script.code_points(text)
    forms = script.traditional_forms(points)
    never = {place for word in _NEVER_RIGHT.finditer(text) for place in range(*word.span())}
    places = np.flatnonzero(forms).tolist()
    converted = script.convert(text)
    if len(places) > _FEW or any(_is_comparison(text, converted, gloss) for gloss in _GLOSS.finditer(text)):
        return edits
    quoted = [span.span() for span in _QUOTATION.finditer(text)]
    foreign = _quoted_lines(points, forms)
    strewn = _are_strewn(text, [place for place in places if not foreign[place]])
    for place in places:
        words = (converted[max(0, place - 1) : place + 1], converted[place : place + 2])
        known = any(len(word) == 2 and word.isalpha() and text.count(word) > 1 for word in words)
        if not any(start < place < end for start, end in quoted):
            if place in never:
                edits.add(place, text[place], converted[place], 0.95, "a converter's mistake: no text has this word")
            elif not foreign[place] and (known or strewn):
                edits.add(place, text[place], converted[place], 0.95, "the document writes the same word simplified")
    return edits


def _are_strewn(text: str, places: list[int]) -> bool:
    """Whether strays are many, others each time, on many lines, each alone inside a word: nobody quotes so."""
    lines = {text.count("\n", 0, place) for place in places} if len(places) >= _STREWN else set()
    if len(lines) < _STREWN_LINES or len({text[place] for place in places}) < _STREWN:
        return False
    beside = [(_is_han(text[place - 1 : place]), _is_han(text[place + 1 : place + 2])) for place in places]
    alone = all(other - one > 1 for one, other in pairwise(places))
    return alone and all(map(any, beside)) and sum(map(all, beside)) >= _IN_WORDS * len(places)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _quoted_lines(points: Points, forms: Mask) -> Mask:
    """Which characters stand on a line that is as traditional as it is simplified: a quotation."""
    line = np.cumsum(points == 0x0A)
    traditional = np.bincount(line, forms)
    simplified = np.bincount(line, script.simplified_forms(points))
    mask: Mask = (traditional >= simplified)[line]
    return mask


def _has_leftover(document: Document) -> bool:
    if document.script == "simplified":
        return script.has_traditional_form(document)
    return document.script == "traditional" and not document.chars.isdisjoint(_nonstandard())


def _particles(document: Document) -> Found:
    """Write 着 for the 著 of a converter that knows no 着: none is in the document.

    >>> from cleaners.edits import apply
    >>> text = "随著时代发展，著名学者著眼于长远，成效显著。"
    >>> apply(text, _particles(Document(text)).edits)
    '随着时代发展，著名学者着眼于长远，成效显著。'
    """
    edits = Edits()
    sure = _particle_places(document.text, every=False)
    if sure and not script.evidence(document.text).foreign:
        for place in sure if len(sure) == 1 else _particle_places(document.text, every=True):
            edits.add(place, "著", "着", 0.97, "no 着 is in the document")
    return Found(edits)


def _may_lack_particles(document: Document) -> bool:
    return document.script == "simplified" and "著" in document.chars and "着" not in document.chars


def _machine_words(document: Document) -> Found:
    """Put the mainland's words back into its set phrases, where a converter by words wrote Taiwan's; else flag them.

    The document proves it: it speaks as officials of the mainland do, has two of Taiwan's words at least and the
    mainland's word for none of them, nor the one it is given back.

    >>> from cleaners.edits import apply
    >>> text = "党员干部要贯彻落实部署，狠抓办事程式，引进晶片企业。"
    >>> apply(text, _machine_words(Document(text)).edits)
    '党员干部要贯彻落实部署，狠抓办事程序，引进芯片企业。'
    >>> [flag.text for flag in _machine_words(Document("推动高品质发展")).flags]
    ['品质']
    """
    found, text = Found(), document.text
    proved: bool | None = None  # reading the whole page for it waits until there is something to prove
    for taiwan, mainland, phrases in _MACHINE_WORDS:
        if not document.holds(taiwan) or document.holds(mainland):
            continue
        shared = 1 if taiwan[0] == mainland[0] else 0
        for place in _in_phrases(text, taiwan, phrases):
            if proved is None:
                proved = document.script == "simplified" and _converted_by_words(text)
            if proved and taiwan not in _AS_GOOD:
                evidence = f"{mainland} before it was converted, as other words of the page were"
                found.edits.add(place + shared, taiwan[shared:], mainland[shared:], 0.9, evidence)
            else:
                detail = f"perhaps {mainland} before it was converted"
                found.flags.append(Flag("machine_vocabulary", place, place + len(taiwan), taiwan, detail))
    found.edits = _in_order(found.edits)
    return found


def _in_phrases(text: str, word: str, phrases: str) -> Iterator[int]:
    """Where the word stands in one of the phrases, in which it is marked ``*``."""
    shapes = [phrase.split("*") for phrase in phrases.split()]
    place = text.find(word)
    while place >= 0:
        behind = place + len(word)
        if any(text.endswith(before, 0, place) and text.startswith(after, behind) for before, after in shapes):
            yield place
        place = text.find(word, behind)


def _converted_by_words(text: str) -> bool:
    """Whether a page of the mainland's officials has Taiwan's words, and none of its own for the same things."""
    pairs = [(taiwan, own) for taiwan, own, _ in _MACHINE_WORDS if taiwan in text and taiwan not in _COMMON_WORDS]
    if len(pairs) < 2 or any(own in text for _, own in pairs):
        return False
    return len(set(_OFFICIAL.findall(text))) >= 3


def _in_order(edits: Edits) -> Edits:
    """The edits by where they start."""
    rows = sorted(zip(edits.start, edits.before, edits.after, edits.confidence, edits.evidence, strict=True))
    ordered = Edits()
    for row in rows:
        ordered.add(*row)
    return ordered


def _may_have_machine_words(document: Document) -> bool:
    return document.holds(*(word for word, _, _ in _MACHINE_WORDS))


def _converted(text: str, conversion: str, *, mixed: bool) -> Edits:
    """One edit per run of characters an OpenCC conversion changes; of a mixed text only the lines that need it."""
    traditional = _traditional_lines(text) if mixed else None
    where = traditional if traditional is None or conversion == "t2s" else ~traditional
    converted = script.convert(text, conversion)
    if conversion == "t2s":
        converted = converted.translate(_OLD_FORMS)
    return _replaced(text, converted, f"OpenCC {conversion}", where)


def _traditional_lines(text: str) -> Mask:
    """Which characters of a mixed text stand on lines that are traditional."""
    points = script.code_points(text)
    unmixed = _lines_with(script.traditional_forms(points), points) & ~_lines_with(
        script.simplified_forms(points), points
    )
    mask: Mask = _lines_with(script.running_traditional(text), points) | unmixed
    return mask


def _replaced(text: str, converted: str, evidence: str, where: Mask | None = None) -> Edits:
    """One edit per run of characters that differ, outside what must stay."""
    before, after = script.code_points(text), script.code_points(converted)
    changed = before != after
    if where is not None:
        changed &= where
    for start, end in _untouchable(text, converted, before):
        changed[start:end] = False
    edges = np.flatnonzero(np.diff(changed.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[0::2].tolist(), edges[1::2].tolist()
    spans = list(zip(starts, ends, strict=True))
    return Edits(
        start=starts,
        end=ends,
        before=[text[start:end] for start, end in spans],
        after=[converted[start:end] for start, end in spans],
        confidence=[1.0] * len(spans),
        evidence=[evidence] * len(spans),
    )


def _lines_with(mask: Mask, points: Points) -> Mask:
    """Which characters stand on a line that has one of the mask."""
    line = np.cumsum(points == 0x0A)
    having = np.zeros(int(line[-1]) + 1, dtype=np.bool_)
    having[line[mask]] = True
    wide: Mask = having[line]
    return wide


# 乾 as in 乾坤 where the phrases of OpenCC do not know it and would write 干: names of reigns, and of a county.
_QIAN = re.compile(
    "乾(?=[寧宁符德化祐佑封明興兴統统亨貞贞和定][元一二三四五六七八九十初末中年]|安[縣县])|(?<=雍)乾|(?<=[康雍])乾(?=盛世|嘉)"
)


def _untouchable(text: str, converted: str, points: Points) -> Iterator[tuple[int, int]]:
    """Japanese sentences, 乾 in names, and characters that are compared with their own other form: 后(後)."""
    yield from script.japanese_spans(text)
    yield from (match.span() for match in _QIAN.finditer(text))
    for gloss in _GLOSS.finditer(text):
        if _is_comparison(text, converted, gloss):
            yield gloss.start() - len(gloss[1]), gloss.end()
    for place in script.standing_alone(points).tolist():
        if converted[place] in text[max(0, place - _NEAR) : place + _NEAR + 1]:
            yield place, place + 1


def _is_comparison(text: str, converted: str, gloss: re.Match[str]) -> bool:
    """Whether a word in brackets is the word before it in the other script: 头发(頭髮)."""
    start, end = gloss.span(1)
    outside = slice(max(0, gloss.start() - (end - start)), gloss.start())
    return text[outside] != gloss[1] and converted[outside] == converted[start:end]


OVER_CONVERTED = Rule(
    name="script.overconverted",
    version=3,
    kind="repair",
    summary="Undo converters without context where the document shows it: 第壹個 for 第一個.",
    example=("第壹次會議", "第一次會議"),
    find=_over_converted,
    gate=_may_be_over_converted,
)
TAIWAN = Rule(
    name="script.taiwan",
    version=1,
    kind="normalise",
    summary="Write 着 for Taiwan's 著, and the mainland's forms for others, in traditional documents.",
    example=("他揹著書包，看著屋簷下的燈。", "他背着書包，看着屋檐下的燈。"),
    find=_taiwan_forms,
    gate=_may_have_taiwan_forms,
)
CONVERT = Rule(
    name="script.convert",
    version=2,
    kind="normalise",
    summary="Convert documents, or lines of mixed documents, to the script the profile asks for.",
    example=("係統同誌下麵隻有公裏，皇后與乾隆", "系统同志下面只有公里，皇后与乾隆"),
    find=_convert,
    gate=_wants_conversion,
)
LEFTOVER = Rule(
    name="script.leftover",
    version=2,
    kind="normalise",
    summary="Mend stray characters of the other script, and variants of the standard forms.",
    example=("发展很快，发展很好，發展很广。", "发展很快，发展很好，发展很广。"),
    find=_leftovers,
    gate=_has_leftover,
)
PARTICLE = Rule(
    name="script.particle",
    version=1,
    kind="normalise",
    summary="Write 着 for the particle 著 in simplified documents that have no 着.",
    example=("随著时代发展", "随着时代发展"),
    find=_particles,
    gate=_may_lack_particles,
)
MACHINE_WORD = Rule(
    name="script.vocabulary",
    version=2,
    kind="repair",
    summary="Mend set phrases a converter has put into another region's words, where the page proves it; else flag.",
    example=(
        "党员干部要贯彻落实部署，狠抓办事程式，引进晶片企业。",
        "党员干部要贯彻落实部署，狠抓办事程序，引进芯片企业。",
    ),
    find=_machine_words,
    gate=_may_have_machine_words,
)

RULES = (OVER_CONVERTED, TAIWAN, CONVERT, LEFTOVER, PARTICLE, MACHINE_WORD)
