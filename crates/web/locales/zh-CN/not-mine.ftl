# 这不是我的备案（PRO-07）

not-mine-link = 收到了与自己无关的短信？
not-mine-title = 这不是我的备案
not-mine-intro = 收到了备案核验短信，但短信中的备案与您无关的，请在这里告诉我们。我们会停止发送这次核验的短信，并通知接入商核对手机号码。
not-mine-other-way = 是您负责的备案？
not-mine-other-link = 去核验
not-mine-phone-hint = 收到短信的手机号码。
not-mine-check-code = 短信验证码：您收到的短信中的 { $length } 位数字
not-mine-check-phone = 手机号码：收到这条短信的号码
not-mine-check-over = 这次核验可能已经结束：结束以后不会再发送短信，您不用再做什么

not-mine-done = 已收到，不会再向这个号码发送这次核验的短信
not-mine-told = 办理这次备案的接入商可以看到您的反馈，会核对负责人的手机号码。
not-mine-ignore = 您不用再做什么。没有您的核验，备案申请不会继续，到期后退回接入商。
not-mine-code = 请不要把短信验证码告诉任何人。
not-mine-again = 以后如果又收到新的核验短信（例如备案申请重新上报），可以再次在这里告诉我们。
