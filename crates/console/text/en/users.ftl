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
users-bulk-delete-joint = {", "}
users-bulk-delete-nothing = Nothing depends on it
users-bulk-disable-instead = Disable instead
users-bulk-delete-submit = Delete users
users-bulk-add = { $n ->
    [one] Add 1 user to a group
   *[other] Add { $n } users to a group
}
users-bulk-add-help = The group’s name.
users-where = Where this is
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
users-console-help = For people: sign in here with a password.
users-password = Password
users-password-help = At least 15 characters are best. A sentence is better than symbols.
users-generate = Generate
users-type = Type one
users-must-reset = Reset at next sign-in
users-must-reset-help = A generated password has 20 characters, is shown once at the end, works for one sign-in, and is good for 72 hours.
users-programs = Programmatic access
users-programs-help = One access key is made now; its secret is shown once, on the last page.
users-own-password = Your own password
users-own-password-help = Only where an access key is made: prove once more who you are.
users-create-permissions = Permissions
users-system-administrator = System Administrator
users-system-administrator-help = May do everything in the account, as root for daily work.
users-policies = Policies
users-create-who-text = Names and contact
users-create-access-text = Console, programs
users-create-permissions-text = Groups and policies
users-create-nth = User { $n }
users-create-same = Same settings for several people?
users-create-add = Add another user
users-create-drop = Remove
users-create-several = Create { $n } users
users-create-another = Create another
users-name-twice = Another user of this form has this name. Each name is taken once.
users-next-access = Next: access
users-next-permissions = Next: permissions
users-back-step = Back
users-access-how = How will { $name } use the account?
users-access-how-several = How will these { $n } users use the account?
users-access-note = A person who only uses the console needs no access key. Either can be turned off later, each on its own.
users-console-password = Console password
users-typed-later = You type the password in the last step. With this, the user sets another at the first sign-in.
users-find-group = Find a group
users-find-policy = Find a policy
users-policy-kind = Kind of policy
users-policy-any = All policies
users-policy-system = System
users-policy-custom = Custom
users-offer-nothing = Nothing matches.
users-offer-more = There are more. Search for those that are not shown.
users-passwords = Passwords
users-typed-password = Password of the new users
users-sign-in-link = Sign-in link
users-result = Result
users-download = Download CSV
users-table = As a table, to copy
users-next = What next
users-open = Open { $name }
users-check = Check what { $name } may do
users-failed = { $n ->
    [one] 1 user was not made
   *[other] { $n } users were not made
}
users-failed-again = Try again with these
users-created-several = { $n ->
    [one] 1 user created
   *[other] { $n } users created
}
news-users-created = { $name } users created.
users-created = { $name } created
users-created-text = Hand these over now. When you leave this page the secrets are gone for everybody.
users-before = This was shown once
users-before-text = The form was sent before, and the user stands. A new password or a new key can be made on the user’s page.
news-user-created = { $name } created.
