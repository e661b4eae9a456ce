"""What is known beforehand about injected readings: the readings, the syllables, the characters that can carry them.

Only characters that the pages had made traditional carry a reading, so the tables of OpenCC (read from the installed
opencc-python-reimplemented when a page first needs them) tell which characters are possible at all.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files

from cleaners.ngram import fold

_READINGS = (
    "區qū 創chuàng 業yè 發fā 優yōu 現xiàn 環huán 態tài 統tǒng 聯lián 戰zhàn 規guī 協xié 醫yī 數shù 穩wěn "
    "鄉xiāng 續xù 監jiān 養yǎng 質zhì 產chǎn 調diào 據jù 經jīng 驅qū 強qiáng 礎chǔ 設shè 應yīng 報bào 進jìn "
    "關guān 濟jì 實shí 長zhǎng 動dòng 寫xiě 標biāo 項xiàng 準zhǔn 場chǎng 對duì 權quán 術shù 細xì 當dāng "
    "點diǎn 領lǐng 預yù 達dá 擔dān 隊duì 導dǎo 風fēng 復fù 習xí 務wù 嚴yán 執zhí 轉zhuǎn 構gòu 責zé 內nèi 學xué "
    "運yùn 費fèi 堅jiān 會huì 識shí 時shí 結jié 個gè 級jí 認rèn 藍lán 臺tái 團tuán 過guò 驗yàn 庫kù 語yǔ 來lái "
    "計jì 頁yè 簡jiǎn 網wǎng 開kāi 補bǔ 門mén 聽tīng 見jiàn 國guó 書shū 節jié 負fù 鎮zhèn 護hù 測cè 訓xùn 機jī "
    "儲chǔ 價jià 惡è 萬wàn 問wèn 誰shuí 車chē 盤pán 潤rùn 號hào 勢shì 爭zhēng 績jì 樂lè 衛wèi 覺jué 無wú 愛ài "
    "說shuō 類lèi 詩shī 獻xiàn 獨dú 倉cāng 紀jì 險xiǎn 競jìng 營yíng 還hái 財cái 評píng 沒méi 請qǐng 遠yuǎn "
    "擴kuò 獎jiǎng 勵lì 樹shù 冊cè 側cè 範fàn 絡luò 揚yáng 農nóng 陽yáng 鳥niǎo 誠chéng 譽yù 稱chēng 專zhuān 謹jǐn "
)
READINGS: dict[str, str] = {entry[0]: entry[1:] for entry in _READINGS.split()}
"""Characters seen with a reading, 142 of them on 85 pages, ten on others: always the same (調 diào even in 調速)."""

NEVER = frozenset(
    "為這們體東與電話議員讓義際種難間題處確幾樣貫視觀單層階鍵圍決變從選則億兩馬鐵舉陸隨換資華歷傳師組織維編證參顯條"
)
"""Frequent traditional characters that none of those pages annotates."""

LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜɑńň"
"""The letters of a reading, as a range of a regular expression."""

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜɑńňǹ", "aaaaeeeeiiiioooouuuuüüüüannn")
_FINALS = {
    "": "a o e ai ei ao ou an en ang eng er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un ü v üe ve ue",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un ü v üe ve ue",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "y": "a o e ao ou an ang i in ing ong u ue uan un",
    "w": "a o ai ei an en ang eng u",
}
SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
"""The syllables of Mandarin without tones, ``ü`` also as ``v`` (Xinhua Zidian's table of syllables)."""


def toneless(reading: str) -> str:
    """The syllable without its tone mark: ``lǜ`` gives ``lü``."""
    return reading.translate(_TONES)


def is_reading(letters: str) -> bool:
    """Whether the letters are one syllable of Mandarin, with a tone mark or without."""
    return toneless(letters) in SYLLABLES


@cache
def simplified_of() -> dict[str, str]:
    """Traditional character to simplified, one for one (OpenCC's TSCharacters, first choice; unchanged left out)."""
    return {traditional: choices[0] for traditional, choices in _table("TSCharacters").items()}


@cache
def as_counted(char: str) -> str:
    """A character as the models count it: simplified, and as `cleaners.ngram.fold` leaves it."""
    return fold(simplified_of().get(char, char))


@cache
def traditional_of() -> dict[str, str]:
    """Simplified character to the traditional one that a one-for-one conversion writes.

    Where the simplified form is itself among OpenCC's choices (于 后 里 干 制 范) pages left it alone.
    """
    rows = traditional_choices().items()
    return {simplified: choices[0] for simplified, choices in rows if simplified not in choices}


@cache
def traditional_choices() -> dict[str, list[str]]:
    """Simplified character to what it may become, the likeliest first (OpenCC's STCharacters).

    But 群 stays: OpenCC has 羣, a form out of use.
    """
    return _table("STCharacters") | {"群": ["群", "羣"]}


@cache
def foreign_forms(simplified: bool) -> frozenset[str]:
    """What only a text of the other script holds: 發 where ``simplified``, else 发; 著 and 于 stand in both."""
    if simplified:
        return frozenset(char for char, choices in _table("TSCharacters").items() if char not in choices)
    return frozenset(traditional_of())


def is_simplified(text: str) -> bool:
    """Whether a text holds more simplified forms than traditional ones."""
    seen = Counter(text)
    return sum(seen[char] for char in foreign_forms(False)) > sum(seen[char] for char in foreign_forms(True))


@cache
def forms_of() -> dict[str, list[str]]:
    """Simplified character to the traditional ones that become it one for one: 为 to 為 and 爲."""
    forms: dict[str, list[str]] = {}
    for traditional, simplified in simplified_of().items():
        forms.setdefault(simplified, []).append(traditional)
    return forms


def _table(name: str) -> dict[str, list[str]]:
    lines = (files("opencc") / "dictionary" / f"{name}.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if "\t" in line)
    table = {key: value.split() for key, value in rows if len(key) == 1}
    return {key: choices for key, choices in table.items() if choices[0] != key or len(choices) > 1}
