# 首页与沙箱页面

home-intro = 收到备案核验短信的负责人，在这里完成核验。
home-verify = 收到了短信，填写验证码、手机号码和证件号码后六位完成核验。
home-resend = 没有收到短信，或者丢失了验证码，重新获取验证码。
home-help = 哪些人需要核验，收不到短信、更换了手机号码怎么办。
home-inbox = 查看沙箱中发出的所有短信。
home-try-title = 试一试
home-try-report = 用接入商的接口上报一个备案申请：
home-try-read = 打开短信收件箱，查看两位负责人收到的验证码。
home-try-verify = 在短信核验页面填写验证码、手机号码和证件号码后六位。示例中两位负责人的证件号码后六位分别是 { $first } 和 { $second }。

inbox-title = 短信收件箱
inbox-intro = 沙箱里发出的短信都在这里，最新的在最上面。
inbox-filter = 只看这个手机号码
inbox-show = 查看
inbox-all = 查看全部
inbox-refresh-on = 每 5 秒自动刷新
inbox-refresh-off = 停止自动刷新
inbox-empty = 还没有短信。上报一个备案申请后，短信会出现在这里。
inbox-none = 这个手机号码还没有收到短信。
inbox-more = 只显示最新的 { $count } 条短信。
inbox-message = 第 { $number } 条
inbox-to = 收信号码
inbox-sender = 发送号码
inbox-state = 状态
state-queued = 等待发送
state-submitted = 已提交
state-delivered = 已送达
state-failed = 发送失败
state-unknown = 结果不明

received-title = Webhook 接收器
received-intro = 把 Webhook 的地址设为下面的地址，收到的消息会显示在这里，最新的在最上面：
received-status = 地址末尾的数字就是回答的状态码：500 会重试，410 会停用该 Webhook。
received-signature = 签名
received-signed = 有效，{ $provider } 的 { $endpoint }
received-unsigned = 与本沙箱的任何密钥都不符
received-answer = 回答
received-empty = 还没有收到消息。在控制台的 Webhook 页面发送测试消息，或者上报一个备案申请。
