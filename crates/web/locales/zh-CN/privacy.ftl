# 隐私说明

privacy-title = 隐私说明
privacy-intro = 本页说明短信核验会用到哪些个人信息、用来做什么、怎样保护。
privacy-what = 用到哪些信息
privacy-what-typed = 您在本站填写的：短信验证码、手机号码、证件号码后六位。只用来核对这次核验，不作其他用途。
privacy-what-filed = 接入商上报的备案信息：负责人的姓名、手机号码、证件号码等，用来发送核验短信、核对结果并提交管局审核。
privacy-what-network = 您的网络地址段：只用来限制过于频繁的请求，不保存完整地址。
privacy-protect = 怎样保护
privacy-protect-stored = 手机号码和证件号码加密保存；验证码只保存无法还原的校验值。
privacy-protect-shown = 页面上只显示隐去中间四位的手机号码；个人信息不会出现在网址和日志里。
privacy-protect-others = 本站不使用其他网站的内容，没有广告，也不做跟踪。
privacy-who = 谁能看到
privacy-who-text = 备案信息由您的接入商上报，核验完成后提交所在省、自治区、直辖市的通信管理局审核。
privacy-cookies = 保存在您的浏览器里的内容
privacy-cookie-answer = 填写结果：加密保存 10 分钟，用来在出错时保留您填写的内容、显示核验结果。
privacy-cookie-view = 显示设置：语言、字号和配色，只有您选择过才会保存，保存一年。
privacy-rights = 您的权利
privacy-rights-text = 您可以通过办理备案的接入商，或者向本系统的运营单位提出，查阅、更正或要求删除自己的信息。已办结的备案申请可以应您的要求提前删除；办理中的须先撤回；法律要求保存的，按法律规定保存。
privacy-kept = 保存多久
