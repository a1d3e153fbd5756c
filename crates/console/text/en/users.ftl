users-title = Users
users-intro = People and programs that may use this account.
users-create = Create user
users-login-link = IAM user login link
users-change-alias = Change alias
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
