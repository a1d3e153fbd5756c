me-intro = Your password, your keys, and where you are signed in.
me-ways = How you sign in
me-password = Password
me-password-help = { $n ->
    [0] A new one ends all your other sessions.
    [one] A new one is due every day, and ends all your other sessions.
   *[other] A new one is due every { $n } days, and ends all your other sessions.
}
me-password-change = Change password
me-keys-help = For programs that act in your name.
me-keys-show = Show keys
me-sessions = Where you are signed in
me-this = This one
me-began = since
me-seen = last used
me-end = End
me-end-others = Sign out everywhere else
me-end-everywhere = Sign out everywhere
news-me-session-ended = The session was ended.
news-me-others-ended = All your other sessions were ended.
