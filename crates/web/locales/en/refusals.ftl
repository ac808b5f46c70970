# What each refusal code says: what happened, why, and what helps. The ids follow from refusals.rs.

refusal-deleted-title = The subscription is deleted
refusal-deleted-detail = Its data is gone and cannot be brought back.
refusal-deleted-remedy = Redeem a product key to start a new subscription, or contact support.

refusal-partner-managed-title = A partner manages this subscription
refusal-partner-managed-detail = It was sold by a partner, and only the partner can change it.
refusal-partner-managed-remedy = Contact the partner.

refusal-volume-license-title = The subscription belongs to a volume agreement
refusal-volume-license-detail = Its term and licenses follow from the agreement with your reseller.
refusal-volume-license-remedy = Place an order with the reseller who handles the agreement.

refusal-prepaid-title = This subscription is prepaid
refusal-prepaid-detail = It was started with a product key and has no payment method to charge.
refusal-prepaid-remedy = Choose Extend end date and enter a new, unused product key, or turn on recurring billing.

refusal-not-permitted-title = You do not have the role for this
refusal-not-permitted-detail = Only a Global administrator or Billing administrator of the organization can do this, for example redeem a product key.
refusal-not-permitted-remedy = Check which account you are signed in with, or ask an administrator to do it.

refusal-self-service-title = A user bought this subscription
refusal-self-service-detail = It belongs to the person who bought it and is billed to them.
refusal-self-service-remedy = Ask the buyer, or contact support.

refusal-pending-title = Something is still under way
refusal-pending-detail = An order or a credit check for this subscription is being processed.
refusal-pending-remedy = Wait; it takes at most 48 hours. Contact support if it takes longer.

refusal-balance-due-title = There are unpaid invoices
refusal-balance-due-detail = The subscription cannot go on before what is owed has been paid.
refusal-balance-due-remedy = Pay what the bills say is owed, then try again. Support can see whether a payment has arrived.

refusal-account-blocked-title = The billing account is blocked
refusal-account-blocked-detail = It has been inactive for a long time, or payments on it must be looked at first.
refusal-account-blocked-remedy = Contact support, who can unblock it.

refusal-end-of-sale-title = The product is no longer sold
refusal-end-of-sale-detail = Existing subscriptions may renew, but this change is not offered any more.
refusal-end-of-sale-remedy = Choose another product, or ask support which one replaces it.

refusal-unknown-title = This is not possible right now
refusal-unknown-detail = The action is not available for this subscription, and the reason is not one the page knows.
refusal-unknown-remedy = Contact support. They can see the details and act for you.

refusal-nothing-to-reactivate-title = There is nothing to reactivate
refusal-nothing-to-reactivate-detail = The subscription is active already.
refusal-nothing-to-reactivate-remedy = You do not need to do anything. If an app says otherwise, sign out of it and in again.

refusal-not-started-title = The subscription has not started
refusal-not-started-detail = It starts by itself on its first day, which its page shows.
refusal-not-started-remedy = Wait until it starts. Nothing else needs doing.

refusal-parent-not-active-title = The main subscription is not active
refusal-parent-not-active-detail = This is an add-on, and it works only together with an active main subscription.
refusal-parent-not-active-remedy = Reactivate the main subscription first, then the add-on.

refusal-trial-buy-instead-title = A trial cannot be reactivated
refusal-trial-buy-instead-detail = The trial is over, and the same trial cannot be taken again.
refusal-trial-buy-instead-remedy = Redeem a product key to start a subscription, or contact support.

refusal-cancel-window-passed-title = It is too late to cancel
refusal-cancel-window-passed-detail = Under this agreement a subscription can be cancelled only in the first days after it starts or renews.
refusal-cancel-window-passed-remedy = Turn recurring billing off. The subscription then ends with its term.

refusal-cancel-too-many-licenses-title = Too many licenses to cancel here
refusal-cancel-too-many-licenses-detail = A subscription of this kind with more than 25 licenses cannot be cancelled on the page.
refusal-cancel-too-many-licenses-remedy = Reduce it to 25 licenses or fewer first, or contact support.

refusal-payment-method-required-title = A payment method is needed
refusal-payment-method-required-detail = The subscription has no method that can be charged.
refusal-payment-method-required-remedy = Choose one of your payment methods, or add a new one.

refusal-payment-declined-title = The payment was declined
refusal-payment-declined-detail = The bank did not accept the charge. Nothing has been changed.
refusal-payment-declined-remedy = Check the card's details, ask your bank, or use another payment method.

refusal-authentication-required-title = The bank wants you to confirm
refusal-authentication-required-detail = The payment needs your confirmation before the bank accepts it. Nothing has been charged yet.
refusal-authentication-required-remedy = Try again and complete the bank's confirmation, or use another payment method.

refusal-quantity-below-assigned-title = More licenses are assigned than that
refusal-quantity-below-assigned-detail = The new total is lower than the number of licenses in use.
refusal-quantity-below-assigned-remedy = Remove licenses from people first, then reduce the total.

refusal-reduction-window-passed-title = It is too late to reduce licenses
refusal-reduction-window-passed-detail = Under this agreement licenses can be reduced only in the first days after they were bought or renewed.
refusal-reduction-window-passed-remedy = Wait for the next renewal, or contact support.

refusal-key-consumer-or-invalid-title = This key is not for organizations
refusal-key-consumer-or-invalid-detail = It is a key for private use, or it has been mistyped.
refusal-key-consumer-or-invalid-remedy = If it came with a product for private use, redeem it where that product says. Otherwise check the characters.

refusal-key-invalid-title = This product key is not valid
refusal-key-invalid-detail = A character is mistyped, or the key is not genuine.
refusal-key-invalid-remedy = Check characters that look alike: 0 and O, 5 and S, 1, I and L. If it still fails, ask whoever sold you the key.

refusal-key-duplicate-in-order-title = You have entered this key already
refusal-key-duplicate-in-order-detail = The same key stands twice in this order, or it is the key the subscription was started with.
refusal-key-duplicate-in-order-remedy = Look through the keys you have entered, and use a new, unused one.

refusal-key-expired-title = The product key has expired
refusal-key-expired-detail = Its last day for redeeming has passed.
refusal-key-expired-remedy = Get a new, unused key from whoever sold it.

refusal-key-already-redeemed-title = The product key has been used
refusal-key-already-redeemed-detail = A key works once, and this one was redeemed before, perhaps by your own organization.
refusal-key-already-redeemed-remedy = Look under Your products whether the subscription is there. If not, contact whoever sold you the key.

refusal-service-busy-title = We cannot process this right now
refusal-service-busy-detail = There is a passing fault on our side. The key has not been used up.
refusal-service-busy-remedy = Wait a few minutes and try again. If it still fails after 15 minutes, contact support.

refusal-offer-unavailable-title = The subscription is not available
refusal-offer-unavailable-detail = What the key gives is not offered any more or not in your country, or your organization has had this trial before.
refusal-offer-unavailable-remedy = Contact support or whoever sold you the key.

refusal-key-over-maximum-title = That is more licenses than allowed
refusal-key-over-maximum-detail = Together the keys give more licenses than the product's maximum.
refusal-key-over-maximum-remedy = Take a key out of the order, use one for fewer licenses, or choose a product with a higher maximum.

refusal-key-other-country-title = We cannot set up your account right now
refusal-key-other-country-detail = The key was sold for another country than that of your organization or subscription.
refusal-key-other-country-remedy = Use a key for your country. Whoever sold the key can exchange it; support can check which country it is for.

refusal-key-wrong-plan-title = The key is for another product
refusal-key-wrong-plan-detail = A key can be added only to a subscription of the product it was sold for.
refusal-key-wrong-plan-remedy = Choose a subscription of that product, or redeem the key as a new subscription.

refusal-key-revoked-title = The product key has been withdrawn
refusal-key-revoked-detail = Whoever issued the key has made it invalid, for example because it was returned or stolen.
refusal-key-revoked-remedy = Contact whoever sold you the key, and have the receipt at hand.

refusal-key-guess-limit-title = Too many keys that do not exist
refusal-key-guess-limit-detail = To protect keys from guessing, we accept only a few wrong keys in a while.
refusal-key-guess-limit-remedy = Wait and try again later with the key in front of you. Keys that are only mistyped do not count.

refusal-locked-out-title = The subscription is locked
refusal-locked-out-detail = We have locked it for everyone while a matter is looked into. Its data is kept.
refusal-locked-out-remedy = Contact support. Only we can release it.

refusal-cancel-domain-attached-title = A domain of your own is still attached
refusal-cancel-domain-attached-detail = Mail and sign-in may depend on the domain, so it has to go before the subscription does.
refusal-cancel-domain-attached-remedy = Remove the domain from the organization first, then cancel.

refusal-cancel-by-recurring-off-title = This subscription ends by itself
refusal-cancel-by-recurring-off-detail = It is not cancelled inside its term; it ends when the term ends, if recurring billing is off.
refusal-cancel-by-recurring-off-remedy = Turn recurring billing off.

refusal-managed-elsewhere-title = Someone else manages this subscription
refusal-managed-elsewhere-detail = A partner, a reseller or the person who bought it changes it, not the admin center.
refusal-managed-elsewhere-remedy = Contact whoever sold or bought it.

refusal-not-active-title = The subscription is not active
refusal-not-active-detail = This can be changed only while the subscription is active.
refusal-not-active-remedy = Reactivate it first.

refusal-quantity-out-of-range-title = That number of licenses is not possible
refusal-quantity-out-of-range-detail = A subscription has at least one license, and some products have a maximum.
refusal-quantity-out-of-range-remedy = Enter a number within the range.

refusal-reduce-with-product-key-title = Product keys decide the number of licenses
refusal-reduce-with-product-key-detail = The subscription is prepaid: its licenses came with product keys.
refusal-reduce-with-product-key-remedy = To add licenses, use a new and unused product key. To have fewer, extend the end date with a key for fewer licenses.

refusal-trial-buy-first-title = A trial has a fixed number of licenses
refusal-trial-buy-first-detail = Licenses cannot be added to a trial or taken from it.
refusal-trial-buy-first-remedy = Redeem a product key for the number you need, or contact support.

refusal-nothing-to-change-title = It already is so
refusal-nothing-to-change-detail = The subscription is already what you asked for; someone may have been there before you.
refusal-nothing-to-change-remedy = Nothing needs doing.

refusal-payment-method-unknown-title = There is no such payment method
refusal-payment-method-unknown-detail = It may have been deleted by someone else a moment ago.
refusal-payment-method-unknown-remedy = Choose one from the list, or add a new one.

refusal-payment-method-country-title = The payment method is from another country
refusal-payment-method-country-detail = Payment methods must come from the organization's own country.
refusal-payment-method-country-remedy = Use a card that was issued in your organization's country.

refusal-payment-method-in-use-title = The payment method is in use
refusal-payment-method-in-use-detail = A subscription is paid with it. That counts for expired and disabled ones too, which may come back.
refusal-payment-method-in-use-remedy = Choose another payment method for those subscriptions first.

refusal-card-invalid-title = The card is not right
refusal-card-invalid-detail = The number, the expiry date or the name cannot be that of a card.
refusal-card-invalid-remedy = Compare with the card and enter it again.

refusal-sandbox-only-title = Test cards work in sandboxes only
refusal-sandbox-only-detail = This organization is not a sandbox, so nothing here can be paid with a test card.
refusal-sandbox-only-remedy = Pay by invoice, or try it out in a sandbox organization.

refusal-invoice-not-approved-title = Payment by invoice is not approved yet
refusal-invoice-not-approved-detail = An organization may pay on account after a credit check.
refusal-invoice-not-approved-remedy = Ask support for approval, or use a card.

refusal-payment-in-progress-title = A payment is under way
refusal-payment-in-progress-detail = Another payment for the same subscription has not been answered yet. We never charge twice.
refusal-payment-in-progress-remedy = Wait a minute, then look at the subscription again.

refusal-no-price-title = There is no price for this
refusal-no-price-detail = The product has no price for this term in your organization's currency.
refusal-no-price-remedy = Contact support, who can set one.

refusal-assign-unknown-product-title = Your organization does not have this product
refusal-assign-unknown-product-detail = Only products of a subscription that the organization has can be assigned.
refusal-assign-unknown-product-remedy = Choose one of your products, or redeem a product key for this one first.

refusal-assign-company-only-title = This product needs no assigning
refusal-assign-company-only-detail = It works for the whole organization at once.
refusal-assign-company-only-remedy = Nothing needs doing.

refusal-assign-foreign-plan-title = The service is not part of the product
refusal-assign-foreign-plan-detail = One of the services to turn off belongs to another product.
refusal-assign-foreign-plan-remedy = Open the page again and choose among the services shown.

refusal-assign-duplicate-title = The product is named twice
refusal-assign-duplicate-detail = A request names each product once, to add or to remove.
refusal-assign-duplicate-remedy = Leave one of the two out.

refusal-assign-usage-location-title = The usage location is missing
refusal-assign-usage-location-detail = Some services are not available everywhere, so a license needs to know in which country the person works.
refusal-assign-usage-location-remedy = Set the person's usage location, then assign the license.

refusal-assign-prohibited-title = A service is not available in that country
refusal-assign-prohibited-detail = One of the product's services may not be used in the person's usage location.
refusal-assign-prohibited-remedy = Turn the service off for this person, or correct the usage location.

refusal-assign-dependency-title = A service needs another one
refusal-assign-dependency-detail = One of the services works only together with another one, which is turned off.
refusal-assign-dependency-remedy = Turn the other service on as well, or turn this one off.

refusal-assign-exclusive-title = Two services exclude each other
refusal-assign-exclusive-detail = The person would have the same service twice, in two editions.
refusal-assign-exclusive-remedy = Turn one of the two off, or remove one of the products.

refusal-assign-no-units-title = There are no licenses left
refusal-assign-no-units-detail = All licenses of the product are assigned, or its subscription is disabled.
refusal-assign-no-units-remedy = Remove a license from someone else, buy more, or reactivate a subscription.

refusal-assign-not-held-title = The person does not have this license
refusal-assign-not-held-detail = There is nothing to remove; someone may have removed it already.
refusal-assign-not-held-remedy = Open the page again to see which licenses the person has.

refusal-assign-inherited-title = The license comes from a group
refusal-assign-inherited-detail = Everyone in the group has it, so it cannot be taken from one person alone.
refusal-assign-inherited-remedy = Take the person out of the group, or the license from the group.

refusal-assign-self-service-title = A user bought these licenses
refusal-assign-self-service-detail = The person who bought them also assigns them.
refusal-assign-self-service-remedy = Ask the person who bought them.

refusal-key-below-assigned-title = The key is for fewer licenses than are assigned
refusal-key-below-assigned-detail = Extending with this key would leave people without a license.
refusal-key-below-assigned-remedy = Remove licenses from people first, or use a key for more licenses.

refusal-key-not-extendable-title = This subscription takes no product key
refusal-key-not-extendable-detail = Keys extend or enlarge only subscriptions that were started with a key, and add licenses only while they are active.
refusal-key-not-extendable-remedy = Redeem the key as a new subscription.

# The same refusals with what is known about the case at hand.
exact-not-permitted = This needs the role { $roles }.
exact-not-permitted-provider = Only we, the provider, can do this.
exact-not-permitted-ask = Ask { $names }.
exact-partner = It was sold by { $partner }.
exact-partner-remedy = Contact { $partner }.
exact-buyer = { $buyer } bought it.
exact-balance = { $amount } is unpaid.
exact-cancel-window = A subscription of this kind can be cancelled in the first { $days } days after its start or a renewal, and they have passed.
exact-cancel-too-many = It has more than { $most } licenses.
exact-cancel-domain = The domain { $domain } is still attached.
exact-below-assigned = { $assigned ->
    [one] One license is assigned.
   *[other] { $assigned } licenses are assigned, which is more than the new total.
}
exact-reduction-window = Licenses can be removed in the first { $days } days after a purchase or renewal, and they have passed.
exact-range = Enter a number from { $minimum } to { $maximum }.
exact-at-least = Enter { $minimum } or more.
exact-method-country = It must be from { $country }, the organization's country.
exact-method-in-use = { $count ->
    [one] It pays for one subscription.
   *[other] It pays for { $count } subscriptions.
}
exact-card-number = The card number is not that of a card. Compare it with the card.
exact-card-expiry = The expiry date must be a month and a year that have not passed, such as 09/29.
exact-card-holder = Enter the name on the card.
exact-card-code = The security code has three or four digits.
exact-declined = The bank declined the card. Nothing has been charged and nothing has changed.
exact-needs = { $plan } needs { $needs }, which is turned off.
exact-exclusive = { $one } and { $other } exclude each other.
exact-prohibited = { $plan } is not available in { $country }.
exact-no-units = No license of { $product } is left.
exact-key-groups = { $count ->
    [one] Look at group { $groups } again: it cannot be right.
   *[other] Look at groups { $groups } again: they cannot be right.
}
exact-key-family = This key is for { $family }.
exact-key-own = Your organization has redeemed the key ending in { $key } already.
exact-key-used = The key ending in { $key } has been used.
exact-key-double = The key ending in { $key } is entered twice.
exact-key-expired = The last day to redeem the key ending in { $key } has passed.
exact-key-revoked = The key ending in { $key } has been withdrawn.
exact-key-offer = What the key ending in { $key } gives is not available.
exact-key-plan = The key ending in { $key } is for another product, another term or another number of licenses.
exact-key-maximum = Together that is more licenses than the product allows. The maximum is { $maximum }.
exact-key-country = The key was sold for { $country }.
exact-key-below = { $assigned } licenses are assigned, and the key is for { $quantity }.
exact-key-wait = { $minutes ->
    [one] Try again in a minute.
   *[other] Try again in { $minutes } minutes.
}
exact-declined-funds = The bank declined the card: there is not enough money on the account. Nothing has been charged and nothing has changed.
exact-declined-expired = The bank declined the card: it has expired. Nothing has been charged and nothing has changed.
exact-declined-test = This is not one of the test cards, and a sandbox takes only those. Nothing has been charged and nothing has changed.
