# Words that every area shares.
skip-to-content = Skip to content
nav-areas = Areas
area-home = Home
area-account = My account
area-admin = Admin center
area-console = Vendor console
sign-out = Sign out
language-switch = Language
clock-label = Sandbox clock
clock-next = Advance to next event
clock-month = Advance 30 days
footer-help = Help
footer-support = Contact support
footer-key-errors = Product key errors
footer-utc = All dates are in UTC. A term ends at midnight at the end of its last day.
breadcrumb = You are here
pager = Pages
pager-previous = Previous
pager-next = Next

# Phases of a subscription.
phase-pending = Pending
phase-scheduled = Scheduled
phase-active = Active
phase-expired = Expired
phase-disabled = Disabled
phase-locked-out = Locked out
phase-deleted = Deleted

# Components.
timeline-label = Life of the subscription
timeline-now = Today
use-figures = { $used } of { $total } assigned
use-free = { $count ->
    [one] 1 license free
   *[other] { $count } licenses free
}
use-full = All licenses are assigned
use-over = { $count ->
    [one] 1 more assigned than you own
   *[other] { $count } more assigned than you own
}
table-filter = Filter this list
table-filter-none = Nothing matches.
field-optional = (optional)
form-errors = { $count ->
    [one] There is a problem with one field
   *[other] There are problems with { $count } fields
}
confirm-no = Go back
action-why = Read more

# Home.
home-title = What do you want to do?
home-lead = Get your apps running, bring a subscription back, or start a new one with a product key.
home-activate-title = Activate apps
home-activate-text = Once a license is assigned to you, install your apps and sign in. Administrators assign the licenses.
home-activate-install = Install my apps
home-activate-assign = Assign licenses
home-reactivate-title = Reactivate a subscription
home-reactivate-text = Has a subscription expired, been cancelled or been disabled? Bring it back: everyone keeps their licenses.
home-reactivate-open = Open Your products
home-key-title = Use a product key
home-key-text = Bought a product key? Enter its 25 characters to start a new subscription.
home-key-open = Enter a product key
home-help = Help with this
home-stuck = Stuck? Look through [all help pages](/help) or [contact support](/help/contact-support).

# Error pages.
error-status = Error { $status }
error-404-title = This page does not exist
error-404-detail = The address may be mistyped, or what it showed has been moved or removed.
error-404-remedy = Check the address, or start again from the front page.
error-403-title = You may not open this
error-403-detail = Your account does not have the role that this page or action needs.
error-403-remedy = Ask an administrator of your organization to give you the role, or sign in with another account.
error-422-title = We could not read what was sent
error-422-detail = Something in the form is missing or has a form that we do not understand.
error-422-remedy = Go back, check what you filled in, and send it again.
error-429-title = Too many attempts
error-429-detail = There were more requests than we accept in a short time. Nothing has been changed.
error-429-remedy = { $seconds ->
    [one] Try again in one second.
   *[other] Try again in { $seconds } seconds.
}
error-500-title = Something went wrong on our side
error-500-detail = The fault has been recorded. What you asked for may not have been carried out.
error-500-remedy = Check whether it took effect before you try again. If it keeps failing, contact support and give them the request id.
error-code = Code:
error-request-id = Request id:
error-read-more = Why, and what to do
error-back = Go back to the start

# Buttons and fields that many pages have.
form-save = Save
form-cancel = Go back
more-actions = More actions
search-submit = Search
field-missing = Fill this in.
field-choose = Choose …
field-choose-one = Choose one.
field-too-long = That is too long, or empty. Shorten it.
field-organization = Name of the organization
field-organization-wrong = Enter a name of at most 200 characters.
field-organization-taken = An organization with this name, or a person with this sign-in name, is here already. Sign in above, or choose another name.
field-country = Country
field-country-wrong = Choose a country from the list.
field-your-name = Your name
field-work-mail = Work e-mail
field-work-mail-hint = What stands before the @ also becomes your sign-in name.
field-mail-wrong = Enter an e-mail address such as kari@fjordvik.example.
field-new-password = Choose a password
field-new-password-hint = At least 8 characters with three of upper case, lower case, digits and others; or a sentence of 16 characters or more.
field-password-weak = This password is too easy. Follow the rule above, or write a sentence.
field-phone = Telephone
field-phone-missing = A call needs a number. Enter one, or choose e-mail.
word-or = or
word-and = and
word-on = On
word-off = Off
word-none = None
decimal-point = .
error-stale-title = Someone else was faster
error-stale-detail = What you were changing has been changed by someone else meanwhile. Nothing of yours was saved.
error-stale-remedy = Open the page again, look at how it is now, and repeat what you did if it is still needed.
error-503-title = We cannot do this right now
error-503-detail = There is a passing fault, on our side or at the bank's.
error-503-remedy = Wait a minute, look whether it took effect, and try again.
error-taken = Someone else has this name already. Go back and choose another one.

# Columns and facts that several pages show.
column-product = Product
column-licenses = Licenses
column-assigned = Assigned licenses
column-purchased = Purchased quantity
column-status = Subscription status
column-paid = Paid with
column-channel = Bought as
column-term = Term
column-kind = Kind
column-date = Date
column-amount = Amount
column-action = Action
column-person = Person
column-result = Result
fact-name = Name
fact-user-name = User name
fact-organization = Organization
fact-ends = Last day
fact-location = Usage location

# Channels, terms, roles, devices.
channel-direct = Direct
channel-direct-classic = Direct, older agreement
channel-direct-rep = Through our representative
channel-prepaid = Prepaid (product key)
channel-volume-enterprise = Volume agreement, enterprise
channel-volume-open = Volume agreement, open
channel-partner = Partner
channel-partner-classic = Partner, older agreement
channel-trial = Trial
channel-self-service = Self-service purchase
term-month = One month
term-year = One year
term-three-years = Three years
role-global = Global administrator
role-billing = Billing administrator
role-license = License administrator
role-user = User administrator
role-helpdesk = Helpdesk administrator
role-support = Service support administrator
role-global-reader = Global reader
role-groups = Groups administrator
role-directory-writers = Directory writer
role-directory-readers = Directory reader
role-apps = Office apps administrator
role-reports = Reports reader
role-password = Password administrator
device-computer = Computer
device-tablet = Tablet
device-phone = Phone

# Sign-in.
sign-in-title = Sign in
sign-in-heading = Your account
sign-in-lead = With the work or school account that your organization gave you.
sign-in-name = User name
sign-in-name-hint = It looks like an e-mail address.
sign-in-password = Password
sign-in-submit = Sign in
sign-in-wrong = The user name or the password is wrong
sign-in-wrong-text = Check both and try again. If you have forgotten your password, ask an administrator of your organization for a new one.

# What was just done.
done-signed-out = You are signed out
done-device-signed-out = The device is signed out. Its apps have reduced functions within three days.
done-device-approved = The app is signed in. You can go back to it now.
done-device-denied = The app was not let in
done-reactivated = The subscription is active again. Everyone has their access back, with the licenses they had.
done-cancelled = The subscription is cancelled
done-ends = The subscription ends with its term and will not renew
done-recurring-on = Recurring billing is on
done-recurring-off = Recurring billing is off
done-quantity = The number of licenses has changed
done-licenses = The licenses are saved
done-license-removed = The licenses are free again
done-location = The usage location is saved
done-user = The person has been added. Assign licenses below.
done-method-added = The payment method has been added. It pays for nothing until you choose it.
done-method-deleted = The payment method is deleted
done-method-replaced = The payment method is replaced
done-request-sent = Your request has been sent. Answers appear on this page.
done-note = Your message has been sent
done-clock = The sandbox's clock has moved

word-yes = Yes
word-no = No
column-state = State
field-date-wrong = Enter a day, such as 2027-12-31.
error-form-title = This form was open too long
error-form-detail = The form was too old or came from another site. Nothing has been changed.
error-form-remedy = Open it again and repeat what you did.
error-form-again = Open the page again
