# 核验和重发的结果页

filing-name = 备案申请
filing-province = 管局
next-title = 接下来
now-title = 现在怎么办

partial-ask = 请联系其他负责人及时完成核验。
partial-table = 其他核验人
partial-person = 核验人
partial-state = 状态
other-waiting = 短信待发送
other-open = 待核验
other-passed = 已完成
other-failed = 核验失败
other-left = 剩余 { $left }
other-deadline = 截止 { $deadline }
partial-then = 全部核验人完成后，备案申请会自动提交管局审核，您不用再做什么。
partial-or = 如果有人到截止时间还没有完成，备案申请将退回接入商；重新上报后，所有核验人（包括已经完成的）都要重新核验。
partial-another = 核验另一个手机号码

complete-review = 备案申请已进入管局审核，您不用再做什么。
complete-days = 管局一般在 { $days } 个工作日内完成审核。
complete-news = 审核结果由接入商通知您。

already-rest = 您这一部分已经完成。是否还有其他核验人，可以向接入商查询。

failed-attempts = 填写错误已达 { $limit } 次，这次核验不能再继续，验证码已失效。
failed-expired = 到 { $deadline }还没有完成核验，验证码已失效。
failed-other = 同一备案申请的其他核验人没有完成核验，您的核验随之取消，验证码已失效。
failed-undeliverable = 核验短信在规定时间内没有发送成功，这次核验已取消。
returned-at = 备案申请已于 { $time }退回接入商。
return-due = 备案申请将于 { $time }退回接入商。
failed-again = 备案申请重新上报后，所有核验人都会收到新的验证码，需要重新核验。
failed-ask = 请联系接入商查询核验结果，并重新上报备案申请。

resent-number = 第 { $number } 次短信
resent-left = 还可以重发 { $left } 次
resent-none-left = 重发次数已用完
resent-deadline = 请在 { $deadline }前完成核验
resent-arrival-range = 短信一般在 { $from }～{ $to } 分钟左右能收到，以实际收到时间为准。
resent-arrival = 短信一般在 { $to } 分钟左右能收到，以实际收到时间为准。
resent-intercept = 仍未收到的，请检查手机是否开启了垃圾短信拦截。
resent-newest = 请使用最新一条短信中的验证码，之前的验证码已经失效。
enter-code = 填写验证码

limit-valid = 已经收到的最新验证码，在 { $deadline }前仍然有效。
limit-noon-due = 系统还会在 { $time }自动重发一次，请届时使用新的验证码。
limit-noon-over = 系统不会再自动重发，请使用已经收到的最新验证码。
limit-ask = 仍收不到短信、可能无法按时完成的，请联系接入商确认备案信息中的手机号码是否正确。

nothing-why = 可能的原因
nothing-reported = 备案申请还没有提交管局：请向接入商确认备案申请的状态，提交管局后会收到短信。
nothing-over = 核验已经全部完成，或备案申请已经退回：可以向接入商查询结果。

too-soon-wait = 短信可能还在路上，请留意手机。收到后可以直接填写验证码。

