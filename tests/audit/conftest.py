"""A small corpus with everything the audit shows, cleaned once, and a client for its pages."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cleaners.profile import Profile
from cleaners.rules.pinyin_forward import inject
from cleaners.rules.pinyin_table import READINGS
from flows import clean as flow
from flows.audit.web import application
from flows.tasks import Job, Outcome

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette would rather have the successor of httpx
    from starlette.testclient import TestClient

ORIGIN = "http://127.0.0.1:8340"
HOSTILE = """同志们：
今天的会议很重要，<script>document.title='hacked'</script>大家要认真听，会后要抓好落实。
<img src=x onerror=alert(1)>我们要抓好落实\u202e反向的文字\u202c,不能走过场，更不能搞形式主义。
[链接](javascript:alert(3))也要处理好，这是基本的要求，各部门都要记在心里。
\x1b[31m红色的字\x1b[0m应当无害。罕见的字：𠮷野家、𪚥龍，一个也不能少。
三、要加强领导,落实责任。各级各部门要把这项工作摆上重要日程,主要负责人亲自抓,分管负责人具体抓,一抓到底。
四、要强化督查,严格考核。对工作不力的单位,要通报批评；对弄虚作假的人,要严肃处理,绝不姑息迁就。
责任编辑：张三
"""
SPEECH = """全市招商引资工作会议上的讲话
同志们：
这次会议的主要任务是总结去年的招商引资工作,安排今年的任务。刚才，各县区作了表态发言，讲得都很好。
一、要认清形势。去年全市新签约项目一百二十个，到位资金比上年增长两成，成绩来之不易，问题也不少。
二、要突出重点。围绕主导产业延链补链强链，盯住龙头企业上门招商，把项目落到园区、落到地块、落到人头。
三、要优化环境。对企业反映的问题，能当场解决的当场解决，不能当场解决的限期答复，决不允许推诿扯皮。
同志们，机遇稍纵即逝，让我们只争朝夕，真抓实干，为全面完成今年的招商引资任务而努力奋斗。
责任编辑：李四
"""
_LISTED = {char: READINGS[char] for char in "穩聯區創業發優現"}
_PLANS = "同志們:\n園區創業要創新,發展優勢產業。區內現有企業,創優發力,創業興業。\n"
_PARTS = (
    "修水渠的人要天天上工,渠道修好了,稻田就有水。",
    "必須勇擔其責、先行先試,不要怕苦,也不要怕累,一件一件抓下去,抓出成果來。",
    "學校的老師早上到校,晚上回家,孩子們讀書聲很響。",
)
_WHOLE = "".join(f"工作講話 篇{n}\n{_PLANS}{part}\n&nbsp;謝謝大家!\n" for n, part in zip("一二三", _PARTS, strict=True))
TORN = inject(f"工作講話三篇\n{_WHOLE}訪問量:8341\n", _LISTED)


@dataclass
class Corpus:
    """A raw folder, its clean folder, and how to run over them again."""

    raw: Path
    clean: Path

    def run(self, **options: Any) -> Outcome | None:
        """One run without Prefect."""
        return flow.run(Job(self.raw, self.clean, Profile(), "test", datetime.now(UTC), 1, **options))

    @property
    def file(self) -> Path:
        return self.clean / "judgements.jsonl"


def write_corpus(raw: Path) -> None:
    """Sources with every kind of fate: kept, mended, split, merged, identical, dropped, quarantined."""
    raw.mkdir(parents=True)
    sample = Path(__file__).parents[2] / "corpus_raw"
    for name in ("001-tongwan-roads.txt", "005-shuili-anthology.txt", "007-dukou.txt", "021-yugang.txt"):
        shutil.copy(sample / name, raw / name)
    shutil.copy(raw / "021-yugang.txt", raw / "copy.txt")
    (raw / "hostile<script>.txt").write_text(HOSTILE, "utf-8")
    (raw / "speech.txt").write_text(SPEECH, "utf-8")
    (raw / "speech-again.txt").write_text(SPEECH.replace("一百二十个", "××个").replace("李四", "王五"), "utf-8")
    (raw / "torn.txt").write_text(TORN, "utf-8")
    (raw / "stub.txt").write_text("登录 注册\n首页\n404\n", "utf-8")
    (raw / "empty.txt").write_bytes(b"")


@pytest.fixture(scope="session")
def _cleaned(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    root = tmp_path_factory.mktemp("audit")
    corpus = Corpus(root / "raw", root / "clean")
    write_corpus(corpus.raw)
    corpus.run()
    return corpus


@pytest.fixture
def corpus(_cleaned: Corpus, tmp_path: Path) -> Corpus:
    """A copy of the cleaned corpus that a test may change."""
    shutil.copytree(_cleaned.raw, tmp_path / "raw")
    shutil.copytree(_cleaned.clean, tmp_path / "clean", symlinks=True)
    return Corpus(tmp_path / "raw", tmp_path / "clean")


class Pages:
    """A browser without a screen: gets pages, finds forms, sends them."""

    def __init__(self, corpus: Corpus) -> None:
        self.client = TestClient(application(corpus.clean, corpus.file), base_url=ORIGIN)

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def form(self, html: str, about: str = "edit", after: str = "") -> tuple[str, dict[str, str]]:
        """The first form of a kind behind some text: its action and hidden fields."""
        html = html[html.index(after) :]
        for form in re.finditer(r'<form class="judge".*?action="([^"]+)".*?</form>', html, re.S):
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
            if fields.get("about") == about:
                return form[1], fields
        raise AssertionError(f"no form about {about}")

    def send(self, action: str, fields: dict[str, str], **headers: str) -> Any:
        """Send a form as a page of ours does."""
        return self.client.post(action, data=fields, headers={"origin": ORIGIN} | headers, follow_redirects=False)

    def judge(self, html: str, verdict: str, about: str = "edit", after: str = "", note: str = "") -> None:
        """Judge the first thing of a kind on a page."""
        action, fields = self.form(html, about, after)
        answer = self.send(action, fields | {"verdict": verdict, "note": note})
        assert answer.status_code == 303, answer.text


@pytest.fixture
def pages(corpus: Corpus) -> Pages:
    """The pages of a corpus of one's own."""
    return Pages(corpus)


@pytest.fixture
def link() -> Callable[[str, str], str]:
    """Finds the first link of a page that holds some text in its address."""

    def find(html: str, part: str) -> str:
        found = re.search(rf'href="([^"]*{part}[^"#]*)', html)
        assert found, f"no link to {part}"
        return found[1].replace("&amp;", "&")

    return find
