# 邮件通知（PRO-05）

notice-reported-subject = 备案信息已提交管局，请留意核验短信
notice-returned-subject = 备案申请已退回，请查看原因
notice-greeting = 您好：
notice-reported = 编号 { $no } 的备案申请已于 { $time } 提交{ $province }通信管理局。
notice-reported-next = 需要核验的负责人会收到验证码短信，请在短信写明的期限内到短信核验页面完成核验；逾期未核验，申请会被退回。
notice-returned = 编号 { $no } 的备案申请（{ $province }通信管理局）已于 { $time } 退回接入服务商。
notice-returned-next = 退回原因和可以采取的办法见下面的进度页面，请与接入服务商联系后重新提交。
notice-progress = 查看办理进度：{ $link }
notice-ask = 如有疑问，请联系接入服务商：{ $name }
notice-ask-phone = 电话：{ $phone }
notice-ask-hours = 服务时间：{ $hours }
notice-ask-link = 网址：{ $link }
notice-automatic = 本邮件由系统自动发送，请勿回复。任何人都不会通过邮件或电话向您索要短信验证码。
