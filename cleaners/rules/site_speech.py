# ruff: noqa: E501 - vocabularies are read by group, not by line
"""Whether a line is a site's own by what it is made of, whatever its wording.

`cleaners.rules.site_lines` knows sentences; this knows the vocabulary they are built from. Sites speak of few things:
what a visitor may do (下载, 扫码, 分享到), what the page is to them (文档, 转码, 更多内容), who they are (小编, 本站) and what
they disclaim (侵权, 立场无关). A line is theirs when nearly all of it is such vocabulary and what joins it, and some of
it is hardly ever said elsewhere. A sentence that merely mentions a download is mostly made of other words.

The words and weights were collected from public pages of the kinds named there, and tried on newspaper text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.rules.lines import fold

# Weight 3: said by sites alone. 2: seldom by others. 1: by others, too, but in such lines above all.
_VOCABULARY: tuple[tuple[str, int, str], ...] = (
    ("navigation", 3, """分享到 分享至 转发到 转发至 分享本文 设为首页 加入收藏 返回顶部 返回列表 回到顶部 返回首页 网站地图 站点地图 友情链接 网站导航 相关阅读 相关文章 相关推荐 相关资讯 相关热词 推荐阅读
        延伸阅读 猜你喜欢 猜您喜欢 大家都在看 大家还看 大家还在看 可能还喜欢 可能喜欢 可能感兴趣 热门文章 热门推荐 最新文章 精彩推荐 更多推荐 为您推荐 为你推荐 打印本页 打印正文 打印此页 打印文章 打印本文 关闭窗口 关闭本页 关闭页面 原网页 原始网页 原网站 转码页面
        转码 缓存页面 网页快照 隐私政策 隐私声明 服务条款 意见反馈 使用帮助 网站声明 法律声明 联系方式 本站概况 广告服务 网站首页 上一篇文章 下一篇文章 发表评论 网友评论 我来说两句 说两句 文明上网 理性发言
        匿名发表 匿名评论 匿名 人参与 人已参与 条评论 上一主题 下一主题 下一章 上一章 返回目录 章节目录 选择字号 调整字号 字体大小 字体设置 视力保护色 大中小 QQ空间 QQ好友 腾讯微博 新浪微博 人人网 豆瓣网 微信朋友圈 朋友圈
        推荐给朋友 推荐给好友 查看评论 查看更多评论 更多评论 最新评论 全部评论 跟帖 点击分享 一键分享 RSS订阅 与本文相关 本文相关 同类文章 还看了 也看了 还看过 还喜欢 看过本文 看了本文 手机客户端 手机版 电脑版 无障碍 长者模式 语音播报 网站无障碍 进入专题 更多专题 收藏此文 收藏本文 收藏本页 收藏本站 本站首页 站内搜索 全站搜索 用户登录 会员登录 扫码登录 快捷登录 忘记密码 找回密码 """),
    ("navigation", 2, """字号 上一篇 下一篇 上一页 下一页 上一条 下一条 上一节 下一节 前一篇 后一篇 微博 豆瓣 举报 RSS APP 客户端 验证码 用户名 密码 打印 关闭 点赞 相关新闻 相关链接 相关内容 相关报道 相关专题 热点推荐 热门 猜你想搜 您所在的位置 您的位置 当前位置
        所在位置 您在这里 您现在的位置 你的位置 位置是 首页 主页 评论 登录 注册 下载 转发 收藏 分享 站点 导航 缓存 抢沙发 沙发 需要审核 审核后 页面显示异常 显示异常 页面异常"""),
    ("navigation", 1, """字体 大号 中号 小号 超大 特大 返回 保存 复制 链接 刷新 放大 缩小 默认 网页 本页 页面 当前页 推荐 更多 专题 栏目 频道 正文 详情 列表 搜索 查看 点击 点此 点这里 此处 人人 通知公告 新闻中心 政务公开 原文 访问 投诉 顶 踩 赞 相关 您可能 你可能 审核 显示 留言 微信 异常 二维码 收起 展开 主办单位 承办单位 主办 承办"""),
    ("metadata", 3, """浏览次数 点击次数 阅读次数 访问次数 点击量 浏览量 阅读量 访问量 点击率 阅读数 点击数 浏览数 已影响 人浏览 人阅读 次浏览 次阅读 次点击 人看过 人围观 录入时间 整理时间 最后编辑 最后更新 最近一次更新 最近更新 最后修改 责任编辑 责编 网络编辑 本期编辑 值班编辑 本文编辑
        文字编辑 审核人 录入人 发布人 供稿单位 供稿人 信息来源 文章来源 稿件来源 内容来源 信息索引号 索引号 公开方式 主动公开 发布机构 发文机关 生成日期 成文日期 网友投稿 网友提供 会员投稿 用户投稿 上接第 下转第 紧接第"""),
    ("metadata", 2, """发布时间 发布日期 更新时间 更新日期 发表时间 发表于 发布于 更新于 来源 稿源 编辑 责任编辑 编审 校对 转自 转载自 摘自 互联网 本网 本站 原创 热度 人气 围观 浏览 点击 有效性 文号 影响 by posted"""),
    ("metadata", 1, """整理 更新 修改 发布 阅读 供稿 录入 公开 类别 分类 标签 关键词 标题 次 人 网络 不详 未知 佚名 访问 字数 作者 时间 日期 版 影响"""),
    ("introduction", 3, """小编 编者为 本站为 本网为 为大家整理 为您整理 为你整理 为大家收集 为您搜集 为您收集 为大家带来 为大家分享 为您带来 为您分享 供大家参考 供您参考 希望对大家 希望对您 希望对你 希望大家喜欢 希望能够帮助 供大家阅读 感谢您的阅读 感谢阅读 谢谢阅读 感谢您的浏览 感谢观看
        范文网 文秘网 优秀范文 代笔 代写 写手 定制文稿 定制稿件 原创文稿 在线投稿 我要投稿 欢迎投稿 投稿邮箱 查看稿件 目录导读 导读目录 目录一览 本文目录 文章目录 内容导航 热搜词 热门搜索 相关搜索 大家都在搜 猜你想搜 搜索热词 热搜 推荐访问 网友整理 网友上传 热心网友 网友供稿 网友分享 一探究竟 深入解析 深入剖析 带您了解 带你了解 带您全面 带您深入 带你走进 带您走进 一文读懂 来龙去脉 方方面面 全方位解析 为您解读 为您揭秘 为您详细 为您深入 为大家详细 为你揭晓"""),
    ("introduction", 2, """范文 本文将 这篇文章 本篇文章 本篇 下文 以下内容 全部内容 整理的 收集的 搜集 整理了 挑选了 精选 精心挑选 精心准备 导语 导读 摘要 引言 前言 编者按 温馨提示 网友 投稿 稿件 文稿 素材 带您 带你 为您 为你 为大家 给大家 给各位 接下来 为您介绍 分享到这里 介绍到这里 就到这里 到此结束 到此就结束 详细介绍 供您 供大家 各位朋友 小伙伴 关键词 热词 例文 全面了解 多个角度 专人 一对一 写作"""),
    ("introduction", 1, """希望 帮助 参考 借鉴 欢迎 喜欢 有用 有需要 可以看看 看看 一起 来看 分享 准备了 带来的 本文 文章 内容 整理 收集 收藏 推荐 觉得 朋友 感谢 阅读 学习 怎么写 如何写 怎样写 要写好 写好 难免 范例 模板 样本 目录 导航 各类 更多 原创 定制 专业 找不到合适 合适的 联系 需要 搜集 来源 源自 仅作展示 展示"""),
    ("library", 3, """文库 本文档 该文档 此文档 文档下载 下载文档 在线文库 合集下载 免费下载 全文下载 word版 word格式 doc格式 docx pdf版 在线阅读 会员分享 用户上传 自行上传 自愿上传 网友上传 会员上传 会员提供 用户提供 上传提供 下载须知 下载说明 下载帮助 下载前 下载之前 付费前 一经下载 所需积分 上传人 上传者 上传时间 文档格式 文档页数 文档编号 文档ID
        文件大小 资料大小 资料格式 文档大小 资源简介 文档简介 文件编号 ImageVerifierCode 看不清 换一换 换一张 点击图片 可编辑 值得下载 欢迎下载 下载使用 优质文档 好文档 好资料 精品文档 精品资料 海量范文 一站式下载 不予退款 后续修改 额外编辑 自愿分享 点击下载 立即下载 个积分 申请认领 认领 用户自行 资料下载 模板下载 范文下载 文档由 资料由 相关文档 文档资料 全文预览 文档预览 本资源 该资源 此资源"""),
    ("library", 2, """文档 资料 资源 文件 课件 试题 试卷 压缩包 word doc docx pdf ppt 上传 下载 积分 页数 格式 退款 付费 预览 平台 本平台 在线 会员 用户 网友 客服 权益 商业用途 鉴别 甄别 核对 合集 KB MB 原稿 天天更新 海量 免费 一站式 点击 贡献者 扫描件 水印 解压"""),
    ("library", 1, """大小 类型 更新 日期 编号 简介 描述 侵犯 版权 投诉 举报 参考 学习 精选 完整 完整性 仔细 确认 内容 全文 提供 无误 请勿 用于 浏览器 反应 登录 验证码 输入 视频 音频 支付 使用 声明 联系 删除 欢迎 范文 篇 第 页 搜索"""),
    ("withheld", 3, """剩余内容 余下内容 其余内容 剩余部分 余下部分 隐藏内容 内容已隐藏 内容隐藏 已隐藏 字隐藏 隐藏字 剩余全文 余下全文 完整内容 完整版 完整文档 完整全文 页未读 未读 预览结束 预览到此 试读结束 预览已结束 免费预览 试读 部分内容阅读 部分正文预览 部分内容 查看全文 阅读全文 查看全部 升级会员 开通会员 会员可见 VIP 会员后 登录后 下载后 付费后 购买后 回复后 仅限会员 会员专享 本章未完
        本章还没 没有结束 还没有完 还没完 还没结束 下一页继续 接着看 接着读 后阅读 后查看 后可见 才能查看 方可查看 即可查看 可查看 全部内容 剩余页 需下载后 还剩 只能预览 仅展示 只展示 只显示 全文请 正文已隐藏 部分隐藏 解锁"""),
    ("withheld", 2, """继续阅读 未完待续 剩余 余下 剩下 其余 隐藏 会员 付费 登录 购买 解锁 订阅 预览 已阅读 已预览 已浏览 正文 论文 可见 字符 试看 注册 下载 查看 完整 全部 用户可见 下一页 下页 本章 这一章 未完"""),
    ("withheld", 1, """阅读 当前 此处 中间 部分 内容 全文 共 约 页 字 免费 结束 到此为止 升级 仅 只 文档 前 继续 点击 点 翻到 结束 精彩 后续 章节 此部分 此论文 在线 本次 本文档 本文 还有 看"""),
    ("novel", 3, """月票 求收藏 求推荐 求订阅 求评论 求花 求鲜花 求打赏 推荐票 书友 新书上传 更新最快 全网最快 更新全网 全网更新 最新章节 手打中 正在手打 阅读模式 畅读模式 小说模式 转码阅读 浏览器转码 最新网址 本站网址 记住网址 我们的网址 旧地址 以防迷路 防止迷路 热门小说 新书推荐 推荐榜 人气小说 完本小说 相关小说 喜欢的小说 同步阅读 手机版请 阅读本书 喜欢本书 请收藏 收藏一下 章节内容 本章内容 未能完全载入 未加载 加载失败 无法显示全部 刷新页面 重新刷新 看书 追书 加入书架 加入书签 书架 书签 无弹窗 免费小说 小说网 下次直接访问 更新后请"""),
    ("novel", 2, """小说 本书 新书 章节 全章 收藏 打赏 加更 催更 网址 域名 地址 手机版 更新 浏览器 刷新 退出 关闭 加载 载入 显示 迷路 大大 支持 多多支持 稍等片刻 手机扫码 转码 原网页 全网 最快"""),
    ("novel", 1, """请 喜欢 朋友 记住 下次 直接 访问 手机 同步 阅读 继续 看 用手机 本页 内容 本章 页面 尝试 完整 没有 部分 文字 丢失 否则 再看 最新 即可 看到 底部 点击 查看 不支持 更换 停用 即将 推荐 本周 热门 您 二维码 下面 扫一扫 本站 榜 求"""),
    ("forum", 3, """楼主 只看楼主 只看大图 只看该作者 显示全部楼层 全部楼层 倒序浏览 正序浏览 收藏帖子 帖子 本帖 回帖 发帖 IP属地 使用道具 用户组 下载或查看 可以下载或查看 没有账号 没有帐号 还没有账号 立即注册 马上注册 论坛功能 玩转社区 更多好友 结交 楼层 置顶 精华帖 发表回复 快速回复 高级模式 返回版块 主题帖 电梯直达 """),
    ("forum", 2, """楼 回复 举报 论坛 社区 附件 注册 登录 阅读模式 发表于 引用 版主 积分 等级 在线时间 好友 注册时间"""),
    ("forum", 1, """功能 享用 享受 轻松 玩转 账号 帐号 先 才可以 无法 所在 外省 查看 下载 支持 反对 来自 您"""),
    ("rights", 3, """版权所有 版权归 著作权归 侵权 转载请 如需转载 欢迎转载 请勿转载 禁止转载 不得转载 转载须 转载时 转载自 转载本文 转载其他媒体 被转载 注明出处 作者与出处 保留出处 开通白名单 白名单 免责条款 免责声明 免责 立场无关 不代表本 不代表平台 与本站无关 与本网无关 与本平台无关 观点无关 不构成 特此声明 郑重声明 特别声明 版权声明 并不意味着 赞同其观点 证实其描述 不作任何保证
        仅供读者参考 自行判断 自行核实 来源非本网 非本网 本站原创 本网原创 传递更多信息 传播之目的 ICP备 备案号 备案序号 公网安备 增值电信业务经营许可证 电信与信息服务业务 经营许可证 Powered Copyright 侵权投诉 内容侵权 版权问题 核实后 立即删除 及时删除 及时处理 来电告知 违法和不良信息 不良信息举报 网警 法律责任 不承担任何 概不负责 不负责任 权利归 AllRightsReserved 保留所有权利 保留一切权利 未经授权 未经许可 书面授权 原文链接 本文链接 文章链接 文章转自"""),
    ("rights", 2, """技术支持 转载 版权 著作权 侵犯 出处 立场 本站 本网 该网 授权 声明 风险提示 客服 邮件 发邮件 备案 负责 个人看法 个人观点 媒体 稿件 无关 保证 CMS © (C) 举报"""),
    ("rights", 1, """观点 内容 作者 原作者 文中 文章 本文 以上 仅为 仅代表 个人 读者 真实性 完整性 准确性 陈述 任何 建议 谨慎 对待 参考 联系 告知 处理 删除 如有 若有 网站 公众号 后台 作品 媒体 目的 在于 信息 标注 标明 注明 来源 保留 链接 所有 凡 均 不愿 本网 我们 日内 及时 请在 投诉 核实 图片 素材 来自"""),
    ("follow", 3, """扫一扫 扫码 扫描二维码 长按识别 识别二维码 长按图片 二维码 公众号 蓝字 一键关注 关注我们 欢迎关注 点击关注 在看 点在看 阅读原文 左下角 设为星标 星标 推送 手机看本文 在手机上 在手机打开 手机扫码 分享至朋友圈 朋友圈 点赞 点个赞 加入我们 欢迎转发 转发朋友圈 分享给朋友 最大的鼓励 小编 视频号 名片 微信号 微信搜索 添加微信 粉丝群 交流群 读者群 进群 关注公众号 最新动态 第一时间获取 一键三连"""),
    ("follow", 2, """关注 转发 微信 打开微信 扫描 长按 识别 戳 轻触 手机 赞 每一个赞 好文章 更多人看到 订阅 分享 下方 上方 当前页 网页 更多资讯 看更多 客户端 收藏 留言 动动手指"""),
    ("follow", 1, """点 点击 打开 查看 看 更多 资讯 了解更多 了解 内容 精彩 手机上 本文 左侧 右侧 图片 第一时间 看到 我们的 我们 鼓励 认真 喜欢 支持 朋友 文章 让 欢迎 感谢 记得 想 加入 后台 回复"""),
)  # fmt: skip
# What joins the words above in any of these lines.
_JOINING = """的 了 和 与 及 或 在 是 为 由 对 等 就 都 也 把 被 将 从 到 给 这 那 此 本 该 其 以 之 于 后 前 上 下 中 里 内 可 请 您 你 您的 你的 我们 我 大家 各位 读者 需 需要 需先 可以 即可 能 能够 才能 方可 便 再 先 并 且 而 但 若 如 如果 若是 因 因此 所以
    由于 通过 根据 按 用 让 使 向 往 来 去 有 无 没有 未 不 非 均 已 已经 正在 将会 会 要 想 应 须 必须 务必 自行 自己 任何 所有 全部 其他 更 最 更多 一下 一个 每 每个 个 篇 本篇 这篇 该篇 些 一些 几篇 几个 吧 哦 啦 呢 啊 呀 哟 吗 ~ 谢谢 敬请 恳请 烦请 欢迎 仅 只 仅供 只供 供 共 约 第 至 起 间 时 当 同时 另外 以及 以下
    以上 上述 下面 如下 下列 左右 上面 这里 那里 这个 那个 本次 本期 今天 今日 今后 目前 当前 现在 最新 最近 立即 马上 直接 随时 及时 尽快 赶紧 快 快来 一起 关于 有关 相关 按照 为了 作为 出 入 进 进入 打开 完 完成 结束 开始 继续 得 着 过 起来 出来 下来 到此 为止 真 好 很 非常 十分 特别 更加 不要 不会 不能 无法 可能 或者 还是 还 又 再次 首先 然后 之后 以后 之前 以前 其中 期间 同 跟 随 凡 所 者 性 化 中的 里的 上的 比较 感到 觉得 认为 经过 找 就来 尽在 资料来源"""
_WORDS: dict[str, list[tuple[str, int]]] = {}
for _group, _weight, _words in _VOCABULARY:
    for _word in _words.split():
        _WORDS.setdefault(_word.lower(), []).append((_group, _weight))
for _word in _JOINING.split():
    _WORDS.setdefault(_word, [])
for _word, _group in (
    ("文库", "library"),
    ("文档网", "library"),
    ("范文网", "introduction"),
    ("文秘网", "introduction"),
    ("小说网", "novel"),
    ("文学网", "novel"),
):
    _WORDS[f"~{_word}"] = [(_group, 2)]  # in a site's name
# How long the words are that begin with a character, the longest first.
_LENGTHS = {
    first: tuple(sorted({len(word) for word in _WORDS if word[0] == first}, reverse=True))
    for first in {word[0] for word in _WORDS}
}
STRONG: frozenset[str] = frozenset(word for _, weight, words in _VOCABULARY if weight > 2 for word in words.split())
TELLING: frozenset[str] = frozenset(
    word for _, weight, words in _VOCABULARY if weight >= 2 for word in words.split() if len(word) > 1
) | {"打 印", "关 闭", "返 回"}

_STRANGE = 0.3  # share of a line beyond which it is not a site's
LONGEST_LINE = 130  # code points
_MIN_TITLE = 6  # code points of the page's title that are known again in a line
_SLOT = re.compile(
    r"(?:https?://)?[A-Za-z0-9][A-Za-z0-9_.@-]*\.[a-z]{2,6}(?:/[A-Za-z0-9_./?=&%#~-]*)?"  # addresses, also of mail
    r"|“[^”]{1,16}”|「[^」]{1,16}」|《[^》]{1,30}》|\d{4}\s?年(?:\d{1,2}月)?(?:\d{1,2}日)?"
)
_SITE_NAME = re.compile("[㐀-鿿]{2,4}(文库|文档网|范文网|文秘网|小说网|文学网)")
_VALUE = re.compile(r":\s?([^\s:|,。;!?]{1,16})(?=$|[\s|\])])")
_LIST = re.compile(r"[\[(]?([^:]{2,8})[\])]?:([^。!?]+)")
_ADJACENT = re.compile("[㐀-鿿]{2}")
_LATIN = re.compile(r"[a-z]{2}")
_HAN = re.compile(r"[㐀-鿿]")


_CHAPTER = re.compile(
    r"第.{1,4}[章节条编款]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]"
)


_ADDRESS = re.compile(
    "请|您|你|欢迎|大家|各位|本站|本网|本平台|本页|联系我们|我们的|对我们|如有|如需|若|仅供|凡|点此|立即|马上|希望|感谢|快来|就来|扫一扫|长按"
    "|求(?:[花票月收推订打评票]|支持)|[:@]|www|com"
)
_FOLLOWING = re.compile("扫一扫|蓝字|在看|阅读原文|赞|星标|关注")
_SENTENCE = re.compile("[,。!?;]")
_MARKED = re.compile(r"[\[\]|<>»«→←:_]|\d")
_NAMED_BUTTON = re.compile('[“「"]([^”」"]{1,8})[”」"]')


class Speech(NamedTuple):
    """What a line is made of: its group, its words with their weights, and which share of it they are."""

    group: str
    words: tuple[tuple[str, int], ...]
    coverage: float
    fields: int  # keys with their values
    titled: bool  # whether the page's title stands in it
    addressed: bool  # whether it speaks to somebody, as no report does
    marked: bool  # whether it has marks or numbers besides words

    @property
    def weight(self) -> int:
        """The sum of the weights."""
        return sum(weight for _, weight in self.words)

    @property
    def telling(self) -> list[str]:
        """The words that are seldom heard elsewhere."""
        return [word for word, weight in self.words if weight > 1]

    @property
    def is_of_a_site(self) -> bool:
        """Whether nothing but a site says this at the edge of a page. On 14,680 lines of a newspaper: once."""
        telling, strong = len(self.telling), any(weight > 2 for _, weight in self.words)
        if self.coverage < (0.9 if self.group == "withheld" else 1 - _STRANGE) or not (
            self.addressed or (self.coverage >= 0.85 and self.weight >= 9)
        ):
            return False
        if self.coverage < 0.85:
            return strong and telling >= 2 and self.weight >= 6
        if self.coverage < 0.95:
            return self.weight >= 4 if strong else self.weight >= 7 and telling >= 2
        enough = 2 if self.titled else 4
        compound = telling >= 2 or self.titled or self.fields >= 2
        return (strong and (self.weight >= 4 or self.marked)) or (self.weight >= enough and compound)

    @property
    def is_sure(self) -> bool:
        """Whether it can hardly be anything else."""
        strong = sum(weight > 2 for _, weight in self.words)
        return self.coverage >= 0.85 and self.weight >= 8 and (strong >= 2 or len(self.telling) >= 4)

    @property
    def is_anywhere(self) -> bool:
        """Whether it is believed in the middle of a page, where novels, forums and paywalls speak."""
        return self.is_sure and self.group in ("novel", "forum", "withheld")


def read(line: str, titles: Sequence[str] = ()) -> Speech:
    """Read a line of a page whose first lines are ``titles``, which sites repeat in their own lines.

    >>> speech = read("下载前请仔细核对文档是否完整，本平台不提供后续修改。")
    >>> speech.group, speech.is_of_a_site
    ('library', True)
    >>> read("县里给每个村配了一名文书，专管账目和档案。").is_of_a_site
    False
    """
    text = fold(line).strip().lower()
    if " " in text and not _ADJACENT.search(text):  # 打 印
        text = text.replace(" ", "")
    buttons = any(_WORDS.get(name[1]) for name in _NAMED_BUTTON.finditer(text))
    if _CHAPTER.match(text) or (buttons and not _FOLLOWING.search(text)):
        return Speech("", (), 0.0, 0, titled=False, addressed=False, marked=False)
    title = next((span for one in titles if (span := _common(text, fold(one).lower()))), None)
    values = [match.span(1) for match in _VALUE.finditer(text)]
    slots = [match.span() for pattern in (_SLOT, _SITE_NAME) for match in pattern.finditer(text)]
    key = _LIST.match(text)
    if key and any(weight > 2 and group != "rights" for group, weight in _WORDS.get(key[1], ())):
        values.append(key.span(2))
    neutral = [False] * len(text)
    for start, end in (*slots, *((title,) if title else ())):
        neutral[start:end] = [True] * (end - start)
    keys = list(neutral)
    for start, end in values:
        keys[start:end] = [True] * (end - start)
    words, covered, unknown = _segment(text, keys)
    for start, end in values:
        more, known, strange = _segment(text[start:end], neutral[start:end])
        if not strange:
            words |= more
            covered += known
    words |= dict.fromkeys(f"~{name[1]}" for name in _SITE_NAME.finditer(text))
    groups = Counter[str]()
    for word in words:
        groups.update(dict(_WORDS[word]))
    weights = ((word, max((weight for _, weight in _WORDS[word]), default=0)) for word in words)
    group = groups.most_common(1)[0][0] if groups else ""
    coverage = covered / max(1, covered + unknown)
    return Speech(
        group,
        tuple(pair for pair in weights if pair[1]),
        coverage,
        len(values),
        titled=title is not None,
        addressed=bool(_ADDRESS.search(text)) or (coverage >= 0.95 and not _SENTENCE.search(text)),
        marked=bool(_MARKED.search(text)) and "%" not in text,
    )


def _segment(text: str, neutral: Sequence[bool]) -> tuple[dict[str, None], int, int]:
    """The known words of a text, longest first from its beginning, how much they cover, and the Han beside them."""
    words: dict[str, None] = {}
    covered = unknown = place = 0
    while place < len(text):
        for size in _LENGTHS.get(text[place], ()):
            word = text[place : place + size]
            if word in _WORDS and not any(neutral[place : place + size]) and _is_whole(text, place, place + size):
                words[word] = None
                covered += size
                place += size
                break
        else:
            unknown += not neutral[place] and _HAN.match(text[place]) is not None
            place += 1
            if unknown > _STRANGE * len(text):
                break  # whatever follows
    return words, covered, unknown


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a word does not begin or end inside a Latin one."""
    return not any(_LATIN.fullmatch(text[max(0, at - 1) : at + 1]) for at in (start, end))


def _common(text: str, title: str) -> tuple[int, int] | None:
    """Where the text quotes the title from its beginning, up to where they part."""
    place = text.find(title[:_MIN_TITLE])
    if place < 0 or len(title) < _MIN_TITLE:
        return None
    size = next((n for n in range(len(title), _MIN_TITLE, -1) if text.startswith(title[:n], place)), _MIN_TITLE)
    return place, place + size
