# ruff: noqa: E501 - words are data
"""What a line says: words of sites, of reading a page and of the reader's device, and what no site says.

None of them proves anything alone. `cleaners.rules.learned` believes a line only where a site's other pages repeat it;
these words then tell the site's voice from the author's. A folded line has simplified characters, half-width marks,
numbers as 0 and no white space.
"""

from __future__ import annotations

import re

from cleaners.rules.lines import fold, linear

TEXT, OUTSIDE, WEAK, TAIL, EDGE, ANYWHERE = range(6)
"""Where a line is believed by what it says: nowhere; outside of others that are; at the tail, where it recurs much (WEAK)
or at all; at either edge; anywhere."""

TITLE = 12  # code points of the longest line that may be a title

# Words a page says of itself, or to a reader who holds a device. Most stand for themselves in any line.
SURE = (
    "本站", "本网站", "本页面", "小程序", "公众号", "公众平台", "扫码", "扫一扫", "二维码", "朋友圈", "转发此", "转发本", "分享此文", "分享本文",
    "本文由", "本篇由", "点击此处", "点击这里", "点击查看", "点击下载", "点击进入", "点击阅读", "点击展开", "点击复制", "点击收藏", "点击上方", "点击下方",
    "点此", "戳这里", "阅读全文", "阅读原文", "上一篇", "下一篇", "上一章", "下一章", "上一页", "下一页", "上一条", "下一条", "前一篇", "后一篇", "返回顶部",
    "返回列表", "返回首页", "回到顶部", "回首页", "下载本", "下载APP", "下载App", "立即下载", "免费下载", "QQ群", "微信群", "小编", "文库", "手机阅读", "手机浏览",
    "转载请", "推荐阅读", "相关阅读", "延伸阅读", "编辑推荐", "关注我们", "关注本", "收藏本", "收藏此", "www.", "http", "全文阅读", "猜你喜欢", "范文网",
    "客户端", "更多范文", "更多文章", "更多精彩", "更多好文", "浏览器", "未登录", "登录后", "注册会员", "友情链接", "版权所有", "侵权",
)  # fmt: skip
# Words that speak of a site only at the edge of a page.
LIKELY = (
    "网站", "网友", "投稿", "转载", "版权", "免责", "网址", "域名", "备案", "订阅", "打赏", "点赞", "点击", "浏览", "阅读量", "阅读数", "阅读次数", "人阅读",
    "人看过", "人读过", "人浏览", "次浏览", "次阅读", "次访问", "次查看", "访问量", "热度", "人气", "围观", "上一则", "下一则", "前一则", "后一则", "上篇", "下篇",
    "前一条", "后一条", "前页", "后页", "首页", "主页", "频道", "栏目", "专栏", "导航", "目录页", "站点", "站内", "全站", "客服", "会员", "登录", "注册", "热门",
    "热文", "好文", "美文", "范文", "佳作欣赏", "推荐", "精选", "猜你", "编辑器", "字号", "字体", "大字", "打印", "纠错", "举报", "反馈", "收藏", "分享", "转发", "转给",
    "评论", "留言", "跟帖", "回帖", "楼主", "发帖", "粉丝", "关注", "加群", "群聊", "微信", "微博", "抖音", "头条", "QQ", "APP", "App", "app", ".com", ".cn", ".net",
    ".org", "广告", "赞助", "合作", "商务", "VIP", "vip", "下载", "加载", "刷新", "展开", "收起", "手机版", "电脑版", "移动版", "繁体", "夜间", "护眼", "朗读", "听全文",
    "谢谢浏览", "谢谢阅读", "本网", "本栏", "本号", "本吧", "本帖", "本文", "此文", "这篇文章", "该文", "文章来源", "出处", "原文", "全文完", "标签", "tag", "Tag",
    "TAG", "录入", "上传", "整理", "编辑", "责编", "审核", "校对", "排版", "发布", "更新", "采编", "在线", "论坛", "社区网", "之家", "书屋", "书库", "资料库", "资源网",
    "读者", "您正在", "正在阅读", "您当前", "欢迎光临", "欢迎访问", "欢迎来到", "感谢阅读", "感谢浏览", "感谢您", "相关文", "相关资", "相关内容", "更多", "查看",
    "这篇", "这一篇", "本篇", "此篇", "本稿", "此稿", "文稿", "稿件", "稿子", "好稿", "本页", "本贴", "全文", "读完", "看完", "看过", "看了", "读过", "读了", "打开", "点开",
    "翻到", "往前", "往后", "接着看", "接着读", "上文", "下文", "前文", "后文", "前面一篇", "后面一篇", "邻近篇", "同类", "同一作者", "排行", "换一批", "换一换", "批注", "简繁",
    "倍速", "背景色", "A+", "A-", "导出", "存为", "保存", "Word", "WORD", "word", "PDF", "pdf", "入库", "入馆", "入藏", "收录", "馆藏", "摘自", "资料库", "商业", "仅限", "仅供",
    "不代表", "立场", "管理员", "来信", "网备", "@", "欢迎您", "游客", "您好", "您的", "为您", "发给", "写下", "说点", "我要", "积分", "充值", "免费", "开通", "用户", "账号",
    "短评", "长评", "年卡", "训练营", "招生中", "限时", "代写", "下单", "付款", "放大", "缩小", "书签", "藏稿", "出品", "学习之用", "学习交流", "学习参考", "常来",
    "别人也", "大家都在", "大家还", "随便看看", "再来几篇", "其他稿", "没有登录", "未登录", "弹幕", "打卡", "侵删", "编辑部推荐", "顺着读",
    "END", "ICP", "©", "Copyright", "copyright", "二维", "长按", "链接", "复制", "视频号", "直播间", "头条号", "百家号", "公号", "小红书", "快手", "知乎",
    "陪你", "陪您", "与您同行", "伴您", "为您服务", "让写作", "让阅读", "让读书", "让学习", "让办公", "让备课", "让求职", "让创作", "人都在用",
)  # fmt: skip
_NUMBERED = r"^[^0]*[^次数量值率号\-:0]\(?0\)?$"
_FRAMED = r"^[◇◆□■○●◎※☆★].*[◇◆□■○●◎※☆★]$"
GIVEN_BY = r"由[^,。]{2,20}?(贡献|上传|提供|分享|整理|录入|收集|推荐|编辑|搜集|汇编)(?:[^员者人]|$)"
SIGNS = "›»«‹→←↑↓▲▼△▽▶►▸▷◀◄◂◁↻⟳⟲☰≡★☆♥❤👍🔍📎"
_SURE_SAID = "|".join(map(re.escape, SURE))
_SELF_SAID = "本站|本网站|小程序|公众号|扫码|扫一扫|二维码|[发享]此|[发享]本文|本文由|点击|小编|编辑推荐|[注藏]本|收藏此|转载请|关注我们|下载本|全文阅读"
_LIKELY_SAID = "|".join(
    (
        *map(re.escape, LIKELY),
        rf"[{SIGNS}]",
        r"0[次人位回遍][^。]{0,2}[读看阅点翻赞]|[读看阅点翻赞][^。,:]{0,2}0[次人位回遍]",
        GIVEN_BY,
        r"[^电管水路联河渔蛛地铁]网(?:$|[^络点格民上友球吧箱线红购页兜孔])",
        _FRAMED,
        r"^[^>]{2,8}(?:>[^>]{2,12}){2,}",
        r"^[^|]{2,8}(?:\|[^|]{2,8}){2,}",
    )
)
_FIELD = r"^[^:]{2,6}:(?:[^0]*|.*[〔\[].*)$"
_NO_TITLE = rf"[0|>·:,!?~—_你您{SIGNS}]|^欢迎|^--|{_FRAMED}|^\(.*\)$"
_NAMES_A_SITE = re.compile(r"(?:在线|论坛|文库|之家|书屋|书库|资料库|社区|[^电管水路联河渔蛛地铁]网):")
_BESIDE = rf"[前后上下邻]|接着|翻|顺着|[{SIGNS}]"  # what the label of a link to another page says
# What a text itself says at fixed places: headings, law, letters, speeches, minutes, imprints, contacts, signatures.
_NEVER = "|".join(
    (
        r"^\(?(?:[一二三四五六七八九十百]{1,4}[)、.章节条款]|\d[)、.])(?:[^章节页条篇]|$)",
        r"^第[一二三四五六七八九十\d]步|点击[“「\"]|现予|现将|贯彻|审议",
        r"^第[一二三四五六七八九十百零〇\d]{1,6}[章节条款部编][^,]{0,40}$",
        r"记者|通讯员|评论员|施行|^特此|此致|敬礼|同志们|谢谢(?:大家|各位|你们)|谢[^。]{0,4}收[听看]|^谢谢.{0,4}$|印发|抄送|主题词|公开发布|参考文献|参考答案",
        r"^您的[^。]{0,8}$|^附件?[:\d]|^(?:问|答|注|附|译文|注释|赏析)[:\d]?$|^(?:各|致|尊敬的|敬爱的|亲爱的)[^:]{0,60}:$",
        r"^(?:出席|列席|缺席|主持|记录|时间|地点|议题|参会|甲方|乙方|证券|公告|股票|债券|案由|审判|书记)",
        r"^(?:报名|查询|咨询|联系|监督|举报|投诉|监督举报|办公|通讯|通信|电子|服务)(?:人|电话|地址|邮箱|方式|热线|时间|网址)",
        r"^[\d年月日\-/.:()〇一二三四五六七八九十零]+$",
    )
)
_TEXT_ENDS = "|".join(
    (
        r"(?:政府|委员会|办公室|办公厅|人大|政协|法院|检察院|公司|学校|大学|党委|支部|党组)$",
        r"(?:报告|总结|计划|讲话|(?:[^能可]|^)发言|(?:讲话|发言|演讲|致辞)稿|通知|公告|通告|办法|规定|条例|细则|纪要|方案|意见|体会|(?:倡议|申请|保证|建议|责任|意向|决心|意见|说明)书|记录|手记|来信|实录|须知|指南|说明|简介|致辞|贺信)$",
    )
)
_NUMBER = re.compile(r"\d+")


def key(line: str) -> str:
    """The line as it is compared: width and script folded, numbers as 0, no white space.

    >>> key("浏览 1，234 次")
    '浏览0,0次'
    """
    return _NUMBER.sub("0", "".join(fold(line).split()))


def cue(text: str, bar: bool = False) -> int:
    """How much a folded line speaks of a site: TEXT, OUTSIDE, TAIL, EDGE or ANYWHERE; ``bar``: it was a row of words.

    A sentence speaks only where a site speaks of itself or names the page (… stands for its title), and a few words at
    the head, or words and a number, are sooner a title.

    >>> cue("转发此文到您的工作群"), cue("感谢阅读本栏0篇文章"), cue("感谢阅读"), cue("送给好友一份"), cue("谢谢大家!")
    (5, 4, 3, 1, 0)
    >>> cue("点开次数0"), cue("夜间施工知识竞赛测试题(0)"), cue("(二)办好微信公众号")
    (4, 3, 0)
    """
    if is_text(text) or linear(_TEXT_ENDS).search(text):
        return TEXT
    if linear(_SURE_SAID).search(text) and not (text.endswith("。") and not linear(_SELF_SAID).search(text)):
        return ANYWHERE
    if not linear(_LIKELY_SAID).search(text) or _is_field(text) or (text.endswith("。") and "…" not in text):
        return OUTSIDE
    if linear(_NUMBERED).search(text):
        return TAIL
    return EDGE if bar or len(text) > TITLE or linear(_NO_TITLE).search(text) else TAIL


def _is_field(text: str) -> bool:
    """Whether a line is a field of a form, such as 推荐单位:某馆; those of sites count something or lead on.

    Nor is one behind the name of a site.

    >>> _is_field("推荐单位:临江市图书馆"), _is_field("前一则:乡村医生的一天"), _is_field("看过的人:0")
    (True, False, False)
    >>> _is_field("芦湾在线:天天有新稿")
    False
    """
    return linear(_FIELD).search(text) is not None and not leads_on(text[:6]) and not _NAMES_A_SITE.search(text)


def is_text(text: str) -> bool:
    """Whether a folded line is one of those with which texts open, close and head their parts.

    >>> is_text("三、会员登录与注册"), is_text("特此通知。"), is_text("会员登录")
    (True, True, False)
    """
    return linear(_NEVER).search(text) is not None


def leads_on(label: str) -> bool:
    """Whether the label of a line says that another page follows.

    >>> leads_on("前一则:"), leads_on("申请人:")
    (True, False)
    """
    return linear(_BESIDE).search(label) is not None
