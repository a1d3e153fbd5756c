settings-title = Settings
settings-intro = Rules for the whole account. Administrators may change them; every change is in the operation log.
settings-sign-in = Sign-in
settings-account = Account
settings-sessions = Sessions
settings-passwords = Passwords
settings-length = Shortest length
settings-length-help = 8 to 32 characters. A long sentence is safer than symbols.
settings-history = May not repeat the last
settings-history-help = 0 to 24 passwords, the present one among them.
settings-validity = Valid for days
settings-validity-help = 0 to 1095. 0 means for ever, which is what we advise.
settings-expired = Whoever’s password is too old may set a new one
settings-expired-help = At sign-in, with the old one. Otherwise an administrator must.
settings-must-contain = Must contain
settings-kind-upper = a capital letter
settings-kind-lower = a small letter
settings-kind-digit = a digit
settings-kind-special = a symbol
settings-lock = Wrong passwords
settings-lock-on = Lock users out
settings-lock-help = Beyond the waiting times that always hold. The root user is never locked out.
settings-failures = After wrong passwords in a row
settings-failures-help = 3 to 5.
settings-minutes = For minutes
settings-minutes-help = 10 to 60.
settings-lasting = How long a session lasts
settings-idle = Minutes without a click
settings-idle-help = 15 to 2880. We advise 60 at most.
settings-hours = Hours in any case
settings-hours-help = 1 to 168. We advise 24 at most.
settings-save = Save settings
settings-save-help = Passwords: from the next that is set. Sessions: from the next sign-in.
settings-weak = This is weaker than we advise
settings-weak-idle = A session without a click lasts longer than an hour.
settings-weak-session = A session lasts longer than a day.
settings-weak-history = The present password may be set again.
settings-words-comma = , { "" }
settings-words-length = A new password has at least { $n } characters.
settings-words-kinds = It has { $kinds }.
settings-words-no-kinds = Any characters will do.
settings-words-history = { $n ->
    [0] An old one may be used again.
    [one] It is not the present one.
   *[other] It is none of the last { $n }.
}
settings-words-validity = { $n ->
    [0] It is good for ever.
    [one] It is good for a day.
   *[other] It is good for { $n } days.
}
settings-words-expired-own = Then its user sets another at sign-in.
settings-words-expired-help = Then an administrator sets another.
settings-words-lock = After { $failures } wrong passwords in a row a user is locked out for { $minutes } minutes.
settings-words-no-lock = Nobody is locked out: after several wrong passwords, everybody waits longer each time.
settings-words-idle = Whoever does nothing for { $n } minutes is signed out.
settings-words-hours = { $n ->
    [one] After an hour, everybody is.
   *[other] After { $n } hours, everybody is.
}
settings-this-account = This account
settings-name = Name
settings-id = Account ID
settings-link = IAM user login link
settings-alias-title = Account alias
settings-alias = Alias
settings-alias-help = 3 to 63 lower-case letters, digits and single hyphens. It stands in the login link in place of the account ID.
settings-alias-change = When the alias changes, links with the old one lead nowhere at once. Tell everybody who signs in by it.
settings-alias-save = Save alias
settings-alias-remove = Remove alias…
settings-alias-remove-title = Remove the alias “{ $alias }”?
settings-alias-remove-breaks = This link leads nowhere any more
settings-alias-remove-instead = Users sign in by the account ID instead:
settings-alias-remove-submit = Remove alias
settings-sessions-intro = Everybody who is signed in to this account’s console now, the earliest first.
settings-who = Who
settings-began = Signed in
settings-seen = Last used
settings-from = From
settings-browser = Browser
settings-root = Root user
settings-this = This one
settings-actions-for = Actions for the session of { $name }
settings-end = End this session
settings-end-all = End all of { $name }
settings-end-everybodys = End everybody’s
settings-end-everybodys-title = Sign everybody out?
settings-end-everybodys-text = All sessions of this account end at once, but for yours. Everybody can sign in again; what they have not saved is lost. Access keys go on working.
settings-end-root-stays = The root user’s sessions stay: the root user alone ends them.
settings-end-everybodys-submit = Sign everybody out
news-settings-saved = The settings were saved.
news-settings-alias-set = The alias is { $name } now.
news-settings-alias-removed = The alias was removed.
news-settings-session-ended = The session was ended.
news-settings-sessions-ended = All sessions of { $name } were ended.
news-settings-everybody-ended = Everybody else was signed out.
