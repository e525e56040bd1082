# 短信核验、短信重发两个表单

verify-title = 短信核验
verify-intro = 收到备案核验短信的负责人，请在验证码有效期内完成核验。
verify-other-way = 没有收到短信，或者丢失了验证码？
verify-other-link = 重发短信
resend-title = 短信重发
resend-intro = 没有收到短信，或者丢失了验证码，可以在这里重发。新验证码发出后，之前的验证码立即失效。
resend-other-way = 已经收到短信？
resend-other-link = 填写验证码

code-label = 短信验证码
code-hint = { $senders } 发来的短信中的 { $length } 位数字，可以粘贴整条短信。
phone-label = 手机号码
phone-hint = 收到短信的负责人手机号码，不是应急联系电话。
id-label = 证件号码后六位
id-hint = 该负责人备案时所用证件（身份证、护照、港澳居民来往内地通行证等）号码的最后六位。
id-help-title = 号码里有字母或括号怎么填？
id-help-letter = 末位是字母 X 的，照样填写 X，大小写都可以。
id-help-bracket = 号码里有括号的，左右括号各算一位，请用全角括号，例如（8）。
id-help-back = 使用港澳居民来往内地通行证的：{ $provinces }备案，填写证件背面的香港或澳门身份证件号码后六位；其他省份备案，填写证件正面的证件号码后六位。
captcha-label = 图形验证
captcha-hint = 图中的 { $length } 个字符，字母不分大小写。看不清可以放大，或按下方的“换一张”。
captcha-image = 图形验证码：{ $length } 个字母或数字
captcha-zoom = 放大图片
captcha-refresh = 换一张
submit = 提交

# 填写错误
summary-title = 请更正以下内容
error-prefix = 错误：
error-code-missing = 请填写短信验证码
error-code-malformed = 短信验证码应为 { $length } 位数字，请对照短信重新填写
error-code-ambiguous = 填写的内容里有不止一组 { $length } 位数字，请只填写验证码
error-phone-missing = 请填写手机号码
error-phone-malformed = 手机号码应为 11 位数字，以 1 开头
error-id-missing = 请填写证件号码后六位
error-id-malformed = 证件号码后六位应正好为 6 位数字、字母或括号
error-captcha-missing = 请填写图中的字符，或者语音中的数字
error-captcha-wrong = 图形验证填写错误，请按新的图片或语音重新填写
error-captcha-expired = 图形验证已过期，请按新的图片或语音重新填写

# 提交后的提示
too-many = 提交次数过多，请于 { $time } 后再试
too-many-detail = 这次提交没有处理，也不计入核验次数。
wrong-code = 手机号码和证件号码后六位正确，短信验证码不正确。
wrong-code-left = 还可以尝试 { $left } 次，请在 { $deadline }前完成核验。
wrong-id = 手机号码和短信验证码正确，证件号码后六位不正确。请对照备案时所用的证件重新填写。
wrong-superseded = 您填写的是较早的验证码，已经失效。请使用最新一条短信中的验证码；这次提交不计入核验次数。
check-title = 请逐项核对
check-code = 短信验证码：最新一条短信中的 { $length } 位数字
check-phone = 手机号码：备案信息中负责人的手机号码，不是应急联系电话
check-id = 证件号码后六位：与备案时所用的证件一致
check-reported = 备案申请可能还没有提交管局：请向接入商确认，稍后再试
check-returned = 备案申请被退回过：重新上报后，请用新收到的验证码重新核验

# 停钟通知（DDL-06）
notice-outage = { $from } 至 { $until }，短信或核验页面曾出现故障。受影响的核验已相应顺延截止时间，请以页面显示的时间为准。
