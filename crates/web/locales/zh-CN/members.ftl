# 成员
menu-provider-members = 成员
members-title = 成员
members-intro = 本接入商可以登录控制台的人员。
members-add = 添加成员
members-none = 没有成员
members-none-hint = 添加后会显示在这里。
members-you = 本人
members-totp = 两步验证
members-totp-on = 已启用
members-totp-off = 未启用
members-last-sign-in = 最近登录
members-never = 从未登录
members-role-hint = 管理员可以管理成员和设置；经办人可以填写、初审和上报备案。
members-own-account = 我的账户
members-own-line = 这是您自己的账户：请在“我的账户”中修改密码和两步验证；停用需由其他管理员操作。
members-own-refused = 不能停用自己的账户，也不能在这里重置自己的密码。
