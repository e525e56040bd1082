# 全站通用

site-name = ICP备案短信核验
title-suffix = { $heading } - ICP备案短信核验
title-error = 错误：{ $title }
language-name = 中文
skip-link = 跳到主要内容
nav-label = 主要功能
nav-verify = 短信核验
nav-resend = 短信重发
nav-inbox = 短信收件箱
nav-help = 帮助
nav-who = 哪些人需要核验
nav-privacy = 隐私说明
nav-view = 显示设置
display-large = 大字版
display-normal = 标准字号
display-contrast = 高对比度
display-colours = 标准配色
sandbox-name = 沙箱 SANDBOX
sandbox-note = 测试环境：这里的备案申请、手机号码和短信都是虚构的，不会发往任何手机。
footer-secret = 短信验证码只在本页面填写，请勿告诉他人。

# 剩余时间
left-hours = { $hours } 小时 { $minutes } 分钟
left-minutes = { $minutes } 分钟
left-under-a-minute = 不到 1 分钟

# 列举
list-and = 、
list-comma = ，
list-or = { " " }或{ " " }

# 接入商联系方式
contact-title = 联系接入商
contact-intro = { $provider }是为您办理这次备案的接入商，可以查询核验结果和备案进度。
contact-phone = 客服电话
contact-link = 在线客服
contact-hours = 服务时间
