user-enabled = Enabled
user-disabled = Disabled
user-administrator = Administrator
user-what-may = What may { $name } do?
user-disable = Disable
user-enable = Enable
user-more = More actions
user-delete = Delete user…
user-pages = User
user-overview = Overview
user-login = Login settings
user-keys = Access keys
user-permissions = Permissions
user-groups = Groups
user-activity = Activity
user-basic = Basic information
user-edit = Edit
user-edit-title = Edit basic information
user-edit-of = Basic information of { $name }
user-edit-now = It says “{ $value }” now.
user-save = Save
user-name = User name
user-name-help = Letters, digits and + = , . @ _ -, up to 64.
user-display-name = Display name
user-display-name-help = What people call it.
user-id = User ID
user-path = Path
user-path-help = Where it stands among others, as /staff/berlin/. Policies can name all under a path.
user-mobile = Mobile
user-mobile-help = With the country code, as +44 7700 900117.
user-email = E-mail
user-email-help = Where people reach them.
user-remarks = Remarks
user-remarks-help = A note for other administrators.
user-created = Created
user-tags = Tags
user-tags-none = No tags
user-tags-of = Tags of { $name }
user-tags-help = Conditions in policies can ask for tags. A line without a key and a value is left out.
user-tag-key = Key of tag { $n }
user-tag-value = Value of tag { $n }
user-tags-more = More lines
user-glance = At a glance
user-login-on = May sign in to the console
user-login-off = May not sign in to the console
user-login-reset-due = Must set a new password first
user-password-set = Password set
user-password-none = No password
user-old-key = { $days ->
    [one] One key is 1 day old
   *[other] One key is { $days } days old
}
user-last-key-use = A key was last used
user-policies = { $n ->
    [0] No policies of its own
    [one] 1 policy of its own
   *[other] { $n } policies of its own
}
user-bounded-by = Bounded by { $name }
user-unbounded = No permissions boundary
user-delete-title = Delete { $name }?
user-delete-text = This cannot be undone. A new user called { $name } would inherit nothing.
user-delete-stops = What stops working
user-delete-nothing = It has no keys, no permissions, no groups and no open session.
user-breaks-keys = { $n ->
    [one] 1 access key
   *[other] { $n } access keys
}
user-breaks-api-keys = { $n ->
    [one] 1 API key
   *[other] { $n } API keys
}
user-breaks-sessions = { $n ->
    [one] 1 open session
   *[other] { $n } open sessions
}
user-breaks-policies = { $n ->
    [one] 1 policy
   *[other] { $n } policies
}
user-breaks-groups = { $n ->
    [one] 1 membership
   *[other] { $n } memberships
}
user-breaks-sign-in = Its console sign-in
user-breaks-roles = { $n ->
    [one] 1 role that trusts it by name
   *[other] { $n } roles that trust it by name
}
user-breaks-roles-named = Roles that trust it
user-last-signed-in = Last signed in
user-delete-administrator = { $name } administers this account.
user-delete-type = Type { $name } to confirm
user-delete-submit = Delete user
user-disable-instead = Disable instead
user-on = On
user-off = Off
user-login-title = Console sign-in
user-login-help = Off ends all sessions at once; access keys go on working.
user-login-none = No console sign-in
user-login-none-text = { $name } can use keys alone. Give a password to let them sign in with it.
user-login-give = Give a password
user-password = Password
user-password-new = Set new password
user-password-for = New password for { $name }
user-password-ends = The old password ends at once, and with it every open session.
user-password-submit = Set password
user-password-is-set = { $name } has a new password
user-password-hand-over = Hand it over now. When you leave this page it is gone for everybody.
user-password-unused = A password that was given expires after 72 hours if it is not used.
user-reset = Reset at next sign-in
user-reset-help = { $name } must choose a new password before anything else.
user-ways = Sessions and other ways in
user-sessions = Sessions
user-sessions-open = { $n ->
    [0] No open session
    [one] 1 open session
   *[other] { $n } open sessions
}
user-sessions-unseen = You may not see them.
user-sessions-see = Show sessions
user-external = External account
user-external-none = Not bound.
user-login-remove = Remove console sign-in
user-login-remove-help = Takes the password and every setting above. Access keys stay.
user-login-delete = Delete…
user-login-delete-title = Delete console sign-in of { $name }?
user-login-delete-text = The password is forgotten for good. You can give a new one later.
user-login-delete-submit = Delete console sign-in
user-login-off-instead = Switch off instead
user-permissions-intro = Everything that acts on { $name }. A denial beats every allow.
user-authorise = Add authorisation
user-policies-none = { $name } may do nothing yet
user-policies-none-text = Attach a policy, or add them to a group that has one.
user-policies-of = Policies that act on { $name }
user-policy = Policy
user-policy-kind = Kind
user-policy-from = Comes from
user-kind-system = System
user-kind-custom = Custom
user-kind-inline = Own
user-direct = Direct
user-detach = Detach
user-detach-one = Detach { $name }
user-open-group = Open group
user-open-group-one = Open group { $name }
user-boundary = Permissions boundary
user-boundary-of = Permissions boundary of { $name }
user-boundary-text = Nothing beyond what this policy allows, whatever else is attached.
user-boundary-none = None: what is attached holds in full.
user-boundary-set = Set boundary
user-boundary-change = Change
user-boundary-remove = Remove boundary
user-inline-new = Write own policy
user-inline-name = Name
user-inline-intro = It stands with { $name } alone, and goes with them. A policy of the account is better where others need the same.
user-inline-document = Document ({ $flavour })
user-inline-document-help = Statements as JSON. It is kept as you write it.
user-inline-exists = There is one called “{ $name }” already. Open it to change it.
user-inline-delete = Delete…
user-inline-delete-one = Delete { $name }
user-inline-delete-title = Delete { $name }?
user-inline-delete-text = The document is gone for good, and what it gave or denied with it.
user-inline-delete-submit = Delete policy
user-groups-intro = { $name } has what these groups have, as long as they are in them.
user-groups-add = Add to group
user-groups-add-title = Add { $name } to groups
user-groups-none = In no group
user-groups-none-text = A group gives the same permissions to all its members.
user-groups-of = Groups of { $name }
user-groups-no-others = There is no other group.
user-groups-more = There are more groups than are shown. Open the group to add somebody to it.
user-groups-none-chosen = Tick at least one group.
user-group = Group
user-group-policies = Policies
user-group-leave = Remove
user-group-leave-one = Remove from { $name }
user-what = What
user-what-all = Everything
user-what-sign-ins = Sign-ins
user-what-changes = Changes
user-what-denied = Denied
user-when = When
user-when-1d = Last 24 hours
user-when-7d = Last 7 days
user-when-30d = Last 30 days
user-when-90d = Last 90 days
user-open-log = Open in the operation log
user-today = Today
user-events = { $n ->
    [one] 1 event
   *[other] { $n } events
}
user-no-events = Nothing in this time
user-no-events-text = Look at a longer time, or at everything.
user-was-denied = Was denied
user-did-on = on
user-did-sign-in = Signed in
user-did-fail-sign-in = Failed to sign in
user-did-sign-out = Signed out
user-did-prove = Confirmed an operation with the password
user-did-fail-prove = Failed to confirm an operation
user-did-change-password = Changed the password
user-by-key = key { $key }
user-by-console = console
news-user-disabled = { $name } disabled.
news-user-enabled = { $name } enabled.
news-user-saved = { $name } saved.
news-user-deleted = { $name } deleted.
news-user-login-on = { $name } may sign in.
news-user-login-off = { $name } may not sign in any more.
news-user-reset-on = { $name } must set a new password at the next sign-in.
news-user-reset-off = { $name } may keep the password.
news-user-login-deleted = Console sign-in of { $name } deleted.
news-user-password-set = The password of { $name } was set.
news-user-attached = { $name } attached.
news-user-detached = { $name } detached.
news-user-bounded = The boundary of { $name } was set.
news-user-unbounded = { $name } has no boundary any more.
news-user-inline-saved = { $name } saved.
news-user-inline-deleted = { $name } deleted.
news-user-joined = { $name } was added to groups.
news-user-joined-one = Added to { $name }.
news-user-left = Removed from { $name }.
user-sessions-intro = Where somebody is signed in by this name. Ending one holds at once.
user-sessions-end = End all
user-session-agent = Browser
user-session-began = Signed in
user-session-seen = Last seen
user-session-this = This one
user-session-end = End
user-authorise-title = Add authorisation for { $name }
user-authorise-search = Search policies
user-authorise-nothing = No policy that is not attached yet.
user-authorise-more = There are more: search for what you need.
user-authorise-none = Tick at least one policy.
news-user-session-ended = A session of { $name } was ended.
news-user-sessions-ended = All sessions of { $name } were ended.
news-user-authorised = { $name } has new permissions.
user-views = View
user-attached = Attached
user-effective = Effective
user-effective-intro = Every statement that acts on { $name }, and where it comes from.
user-effective-disabled = { $name } is disabled: none of this holds until { $name } is enabled.
user-effective-unseen = This acts, too, and you may not see what it says
user-effective-more = There is more than one page can show.
user-effective-denials = { $n ->
    [one] 1 explicit denial
   *[other] { $n } explicit denials
}
user-effective-bounded = Only as far as the permissions boundary allows it, too.
user-effective-place = statement { $n }
