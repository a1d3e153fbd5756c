document-label = Policy document
document-form-statements = Statement form
document-form-acl = Acl form
document-facts = { $form }, { $lines ->
    [one] 1 line
   *[other] { $lines } lines
}, { $size } of { $max } KiB
document-check = Check
document-format = Format
document-turn-acl = Use acl form
document-turn-statements = Use statement form
document-checks = Checks
document-errors = { $n ->
    [one] 1 error
   *[other] { $n } errors
}
document-warnings = { $n ->
    [one] 1 warning
   *[other] { $n } warnings
}
document-fine = Nothing wrong
document-fine-text = It can be saved, and nothing in it is odd.
document-line = Line { $n }:
document-mend = Use it
document-words = In plain words
document-says-nothing = It says nothing until it can be read.
document-offers = What may stand here
document-keys-offer = for actions,
document-keys-then = then
document-keys-leave = to leave the editor.
document-keys-press = Press
