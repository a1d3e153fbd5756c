me-intro = 您的密码、密钥，以及登录的位置。
me-ways = 登录方式
me-password = 密码
me-password-help = { $n ->
    [0] 设置新密码后，您的其他会话都将结束。
   *[other] 每 { $n } 天需要更换一次；更换后，您的其他会话都将结束。
}
me-password-change = 修改密码
me-keys-help = 供以您的身份运行的程序使用。
me-keys-show = 查看密钥
me-sessions = 登录位置
me-this = 当前会话
me-began = 登录于
me-seen = 最近使用
me-end = 结束
me-end-others = 退出其他所有会话
me-end-everywhere = 退出所有会话
news-me-session-ended = 会话已结束。
news-me-others-ended = 您的其他会话均已结束。
