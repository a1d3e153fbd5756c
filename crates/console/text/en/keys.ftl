keys-title = Access keys
keys-of = Access keys of { $name }
keys-own-title = My access keys
keys-own-intro = Programs sign with these keys and act as you.
keys-two = Two keys let a program change over without a break.
keys-count = { $n ->
    [0] None yet.
    [one] 1 key.
   *[other] { $n } keys.
}
keys-create = Create access key
keys-old = { $days ->
    [one] { $id } is 1 day old
   *[other] { $id } is { $days } days old
}
keys-rotation = Make a new key, move the program over, disable the old one, wait a day, delete it.
keys-rotate = Rotate
keys-rotate-start = Start rotation
keys-none = No access keys yet
keys-none-text = A program signs its calls with a key. Make one when you have a program; people only need the console.
keys-id = Key ID
keys-status = Status
keys-age = Age
keys-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
keys-last-used = Last used
keys-used = Last used
keys-never-used = Never used
keys-never = never
keys-from = From
keys-active = Active
keys-disabled = Disabled
keys-over = Expired
keys-disable = Disable
keys-disable-one = Disable { $id }
keys-activate = Activate
keys-activate-one = Activate { $id }
keys-delete-one = Delete { $id }
keys-api-title = API keys
keys-api-intro = One string, sent as Authorization: Bearer. Each may have less than its user.
keys-api-of = API keys of { $name }
keys-api-create = Create API key
keys-api-edit = API key
keys-name = Name
keys-name-help = What it is for, as “notebook”.
keys-permissions = Permissions
keys-limited = Limited by its own document
keys-unlimited = All of the user’s
keys-expires = Expires
keys-no-end = never
keys-until-keep = As it is: { $end }
keys-until-keep-never = As it is: never
keys-until-days = { $n ->
    [one] In 1 day
   *[other] In { $n } days
}
keys-until-date = On the date beside
keys-until-never = Never
keys-date = Last day
keys-date-help = Counts where “on the date beside” is chosen. In UTC.
keys-date-wrong = Choose a date, as 2027-01-31.
keys-document = Limit
keys-document-help = A policy document: the key may do what both it and the user may. Empty for all that the user may.
keys-save = Save
keys-confirm = Confirm it is you
keys-proof = A key acts without you. Your password approves this one operation, and nothing else.
keys-operation = Operation
keys-for = For user
keys-signed-in = Signed in as
keys-signed-in-from = { $user }, from { $source }
keys-your-password = Your password
keys-your-password-help = The one that you sign in with.
keys-password-missing = Type the password.
keys-wrong-password = This is not your password, or there were too many wrong ones: wait a while.
keys-of-administrator = { $name } is an administrator: this key may do nearly everything. A role with temporary credentials is safer for programs.
keys-confirm-create = Confirm and create key
keys-created = Key created
keys-created-for = { $name } has a new access key
keys-api-created-for = { $name } has a new API key
keys-created-text = Save it now. When you leave this page the secret is gone for everybody.
keys-access-key = Access key
keys-paste = Ready to paste
keys-paste-text = Programs read the secret from their environment, so that it stands in no code.
keys-shown = This was shown once
keys-shown-text = The form was sent before, and what it made stands. Its secret cannot be shown again: where it is lost, delete what was made and make another.
keys-shown-again = Create another
keys-shown-list = To the keys
keys-delete-title = Delete { $name }?
keys-delete-text = This cannot be undone. Whatever uses the key is refused from the next request on.
keys-delete-recent = It is in use
keys-delete-unused = It was never used.
keys-delete-type = Type { $ending }, its last four characters, to confirm
keys-delete-submit = Delete key
keys-disable-instead = Disable instead
news-key-disabled = Key { $name } disabled.
news-key-activated = Key { $name } activated.
news-key-deleted = Key { $name } deleted.
news-key-saved = Key { $name } saved.
