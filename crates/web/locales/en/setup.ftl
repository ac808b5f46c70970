# Words of the product key set-up pages.

key-title = Use a product key
key-lead = Enter the key that you bought. You will see what it gives before anything happens.
key-enter = Use a new and unused product key
key-field = Product key
key-field-number = Product key { $number }
key-field-hint = 25 letters and digits. Upper or lower case, with or without hyphens: all are read.
key-next = Next
key-another = Add another product key
key-edit = Change the keys
key-help = Where is my key?
key-help-where = On the card in the box, or in the e-mail from whoever sold it to you. It works once, so use it only for the organization that it is meant for.
key-empty = Enter a product key.
key-length = A product key has 25 letters and digits, and here are { $found }. Look for one left out or entered twice.
key-symbol = “{ $character }” (character { $position }, in group { $group }) is in no product key. Compare it with your key.
key-suggest-replace = Could group { $group } be { $with }?
key-suggest-swap = Could groups { $first } and { $second } have changed places?
key-column-key = Key
key-review-lead = Nothing has been used yet. Choose what the keys are for, then redeem them.
key-review-keys = Your product keys
key-review-choose = Choose what to do
key-review-not = Not possible with these keys
key-choice = What are the keys for?
key-choice-missing = Choose what the keys are for.
key-choice-new = Start a new subscription
key-choice-extend = Extend the end date of the subscription ending in { $subscription }
key-choice-add = Add licenses to the subscription ending in { $subscription }
key-choice-recommended = – recommended
key-choice-result = { $licenses ->
    [one] One license
   *[other] { $licenses } licenses
}, until { $date }
key-redeem = Redeem
key-who-lead = Who is the subscription for? The key ending in { $keys } has not been used yet.
key-who-known = Your organization is here already
key-who-known-text = Sign in, and the key goes to your organization: as a new subscription, or added to one it has.
key-who-new = Your organization is new here
key-who-new-text = We set up the organization with you as its administrator, and start the subscription today.
key-who-closed = New organizations are not created on this page. Ask whoever sold you the key.
key-create = Create and redeem
key-done-new = The subscription is active
key-done-extend = The end date has moved
key-done-add = The licenses have been added
key-done-sign-in = From now on you sign in as { $name }. Write it down.
key-done-result = What you have now
key-done-next = What comes next
next-assign = Assign licenses
next-assign-text = Nobody can use the product before they have a license.
next-install = Install the apps
next-install-text = Everyone with a license finds them under My account.
next-product = Look at the subscription
next-product-text = To go on after the last day, extend it with another key or turn recurring billing on.
key-about = For this subscription
key-choice-change = { $before } → { $licenses } licenses, until { $date }
