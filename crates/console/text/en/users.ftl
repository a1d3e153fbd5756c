users-title = Users
users-intro = People and programs that may use this account.
users-create = Create user
users-login-link = IAM user login link
users-search = Search users
users-search-example = Name, display name, mobile or e-mail
users-status = Status
users-enabled = Enabled
users-disabled = Disabled
users-locked = Locked
users-locked-until = Locked, free { $when }
users-not-yet = Not signed in yet
users-sign-in = Sign-in
users-sign-in-console = Console
users-sign-in-programs = Programs only
users-sign-in-reset = Reset at sign-in
users-sign-in-never = Never signed in
users-sign-in-off = Off
users-group = Group
users-groups = Groups
users-export = Export CSV
users-none = No users yet
users-none-text = Make one for each person and each program: so each has its own keys, and the log says who did what.
users-none-match = No users match
users-select-all = Select all on this page
users-select = Select { $name }
users-user = User
users-keys = Access keys
users-keys-off = { $off } of { $all } off
users-active = Last activity
users-administrator = Administrator
users-actions-for = Actions for { $name }
users-manage = Manage
users-attach = Add authorisation
users-enable = Enable
users-disable = Disable
users-delete-one = Delete…
users-delete = Delete
users-add = Add to group
users-bulk = With the selected users
users-selected = { $n } selected
users-back = Back to users
users-bulk-enabled = { $n ->
    [one] 1 user enabled
   *[other] { $n } users enabled
}
users-bulk-disabled = { $n ->
    [one] 1 user disabled
   *[other] { $n } users disabled
}
users-bulk-deleted = { $n ->
    [one] 1 user deleted
   *[other] { $n } users deleted
}
users-bulk-added = { $n ->
    [one] 1 user added
   *[other] { $n } users added
}
users-bulk-failed = { $n ->
    [one] 1 user was left as it was
   *[other] { $n } users were left as they were
}
users-bulk-delete = { $n ->
    [one] Delete 1 user
   *[other] Delete { $n } users
}
users-bulk-delete-text = Their permissions, passwords and keys are deleted for good.
users-bulk-delete-instead = Disabling stops all of it at once, and can be undone.
users-bulk-delete-see = See what deleting it breaks
users-bulk-disable-instead = Disable instead
users-bulk-delete-submit = Delete users
users-bulk-add = { $n ->
    [one] Add 1 user to a group
   *[other] Add { $n } users to a group
}
users-bulk-add-help = The group’s name.
users-where = Where this is
users-create-text = What it is called, how it comes in, and what it may do: all in one step.
users-create-who = Who
users-name = User name
users-name-help = Letters, digits and + = , . @ _ -, up to 64.
users-display-name = Display name
users-display-name-help = What people call it.
users-email = E-mail
users-optional = Optional.
users-mobile = Mobile
users-mobile-help = With its country: +86 139 1234 5678. Optional.
users-remarks = Remarks
users-create-access = Access
users-console = Console sign-in
users-console-help = For people: with a password.
users-password = Password
users-password-help = At least 15 characters are best. A sentence is better than symbols.
users-generate = Generate
users-type = Type one
users-must-reset = Reset at next sign-in
users-must-reset-help = A generated password is always for once only, and for 72 hours.
users-programs = Programmatic access
users-programs-help = For programs: an access key is made, and its secret shown once.
users-own-password = Your own password
users-own-password-help = Only where an access key is made: prove once more who you are.
users-create-permissions = Permissions
users-system-administrator = System Administrator
users-system-administrator-help = May do everything in the account, as root for daily work.
users-groups-help = Names, with commas between.
users-policies = Policies
users-policies-help = Names, with commas between.
users-created = { $name } created
users-created-text = Save what is shown here before you go on: it is not shown again.
users-before = This was shown once
users-before-text = The form was sent before, and the user stands. A new password or a new key can be made on the user’s page.
news-user-created = { $name } created.
