# Invented names of the sample pages; outcome texts are the rulebook's (VER-20).
sender-pattern = 106…12381
province = 浙江省
administration = 浙江省通信管理局
filing = 示例网站
filing-second = 示例商城（新增网站）
provider = 示例云
hours = 每天 9:00–18:00
message = 【工业和信息化部】您的ICP备案申请（示例网站）需短信核验，验证码 048213，24小时内有效，请登录 portal.example 完成核验。第1次短信。
remedy-check = 手机号码真实、能收到短信
remedy-check-one = 联系接入商，请其重新上报备案申请
remedy-check-two = 收到新的短信后，在有效期内完成核验
remedy-change = 手机号码有误或已停用
remedy-change-one = 在接入商处修改负责人的手机号码
remedy-change-two = 重新上报备案申请，新的验证码会发到新的手机号码
entity-no = 浙ICP备00000001号
service-no = 浙ICP备00000001号-1
