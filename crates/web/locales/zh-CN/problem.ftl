# 出错时的页面

system-title = 系统暂时无法处理您的请求
system-retry = 请稍后重新核验。如果核验其实已经成功，再次提交会告诉您“无需重复提交”，不会有影响。
system-number = 请求编号
system-report = 如果多次出现，请把请求编号告诉接入商。
overload-title = 系统繁忙
overload-body = 这次提交没有处理，也不计入核验次数。请过几分钟再试，您的验证码在有效期内一直可用。
missing-title = 找不到这个页面
missing-body = 请检查网址是否正确，或者从下面的入口进入。结果页面只保留一段时间，过期后可以重新核验查看；进度链接请复制完整。
method-title = 不能这样打开这个页面
method-body = 请从下面的入口进入，重新填写后提交。
busy-title = 请求过于频繁
busy-until = 请于 { $time } 后再试。
busy-later = 请稍后再试。
large-title = 提交的内容过大
large-body = 请返回表单，只填写短信验证码、手机号码和证件号码后六位。
unreadable-title = 提交的内容无法识别
unreadable-body = 请返回表单重新填写。
problem-links = 您可以
