time-now = 刚刚
time-seconds-ago = { $n } 秒前
time-minutes-ago = { $n } 分钟前
time-hours-ago = { $n } 小时前
time-days-ago = { $n ->
    [1] 昨天
   *[other] { $n } 天前
}
time-months-ago = { $n } 个月前
time-years-ago = { $n } 年前
time-in-seconds = { $n } 秒后
time-in-minutes = { $n } 分钟后
time-in-hours = { $n } 小时后
time-in-days = { $n ->
    [1] 明天
   *[other] { $n } 天后
}
time-in-months = { $n } 个月后
time-in-years = { $n } 年后
time-never = 从未
