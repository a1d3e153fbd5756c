roles-title = Roles
roles-intro = Identities without credentials of their own. Whom a role trusts acts as it for a time.
roles-create = Create role
roles-search = Find a role
roles-none = No roles yet
roles-none-text = A role lends its permissions for a time: to a program, a service, or somebody of another account.
roles-no-match = No roles match
roles-role = Role
roles-last-used = Last used
roles-created = Created
roles-never = never
roles-actions-for = Actions for { $name }
roles-delete = Delete…
roles-edit = Edit
roles-save = Save
roles-pages = Role
roles-overview = Overview
roles-permissions = Permissions
roles-trust = Trust
roles-sessions = Sessions
roles-what-may = What may it do
roles-basic = Basic information
roles-name = Name
roles-name-help = Letters, digits and + = , . @ _ -, up to 64.
roles-rename-help = Who is trusted stays so under another name. Programs that assume the role by its old name must be told.
roles-description = Description
roles-description-help = What the role is for.
roles-id = ID
roles-path = Path
roles-longest = Longest session
roles-longest-help = After that, whoever acts as the role must assume it again.
roles-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
roles-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
roles-seconds = { $n } seconds
roles-who = Who may assume it
roles-tags = Tags
roles-tags-none = No tags
roles-glance = At a glance
roles-policies = { $n ->
    [0] No policies
    [one] 1 policy
   *[other] { $n } policies
}
roles-bounded-by = Bounded by { $name }
roles-unbounded = No boundary
roles-edit-title = Edit { $name }
roles-permissions-intro = What a session of this role may do.
roles-no-policies = No policies yet
roles-no-policies-text = Whoever assumes this role may do nothing until a policy is attached.
roles-policy = Policy
roles-policy-kind = Kind
roles-own-policy = Own
roles-since = Since
roles-everybody = Everybody in this account
roles-everybody-help = Users and roles whose own policies allow sts:AssumeRole on this role.
roles-lines = And these
roles-lines-help = A name, or the number of an account. Somebody of another account: its number, a colon and the name, as 418812345678:alice.
roles-line-kind = Kind of line { $n }
roles-line-name = Name in line { $n }
roles-line-wrong = “{ $name }” cannot stand here: write a name without spaces and wildcards, or an account’s 12 digits.
roles-kind-user = User
roles-kind-group = Members of group
roles-kind-role = Role
roles-kind-account = Account
roles-kind-service = Service
roles-more-lines = More lines
roles-external-id = External ID
roles-external-id-help = What those of other accounts must send along. Agree on it with them: nobody can borrow their trust then.
roles-document = Document
roles-as-document = Edit as document
roles-as-form = Edit as form
roles-document-intro = The form shows who may assume the role, and an external ID. A document can say more.
roles-trust-more = This document says more than the form has room for, so it is shown as a document.
roles-trust-unshown = This document says more than the form has room for.
roles-trust-nobody = Nobody yet: name who may assume the role.
roles-trust-wrong = Correct the marked lines first.
roles-trust-save = Save trust
roles-create-intro = First who may assume it, then what it is called and what it may do.
roles-step-who = Trust
roles-step-who-text = Who may assume it
roles-step-rest = Name and permissions
roles-step-rest-text = What it may do
roles-next = Next
roles-back = Back
roles-policies-choose = Policies
roles-sessions-intro = Sessions are stored nowhere: they end by themselves, or all at once.
roles-sessions-end = End all sessions…
roles-sessions-ended = Sessions that began before this moment count no more:
roles-sessions-none = Nobody assumed it yet
roles-sessions-caption = Who assumed the role
roles-sessions-unseen = Who assumed the role stands in the operation log, which you may not read.
roles-end-title = End all sessions of { $name }?
roles-end-text = Whoever acts as this role now is stopped at once. Whom it trusts can assume it again: change its trust first where that must not be.
roles-end-submit = End all sessions
roles-end-instead = End sessions instead
roles-delete-title = Delete { $name }?
roles-delete-text = The role is gone for good, and its sessions with it. Trust documents that name it trust nobody in its place.
roles-delete-stops = This stops working
roles-delete-nothing = It holds no policies and was never used.
roles-delete-type = Type { $name } to confirm
roles-delete-submit = Delete role
news-role-created = { $name } created.
news-role-partly = The role was created. Not attached: { $name }
news-role-saved = { $name } saved.
news-role-trusted = The trust of { $name } is in force.
news-role-bounded = { $name } has a boundary now.
news-role-unbounded = { $name } has no boundary any more.
news-role-sessions-ended = The sessions of { $name } are ended.
news-role-deleted = { $name } deleted.
