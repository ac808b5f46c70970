# Words of the admin center pages.

menu-home = Overview
menu-products = Your products
menu-licenses = Licenses
menu-users = Users
menu-payment = Payment methods
menu-bills = Bills
menu-support = Support

# Overview.
admin-tasks = What would you like to do?
admin-use = Licenses in use
task-key = Use a product key
task-products = Open Your products
task-assign = Assign licenses
task-payment = Payment methods
attention-title = What needs attention
attention-none = Nothing. All is well.
attention-expired = { $product } has expired
attention-disabled = { $product } is disabled: nobody can use it
attention-locked = { $product } is locked
attention-pending = { $product } waits for its order
attention-failing = { $product } could not be renewed: the payment failed
attention-over = { $product }: { $count } more licenses are assigned than you own
attention-over-text = Nobody loses access because of this, but no more can be assigned. Remove licenses, buy more, or reactivate a subscription.
attention-balance = { $amount } is owed on account
attention-answer = Support has answered: { $title }

# Your products.
products-title = Your products
products-lead = Billing: every subscription of your organization. Reactivate one under More actions.
products-caption = Products
products-none = No subscriptions here
products-none-text = Choose another status, or start a subscription with a product key.
filter-label = Filter by subscription status
filter-all = All
paid-key = Product key
paid-trial = Free trial
paid-nothing = Not chosen
action-reactivate = Reactivate
action-reactivate-this = Reactivate this subscription
action-cancel = Cancel subscription
action-recurring-on = Turn recurring billing on
action-recurring-off = Turn recurring billing off
action-quantity = Change the number of licenses
action-extend = Extend end date
action-add-by-key = Add licenses with a product key
action-disable = Disable
action-hold = Lock
action-release = Release
action-delete = Delete
action-manage = Manage
action-support = Contact support
status-pending = Waits for its order; at most 48 hours
status-starts = Starts on { $date }
status-renews = Renews on { $date }
status-ends = Ends after { $date }
status-failing = Payment failed; disabled on { $date } unless it is paid
status-disables = Everything works until it is disabled on { $date }
status-deletes = Data is kept until { $date }
status-replaced = Replaced by a newer subscription
status-deleted = Deleted on { $date }
moment-starts = Starts
moment-renews = Renews
moment-ends = Last day
moment-disables = Disabled
moment-deletes = Deleted

# One subscription.
product-expired = The subscription has expired. Everyone can still work.
product-disabled = The subscription is disabled. Nobody can use it until it is reactivated.
product-locked = The subscription is locked by us
product-deleted = The subscription is deleted
product-replaced = A newer subscription has taken this one's place
product-newer = Open the newer one
product-failing = The renewal could not be charged. Choose another payment method.
product-recurring-off = Recurring billing is off, so the subscription ends with its term
product-actions = What you can do
product-use = Licenses of this subscription
product-facts = Subscription and payment settings
product-method = Payment method
product-method-save = Replace
fact-period = Current term
fact-recurring = Recurring billing
fact-price = Price per license and term
fact-seller = Sold by
fact-id = Subscription id

# Reactivate.
reactivate-changes = What changes
reactivate-cost = What it costs
reactivate-pane = Payment
reactivate-pay = Reactivate and pay { $amount }
reactivate-extend = The same subscription goes on; the next billing date moves on by one term.
reactivate-keep = The same subscription goes on; the billing dates stay as they were.
reactivate-new = A new subscription with the same term starts today and takes this one's place.
reactivate-no-billing = None: recurring billing is off. Turn it on to go on without a break.
reactivate-people = { $count ->
    [one] One person gets access back
   *[other] { $count } people get access back
}
reactivate-keep-licenses = Everyone keeps their license
reactivate-unknown = The bank has not answered
reactivate-unknown-text = Nothing is charged twice. Wait a minute and look at the subscription before you try again.
fact-what = What happens
fact-next-billing = Next billing date
fact-people = People
sum-term = { $price } × { $licenses ->
    [one] one license
   *[other] { $licenses } licenses
}, { $term }
sum-days = { $price } × { $licenses ->
    [one] one license
   *[other] { $licenses } licenses
}, for { $days } of { $whole } days ({ $term })
sum-paid = The current term is paid for already
sum-arrears = The unpaid time before it was disabled
sum-total = To pay now
sum-nothing = Nothing is charged now. We only check that the payment method works.

# Cancel, recurring billing, number of licenses.
cancel-how = How do you want to cancel?
cancel-when = When
cancel-when-missing = Choose when it ends.
cancel-now = Now
cancel-now-people = { $count ->
    [0] Nobody has a license.
    [one] One person loses access at once.
   *[other] { $count } people lose access at once.
}
cancel-credit = You get { $amount } back.
cancel-no-credit = Nothing is paid back.
cancel-deletes = Data is kept until { $date }; until then you can reactivate.
cancel-renewal = Before the next renewal
cancel-renewal-hint = Everyone can work until { $date }. Recurring billing is turned off, and nothing more is charged.
cancel-reason = Why do you cancel?
cancel-reason-missing = Choose a reason.
cancel-comment = Is there anything you want to tell us?
cancel-confirm = Cancel the subscription to { $product }?
reason-not-needed = We do not need it any more
reason-price = It is too expensive
reason-other-product = We are changing to another product
reason-features = It lacks something we need
reason-technical = It does not work as it should
reason-other = Something else
recurring-on-text = The subscription then renews by itself after { $date }, and the payment method is charged.
recurring-off-text = The subscription then ends after { $date }. Everyone can work until then, and nothing more is charged.
quantity-title = Buy or remove licenses
quantity-field = Total licenses
quantity-hint = The new total, not the difference.
quantity-save = Save
quantity-preview = See the cost
quantity-preview-title = What it costs
quantity-wrong = Enter a whole number of 1 or more.
quantity-cost = { $amount } for the { $days } of { $whole } days that are left of the term.
quantity-credit = { $amount } is credited for the { $days } of { $whole } days that are left of the term.
quantity-free = It costs nothing.

# Licenses.
licenses-title = Licenses
licenses-lead = One row for each product, however many subscriptions of it you have.
licenses-caption = Licenses of your products
licenses-none = No licenses yet
licenses-none-text = Licenses come with a subscription. Start one with a product key, or reactivate one.
licenses-help = Is a license missing?
licenses-help-text = First look whether its subscription has expired or been disabled: Your products shows the status. Licenses of a disabled subscription cannot be assigned, but those who have one keep it for when it comes back.
column-use = In use
column-subscriptions = Subscriptions
pool-locked = In locked out subscriptions
pool-company = Works for the whole organization
pool-company-text = This product works for the whole organization; nobody needs a license of it.
pool-none-text = All subscriptions of this product are disabled or locked out, so nothing can be assigned now. Those who have a license keep it. Reactivate a subscription.
pool-active = In active subscriptions
pool-grace = In expired subscriptions
pool-off = In disabled subscriptions
assign-title = Assign licenses
assign-lead = Choose up to 20 people. Each needs a usage location.
assign-search = Find people by the beginning of their name
assign-people = People without this license
assign-nobody = Nobody found who does not have it already.
assign-none-chosen = Choose at least one person.
assign-too-many = Choose at most 20 people at a time.
assign-submit = Assign
unassign-submit = Remove the license
unassign-confirm = Remove the license from the people chosen? They lose access; the license is free for others at once.
holders-title = Who has a license
holders-people = People with a license
holders-none = Nobody has one yet.
holders-groups = Through a group: { $names }
services-label = Turn apps and services on or off
services-hint = All are on unless you turn them off.
services-all-on = all services on
services-off = { $count ->
    [one] one service off
   *[other] { $count } services off
}
bulk-caption = What became of each person
bulk-partly = Done for { $done }, not done for { $failed }
bulk-done = Done
bulk-failed = Not done: try again.

# Users.
users-title = Active users
users-lead = The people of your organization. Open one to assign licenses and apps.
users-caption = People
users-search = Find people by the beginning of their name
users-none = Nobody found
users-none-text = Search for the beginning of another name.
users-new = Add a person
users-unlicensed = Unlicensed
column-sign-in = Sign-in
account-enabled = Allowed
account-blocked = Blocked
user-facts = About the person
user-licenses = Licenses and apps
user-new-who = Who is it?
user-new-local = User name
user-new-local-hint = What stands before the @.
user-new-local-wrong = Use letters a–z, digits and . - _ only, and one of your own domains.
user-new-taken = Someone has this user name already.
user-new-domain = Domain
user-new-password = First password
fact-mail = E-mail
fact-job = Job title
fact-roles = Roles
fact-created = Added
roles-none = No administrator role
location-missing = No usage location
location-hint = Where the person works: some services are not available everywhere.
location-first = Set the usage location first; a license cannot be assigned without it.
location-choose = Choose a country.
license-inherited = from a group

# Payment.
methods-title = Payment methods
methods-lead = What your subscriptions can be paid with.
methods-caption = Payment methods
methods-none = No payment methods yet
methods-none-text = Add one here, or when you reactivate a subscription.
method-invoice = Invoice
method-invoice-hint = Pay within 30 days.
method-new-card = A new card
method-new-card-hint = This is a sandbox: use a test card, such as 4242 4242 4242 4242.
method-expires = Expires { $date }
method-missing = Choose how to pay.
method-add = Add payment method
method-add-none = Cards cannot be entered here, and payment by invoice is not approved yet. Contact support.
method-delete = Delete
method-delete-confirm = Delete this payment method?
method-unused = Nothing
method-in-use = It is in use; replace it there first.
column-method = Method
column-expires = Expires
column-pays-for = Pays for
card-number = Card number
card-number-hint = We pass it on to the bank and do not keep it.
card-expiry = Expiry date
card-expiry-hint = Month and year, such as 09/29.
card-code = Security code
card-holder = Name on the card
card-country = Country of the card
bills-title = Bills
bills-lead = What was charged and credited, newest first.
bills-caption = Lines
bills-none = No bills yet
bills-none-text = A line appears when something is bought, renewed or reactivated.
bill-purchase = Purchase
bill-renew = Renewal
bill-re-enable = Reactivation
bill-add = More licenses
bill-remove = Fewer licenses
bill-cancel = Cancellation
bill-convert = Change of product
bill-credit = Credit
bill-payment = Payment
balance-none = Nothing is owed
balance-owed = { $amount } is owed
balance-credit = You have { $amount } to your credit

# Support.
support-title = Help and support
support-lead = Your requests and our answers.
support-caption = Requests
support-none = No requests yet
support-none-text = The help pages may have the answer already.
support-partner = Ask { $partner } first
support-partner-text = They sold you your subscriptions and look after them.
support-new-lead = Describe it in a sentence or two. You can follow the request here.
support-new-title = Your request
support-send = Contact me
support-facts = The request
support-said = What has been said
support-reactivate-title = Reactivate { $product }
support-reactivate-text = We want to reactivate our subscription to { $product }. Its status is { $phase }. The page says: “{ $why }” ({ $code })
note-title = Write back
note-field = Message
note-submit = Send
note-provider = support
column-title = Title
column-topic = Topic
column-updated = Last change
fact-contact = Contact
fact-request-id = Request id
fact-subscription = Subscription
field-description = What has happened?
field-description-hint = Never send a whole product key or a password.
field-severity = How bad is it?
field-contact = Whom shall we ask for?
field-prefers = How shall we reach you?
severity-critical = Nobody can work
severity-moderate = Some cannot work
severity-minimal = It is a question
prefers-mail = By e-mail
prefers-phone = By telephone
topic-reactivation = Reactivation is not offered
topic-key = A product key does not work
topic-payment = A payment failed
topic-cancel = Cancel more than 25 licenses
topic-blocked = The billing account is blocked
topic-add-on = Remove an add-on
topic-activation = An app cannot be activated
topic-other = Something else
request-open = With us
request-attention = Waits for you
request-closed = Closed

status-locked = Locked by us; no date has moved
fact-new-period = Term that is paid for
reactivate-same = The same subscription goes on for another term.
action-redeem = Redeem a product key
action-parent = Open the main subscription
pool-units-disabled = { $count ->
    [one] One license is disabled.
   *[other] { $count } licenses are disabled.
}
pool-units-locked = { $count ->
    [one] One license is locked out.
   *[other] { $count } licenses are locked out.
}
pool-waiting = { $count ->
    [one] One person waits for it.
   *[other] { $count } people wait for them.
}
quantity-hint-most = The new total, not the difference. At most { $most }.
sum-credit = Your credit
