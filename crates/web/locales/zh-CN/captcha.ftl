# 图形验证的三种方式：图片、语音、免图形验证

captcha-image-link = 图片没有显示？点此查看原因
captcha-audio = 看不清图片？请收听语音，把听到的 { $digits } 位数字填在下面，代替图中的字符。
captcha-audio-link = 收听语音验证码
captcha-work = 免图形验证
captcha-work-hint = 看不清图片，也听不清语音？由浏览器计算几秒钟代替填写。
captcha-work-busy = 正在计算，请稍候…
captcha-work-done = 已完成，图形验证不用填写，请提交。
captcha-work-failed = 未能完成，请填写图片或语音中的内容。
