users-title = 用户
users-intro = 可以使用本账号的人员和程序。
users-create = 创建用户
users-login-link = IAM 用户登录链接
users-search = 搜索用户
users-search-example = 用户名、显示名、手机或邮箱
users-status = 状态
users-enabled = 已启用
users-disabled = 已禁用
users-locked = 已锁定
users-locked-until = 已锁定，{ $when }解除
users-not-yet = 尚未登录
users-sign-in = 登录方式
users-sign-in-console = 控制台
users-sign-in-programs = 仅编程访问
users-sign-in-reset = 登录时重置
users-sign-in-never = 从未登录
users-sign-in-off = 已关闭
users-group = 用户组
users-groups = 用户组
users-export = 导出 CSV
users-none = 还没有用户
users-none-text = 为每个人、每个程序各建一个用户：各用各的密钥，操作记录也能说明是谁做的。
users-none-match = 没有匹配的用户
users-select-all = 选择本页全部
users-select = 选择 { $name }
users-user = 用户
users-keys = 访问密钥
users-keys-off = { $all } 个中 { $off } 个已禁用
users-active = 最近活动
users-administrator = 管理员
users-actions-for = { $name } 的操作
users-manage = 管理
users-attach = 添加权限
users-enable = 启用
users-disable = 禁用
users-delete-one = 删除…
users-delete = 删除
users-add = 添加到用户组
users-bulk = 对所选用户
users-selected = 已选择 { $n } 个
users-back = 返回用户列表
users-bulk-enabled = { $n ->
   *[other] 已启用 { $n } 个用户
}
users-bulk-disabled = { $n ->
   *[other] 已禁用 { $n } 个用户
}
users-bulk-deleted = { $n ->
   *[other] 已删除 { $n } 个用户
}
users-bulk-added = { $n ->
   *[other] 已添加 { $n } 个用户
}
users-bulk-failed = { $n ->
   *[other] { $n } 个用户未作更改
}
users-bulk-delete = { $n ->
   *[other] 删除 { $n } 个用户
}
users-bulk-delete-text = 他们的权限、密码和密钥将被永久删除。
users-bulk-delete-instead = 禁用会立即停止全部访问，并且可以恢复。
users-bulk-delete-joint = 、
users-bulk-delete-nothing = 没有依赖项
users-bulk-disable-instead = 改为禁用
users-bulk-delete-submit = 删除用户
users-bulk-add = { $n ->
   *[other] 将 { $n } 个用户添加到用户组
}
users-bulk-add-help = 用户组的名称。
users-where = 当前位置
users-create-who = 基本信息
users-name = 用户名
users-name-help = 字母、数字和 + = , . @ _ -，最多 64 个字符。
users-display-name = 显示名
users-display-name-help = 大家对它的称呼。
users-email = 邮箱
users-optional = 选填。
users-mobile = 手机
users-mobile-help = 包含国家代码：+86 139 1234 5678。选填。
users-remarks = 备注
users-create-access = 访问方式
users-console = 控制台登录
users-console-help = 供人员使用：凭密码在此登录。
users-password = 密码
users-password-help = 建议至少 15 个字符。一句话胜过符号。
users-generate = 自动生成
users-type = 手动输入
users-must-reset = 下次登录时重置
users-must-reset-help = 自动生成的密码有 20 个字符，最后显示一次，只能用于一次登录，72 小时内有效。
users-programs = 编程访问
users-programs-help = 立即创建一个访问密钥，Secret Access Key 仅在最后一页显示一次。
users-own-password = 您自己的密码
users-own-password-help = 仅在创建访问密钥时需要：请再次证明您的身份。
users-create-permissions = 权限
users-system-administrator = 系统管理员
users-system-administrator-help = 可以在账号内执行一切操作，日常工作等同主账号。
users-policies = 策略
users-create-who-text = 名称和联系方式
users-create-access-text = 控制台、程序
users-create-permissions-text = 用户组和策略
users-create-nth = 用户 { $n }
users-create-same = 多人使用相同的设置？
users-create-add = 再添加一个用户
users-create-drop = 移除
users-create-several = 创建 { $n } 个用户
users-create-another = 继续创建
users-name-twice = 此表单中已有用户使用该名称。每个名称只能使用一次。
users-next-access = 下一步：访问方式
users-next-permissions = 下一步：权限
users-back-step = 上一步
users-access-how = { $name } 将如何使用本账号？
users-access-how-several = 这 { $n } 个用户将如何使用本账号？
users-access-note = 只使用控制台的人员不需要访问密钥。之后可以分别关闭其中任何一种方式。
users-console-password = 控制台密码
users-typed-later = 密码在最后一步输入。勾选后，用户首次登录时须设置新密码。
users-find-group = 查找用户组
users-find-policy = 查找策略
users-policy-kind = 策略类型
users-policy-any = 全部策略
users-policy-system = 系统策略
users-policy-custom = 自定义策略
users-offer-nothing = 没有匹配项。
users-offer-more = 还有更多，请搜索未显示的项。
users-passwords = 密码
users-typed-password = 新用户的密码
users-sign-in-link = 登录链接
users-result = 结果
users-download = 下载 CSV
users-table = 表格形式（可复制）
users-next = 接下来
users-open = 打开 { $name }
users-check = 查看 { $name } 的权限
users-failed = { $n ->
   *[other] { $n } 个用户未能创建
}
users-failed-again = 重试这些用户
users-created-several = { $n ->
   *[other] 已创建 { $n } 个用户
}
news-users-created = 已创建 { $name } 个用户。
users-created = 已创建 { $name }
users-created-text = 请立即转交以下内容。离开本页后，任何人都无法再次查看。
users-before = 内容仅显示一次
users-before-text = 此表单已提交过，用户已创建。可以在用户页面设置新密码或创建新密钥。
news-user-created = 已创建 { $name }。
