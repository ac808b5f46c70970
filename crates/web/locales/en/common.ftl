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
error-form-expired = The form was too old or came from another site. Open the page again and repeat what you did.
error-code = Code:
error-request-id = Request id:
error-read-more = Why, and what to do
error-back = Go back to the start
