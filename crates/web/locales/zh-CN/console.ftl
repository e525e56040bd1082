# 全站通用
site-name = 核验 · 控制台
title-suffix = { $heading } - 核验控制台
title-error = 错误：{ $title }
skip-link = 跳到主要内容
language-name = 中文
menu-label = 菜单
menu-start = 首页
menu-account = 我的账户
sign-out = 退出
to-start = 返回首页
sandbox-name = 沙箱 SANDBOX
sandbox-title = 时钟与收件箱
sandbox-intro = 测试环境有自己的时钟。可以把时间往后拨，查看核验到期或中午重发时会发生什么：期间到期的事项会按各自的时间依次执行。
sandbox-clock = 当前时间
sandbox-step = 往后拨
sandbox-step-minute = 1 分钟
sandbox-step-ten-minutes = 10 分钟
sandbox-step-hour = 1 小时
sandbox-step-four-hours = 4 小时
sandbox-step-day = 24 小时
sandbox-step-month = 30 天
sandbox-step-noon = 到下一个中午 12 点
sandbox-advance = 拨动时钟
sandbox-advanced = 现在是 { $time }，此前到期的事项均已执行。
sandbox-inbox = 短信收件箱
live-as-of = 截至 { $time }。浏览器允许脚本时，以下数字每 { $seconds } 秒更新一次。
sandbox-note = 测试环境：备案申请、手机号码和短信都是虚构的。
form-problems = 请更正以下内容
left-hours = { $hours } 小时 { $minutes } 分钟
left-minutes = { $minutes } 分钟
left-under-a-minute = 不到 1 分钟

# 登录
sign-in-title = 登录控制台
sign-in-name = 用户名
sign-in-password = 密码
sign-in-submit = 登录
sign-in-help = 连续输错 5 次密码，账户会锁定 15 分钟。忘记密码请联系管理员重新设置。
sign-in-wrong = 用户名或密码不正确，或者账户已暂时锁定。请检查后重试；如果已连续输错 5 次，请 15 分钟后再试。
sign-in-disabled = 该账户已停用，请联系管理员。
sign-in-too-many = 登录请求过多，请于 { $time } 后再试。
sign-in-no-cookie = 浏览器没有保存登录状态。请通过 https 或 localhost 访问，并允许本站的 Cookie。
sign-in-over = 登录已过期，请重新登录。
sign-in-over-kept = 登录已过期，刚才填写的内容已保留。请重新登录后继续。
resume-title = 继续提交
resume-body = 登录过期前填写的内容已保留，尚未提交。
resume-submit = 继续提交
resume-drop = 放弃
demo-title = 沙箱演示账户
demo-intro = 仅沙箱提供，密码是公开的。

# 首页与账户
landing-title = 欢迎使用
landing-name = 姓名
landing-sign-in-name = 用户名
landing-role = 角色
account-title = 我的账户
account-intro = 修改密码后，其他设备上的登录会全部失效。
account-password-title = 修改密码
account-current = 当前密码
account-new = 新密码
account-new-hint = { $min } 到 { $max } 个字符。用几个不相关的词组成一句话，好记也安全。
account-again = 再次输入新密码
account-submit = 保存新密码
account-changed = 密码已修改，其他设备上的登录已失效。
password-too-short = 新密码太短
password-too-long = 新密码太长
password-too-simple = 新密码太简单，不能包含用户名或只有少数几个字符
password-differs = 两次输入的新密码不一致
password-wrong = 当前密码不正确

# 角色
role-operator = 运营管理员
role-auditor = 审计员
role-administration = 通信管理局审核员
role-provider-admin = 接入商管理员
role-provider-clerk = 接入商经办人
role-scoped = { $role } · { $scope }

# 出错页面
missing-title = 页面不存在
missing-body = 地址可能有误，或者内容不属于您的单位。
forbidden-title = 没有权限
forbidden-body = 您的角色不能使用该功能。如有需要，请联系管理员。
foreign-title = 请求被拒绝
foreign-body = 表单不是从本站提交的，没有执行任何操作。
stale-title = 表单已失效
stale-body = 登录状态已改变，没有执行任何操作。请返回首页后重新打开表单。
changed-title = 内容已被更新
changed-body = 您打开页面之后，内容已被其他人更新，没有执行任何操作。请重新打开查看最新内容。
unreadable-title = 无法识别的请求
unreadable-body = 提交的内容格式不正确，没有执行任何操作。
large-title = 提交的内容过大
large-body = 请减少内容后重试。
system-title = 系统出错
system-body = 操作可能没有完成，请稍后重试。
