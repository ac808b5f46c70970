# What each refusal code says: what happened, why, and what helps. The ids follow from refusals.rs.

refusal-deleted-title = The subscription is deleted
refusal-deleted-detail = Its data is gone and cannot be brought back.
refusal-deleted-remedy = Buy a new subscription of the product and assign its licenses.

refusal-partner-managed-title = A partner manages this subscription
refusal-partner-managed-detail = It was sold by a partner, and only the partner can change it.
refusal-partner-managed-remedy = Contact the partner. The subscription's page shows how to reach them.

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
refusal-self-service-remedy = Ask the buyer, or take the subscription over for the organization.

refusal-pending-title = Something is still under way
refusal-pending-detail = An order or a credit check for this subscription is being processed.
refusal-pending-remedy = Wait; it takes at most 48 hours. Contact support if it takes longer.

refusal-balance-due-title = There are unpaid invoices
refusal-balance-due-detail = The subscription cannot go on before what is owed has been paid.
refusal-balance-due-remedy = Choose Pay now or Settle balance, and try again.

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

refusal-parent-not-active-title = The main subscription is not active
refusal-parent-not-active-detail = This is an add-on, and it works only together with an active main subscription.
refusal-parent-not-active-remedy = Reactivate the main subscription first, then the add-on.

refusal-trial-buy-instead-title = A trial cannot be reactivated
refusal-trial-buy-instead-detail = The trial is over, and the same trial cannot be taken again.
refusal-trial-buy-instead-remedy = Buy the product. Assigned licenses and data are kept if you do it in time.

refusal-cancel-window-passed-title = It is too late to cancel
refusal-cancel-window-passed-detail = Under this agreement a subscription can be cancelled only in the first days after it starts or renews.
refusal-cancel-window-passed-remedy = Turn recurring billing off. The subscription then ends with its term.

refusal-cancel-too-many-licenses-title = Too many licenses to cancel here
refusal-cancel-too-many-licenses-detail = A subscription of this kind with more than 25 licenses cannot be cancelled on the page.
refusal-cancel-too-many-licenses-remedy = Reduce it to 25 licenses or fewer first, or contact support.

refusal-already-cancelled-title = The subscription is already cancelled
refusal-already-cancelled-detail = Someone cancelled it before you did.
refusal-already-cancelled-remedy = You do not need to do anything. To undo the cancellation, reactivate the subscription.

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
refusal-reduction-window-passed-remedy = Schedule the reduction for the next renewal instead.

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
