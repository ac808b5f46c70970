//! Bringing subscriptions back: scenarios 4 to 9, 50, and INV-5 by random histories.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::{Channel, ReactivationForm};
use aktiver_domain::role::Role;
use aktiver_domain::subscription::{Anchor, Arrears, Phase};
use aktiver_domain::{Money, Refusal};
use aktiver_service::billing::NewMethod;
use aktiver_service::devices::DeviceInfo;
use aktiver_service::subscriptions::{self, ActionKind, ReactivateCommand};
use aktiver_service::{Ctx, Error, billing, devices};
use aktiver_storage::payment::LedgerKind;

use crate::both_engines;
use crate::harness::ISSUER;
use crate::world::{FAILING_CARD, GOOD_CARD, MONTH, World, YEAR, cancel_now, card, code, nok, plainly};

/// Small steps of a generator that tests own.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

both_engines! {
    async fn scenario_04_an_expired_classic_annual_is_charged_and_moves_on_a_year(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 4, false).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        let before = w.assignments(&[ola]).await;
        w.days(370).await;
        let expired = w.view(id).await;
        assert_eq!(expired.phase, Phase::Expired);
        let billing_admin = w.person("bjarne", Role::BillingAdministrator).await;
        let preview = subscriptions::preview_reactivate(&t.app, &billing_admin, id, &plainly()).await.unwrap();
        assert_eq!((preview.form, preview.amounts.due), (ReactivationForm::ExtendTerm, nok(4 * YEAR)));
        let back = subscriptions::reactivate(&t.app, &billing_admin, id, &plainly()).await.unwrap();
        assert_eq!((back.phase, back.subscription.id), (Phase::Active, id));
        assert_eq!(back.subscription.period.start, expired.subscription.period.end);
        assert_eq!(back.subscription.period, preview.subscription.period);
        assert_eq!(w.gateway().moved(), 4 * YEAR);
        assert_eq!(w.assignments(&[ola]).await, before, "INV-5");
        assert_eq!(w.charges(id).await, ["succeeded"]);
        let lines = billing::ledger(&t.app, &billing_admin, 10).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.kind == LedgerKind::ReEnable).count(), 1, "SPEC 5.3");
        assert_eq!(w.balance().await, 0, "paid by card");
        assert_eq!(code(subscriptions::reactivate(&t.app, &billing_admin, id, &plainly()).await), "NOTHING_TO_REACTIVATE");
        assert_eq!(w.gateway().moved(), 4 * YEAR);
    }

    async fn scenario_05_and_44_a_card_declines_for_30_days_and_a_new_one_brings_it_back(t: &Harness) {
        let w = World::sandbox(t).await;
        let failing = billing::add_method(&t.app, &w.admin().await, NewMethod::SandboxCard(card(FAILING_CARD))).await.unwrap();
        let mut sale = w.sale("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true);
        sale.payment_method = Some(failing.id);
        let id = w.provision(sale).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        let end = w.view(id).await.subscription.period.end;
        w.days(366).await;
        assert_eq!(w.phase(id).await, Phase::Active, "service goes on while the charge is tried again");
        assert!(!w.usable(ola).await.is_empty());
        w.days(29).await;
        assert_eq!(w.charges(id).await, vec!["declined"; 10], "every third day of the thirty");
        assert_eq!(w.told(id, "subscription.renewal_failed").await, 10, "a message per failure");
        w.days(2).await;
        assert_eq!(w.phase(id).await, Phase::Disabled);
        assert!(w.usable(ola).await.is_empty());
        let tries = w.charges(id).await.len();

        w.days(10).await;
        assert_eq!(w.charges(id).await.len(), tries, "no more tries");
        let command = ReactivateCommand { new_method: Some(NewMethod::SandboxCard(card(GOOD_CARD))), ..plainly() };
        let preview = subscriptions::preview_reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
        assert_eq!((preview.amounts.arrears, preview.amounts.term), (nok(2 * YEAR), nok(0)));
        let back = subscriptions::reactivate(&t.app, &w.admin().await, id, &command).await.unwrap();
        assert_eq!(back.phase, Phase::Active);
        assert_eq!(back.subscription.period.start, end, "the next billing date stays what it was");
        assert_ne!(back.subscription.payment_method, Some(failing.id));
        assert_eq!(w.gateway().moved(), 2 * YEAR);
        assert!(!w.usable(ola).await.is_empty());
        billing::delete_method(&t.app, &w.admin().await, failing.id).await.unwrap();
    }

    async fn spec_16_3_a_replaced_card_pays_the_failing_renewal_at_once(t: &Harness) {
        let w = World::sandbox(t).await;
        let failing = billing::add_method(&t.app, &w.admin().await, NewMethod::SandboxCard(card(FAILING_CARD))).await.unwrap();
        let mut sale = w.sale("ENTERPRISEPACK", Channel::Direct, Term::Month, 2, true);
        sale.payment_method = Some(failing.id);
        let id = w.provision(sale).await;
        w.days(35).await;
        assert_eq!(w.view(id).await.subscription.standing.clone(), aktiver_domain::subscription::Standing::PaymentFailing {
            since: w.view(id).await.subscription.period.end,
        });
        let paid = subscriptions::set_payment_method(&t.app, &w.admin().await, id, w.method).await.unwrap();
        assert_eq!(paid.subscription.standing, aktiver_domain::subscription::Standing::Running);
        assert_eq!(w.gateway().moved(), 2 * MONTH);
        w.days(20).await;
        assert_eq!(w.gateway().moved(), 2 * MONTH, "and no retry charges it again");
    }

    async fn scenario_06_an_expired_direct_one_gives_way_to_a_new_one_in_the_same_pool(t: &Harness) {
        let w = World::sandbox(t).await;
        let old = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Month, 4, false).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        let before = w.assignments(&[ola]).await;
        w.days(40).await;
        let units = w.pool("ENTERPRISEPACK").await.unwrap().pool;
        let back = subscriptions::reactivate(&t.app, &w.admin().await, old, &plainly()).await.unwrap();
        assert_ne!(back.subscription.id, old);
        assert_eq!(back.subscription.replaces, Some(old));
        assert_eq!(back.subscription.term, Term::Month);
        assert_eq!(back.subscription.period.start, aktiver_domain::calendar::day_start(w.now().await));
        let pool = w.pool("ENTERPRISEPACK").await.unwrap().pool;
        assert_eq!((pool.enabled, pool.warning, pool.consumed), (units.warning, 0, units.consumed));
        assert_eq!(w.assignments(&[ola]).await, before, "INV-5");
        let closed = w.view(old).await;
        assert_eq!((closed.phase, closed.subscription.replaced_by), (Phase::Deleted, Some(back.subscription.id)));
        assert_eq!(w.told(old, "subscription.deleted").await, 0, "no data is deleted by it");
        assert_eq!(w.told(old, "subscription.replaced").await, 1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, old, &plainly()).await), "NOTHING_TO_REACTIVATE");
        w.days(400).await;
        assert_eq!(w.told(old, "subscription.deleted").await, 0);
    }

    async fn scenario_07_deleted_is_refused(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Month, 4, true).await;
        subscriptions::delete(&t.app, &w.op().await, id).await.unwrap();
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "DELETED");
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.op().await, id, &plainly()).await), "DELETED");
        assert_eq!(w.phase(id).await, Phase::Deleted, "INV-4");
    }

    async fn scenario_08_a_partners_expired_one_names_the_partner(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Partner, Term::Month, 4, false).await;
        w.days(40).await;
        let refused = subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap_err();
        let Error::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), "PARTNER_MANAGED");
        assert!(refusal.message().contains("Nordlys Partner AS"));
    }

    async fn scenario_09_a_license_administrator_is_told_whom_to_ask(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 4, false).await;
        w.person("bjarne", Role::BillingAdministrator).await;
        let lisa = w.person("lisa", Role::LicenseAdministrator).await;
        w.days(40).await;
        let lisa = t.as_user(w.id, lisa.actor.user().unwrap()).await;
        let refused = subscriptions::reactivate(&t.app, &lisa, id, &plainly()).await.unwrap_err();
        let Error::Refused(Refusal::NotPermitted { needed }) = refused else { panic!("{refused:?}") };
        assert!(needed.contains(&Role::BillingAdministrator));
        let view = subscriptions::get(&t.app, &lisa, id).await.unwrap();
        let action = view.actions.into_iter().find(|a| a.kind == ActionKind::Reactivate).unwrap();
        assert_eq!(action.refusal.unwrap().code(), "NOT_PERMITTED");
        assert!(action.ask.iter().any(|name| name.contains("bjarne")) && action.ask.iter().any(|name| name.contains("Admin")));
        assert!(w.gateway().asked().is_empty());
    }

    async fn scenario_50_an_add_on_waits_for_its_parent_also_for_the_one_that_took_its_place(t: &Harness) {
        let w = World::sandbox(t).await;
        let parent = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Month, 4, true).await;
        let mut sale = w.sale("MCOEV", Channel::DirectClassic, Term::Month, 4, true);
        sale.parent = Some(parent);
        let add_on = w.provision(sale).await;
        subscriptions::cancel(&t.app, &w.admin().await, parent, cancel_now()).await.unwrap();
        assert_eq!(w.phase(add_on).await, Phase::Disabled, "CA-11");
        assert_eq!(w.why_not(add_on, ActionKind::Reactivate).await, Some("PARENT_NOT_ACTIVE"));
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, add_on, &plainly()).await), "PARENT_NOT_ACTIVE");
        let back = subscriptions::reactivate(&t.app, &w.admin().await, parent, &plainly()).await.unwrap();
        assert_ne!(back.subscription.id, parent);
        assert_eq!(w.why_not(add_on, ActionKind::Reactivate).await, None);
        subscriptions::reactivate(&t.app, &w.admin().await, add_on, &plainly()).await.unwrap();
        assert_eq!(w.phase(add_on).await, Phase::Active);
    }

    async fn ra_07_an_unpaid_invoice_bars_the_customer_until_the_payment_is_booked(t: &Harness) {
        let w = World::normal(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, false).await;
        w.days(35).await;
        assert_eq!(w.phase(id).await, Phase::Expired);
        assert_eq!(w.balance().await, 2 * MONTH);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "BALANCE_DUE");
        assert_eq!(w.why_not(id, ActionKind::Reactivate).await, Some("BALANCE_DUE"));

        let pay = async |ctx: Ctx, amount: Money, text: &str| billing::record_payment(&t.app, &ctx, amount, text).await;
        let op = w.op().await;
        assert_eq!(code(pay(w.admin().await, nok(2 * MONTH), "").await), "NOT_PERMITTED");
        assert_eq!(code(pay(op.clone(), nok(0), "").await), "invalid amount");
        assert_eq!(code(pay(op.clone(), Money::new(1, aktiver_domain::money::Currency::EUR), "").await), "invalid currency");
        assert_eq!(code(pay(op.clone(), nok(1), &"x".repeat(201)).await), "invalid text");
        pay(op.clone(), nok(MONTH), "bank transfer, first half").await.unwrap();
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "BALANCE_DUE");
        pay(op.clone(), nok(MONTH), "").await.unwrap();
        assert_eq!(w.balance().await, 0);
        assert_eq!(w.why_not(id, ActionKind::Reactivate).await, None);
        subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
        assert_eq!(w.balance().await, 2 * MONTH, "owed on the next invoice");
    }

    async fn ra_04_a_blocked_account_bars_the_customer_and_not_the_provider(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, false).await;
        w.days(35).await;
        aktiver_service::organizations::set_billing_blocked(&t.app, &t.operator, w.id, true).await.unwrap();
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "ACCOUNT_BLOCKED");
        let forgiven = ReactivateCommand { arrears: Arrears::Forgive, ..plainly() };
        subscriptions::reactivate(&t.app, &w.op().await, id, &forgiven).await.unwrap();
        assert_eq!(w.phase(id).await, Phase::Active);
    }

    async fn s_05_c_cancelled_and_taken_back_any_number_of_times_costs_what_was_credited(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        w.days(100).await;
        let mut credits = Vec::new();
        for _ in 0..3 {
            subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
            assert_eq!(w.phase(id).await, Phase::Disabled);
            let preview = subscriptions::preview_reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
            assert_eq!((preview.amounts.credit, preview.amounts.due), (preview.amounts.term, nok(0)));
            subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
            let lines = billing::ledger(&t.app, &w.op().await, 100).await.unwrap();
            credits = lines.iter().filter(|line| line.kind == LedgerKind::Cancel).map(|line| -line.amount.minor).collect();
            assert_eq!((w.gateway().moved(), w.balance().await), (0, 0), "the credit pays for it");
        }
        assert_eq!(credits, [173_589; 3], "2 * 120 000 * 264 / 365, and a credit never grows");
    }

    async fn what_the_organization_is_owed_pays_before_its_card_does(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, false).await;
        billing::record_payment(&t.app, &w.op().await, nok(50_000), "paid twice").await.unwrap();
        assert_eq!(w.balance().await, -50_000);
        w.days(370).await;
        let preview = subscriptions::preview_reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
        assert_eq!((preview.amounts.credit, preview.amounts.due), (nok(50_000), nok(2 * YEAR - 50_000)));
        subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
        assert_eq!((w.gateway().moved(), w.balance().await), (2 * YEAR - 50_000, 0));
        let lines = billing::ledger(&t.app, &w.op().await, 2).await.unwrap();
        let said: Vec<_> = lines.iter().map(|line| (line.kind, line.amount.minor)).collect();
        assert_eq!(said, [(LedgerKind::Payment, 50_000 - 2 * YEAR), (LedgerKind::ReEnable, 2 * YEAR)], "newest first");
        assert_eq!(lines[0].text, lines[1].text, "the product, in no language");
    }

    async fn a_credit_that_something_else_used_meanwhile_undoes_the_charge(t: &Harness) {
        let w = World::sandbox(t).await;
        let first = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, false).await;
        let second = w.sell("SPB", Channel::DirectClassic, Term::Year, 2, false).await;
        billing::record_payment(&t.app, &w.op().await, nok(50_000), "paid twice").await.unwrap();
        w.days(370).await;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, first, &plainly()).await), "busy");
        subscriptions::reactivate(&t.app, &w.admin().await, second, &plainly()).await.unwrap();
        t.pass(jiff::SignedDuration::from_mins(3));
        aktiver_service::worker::run_once(&t.app, 100).await.unwrap();
        assert_eq!((w.charges(first).await, w.phase(first).await), (vec!["refunded"], Phase::Expired));
        assert_eq!((w.gateway().moved(), w.balance().await), (2 * YEAR - 50_000, 0));
    }

    async fn s_05_b_after_the_providers_cut_a_new_subscription_credits_the_unused_days(t: &Harness) {
        let w = World::sandbox(t).await;
        let old = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 2, true).await;
        w.days(10).await;
        subscriptions::disable(&t.app, &w.op().await, old, "chargeback").await.unwrap();
        w.days(10).await;
        let unused = 226_192;
        let preview = subscriptions::preview_reactivate(&t.app, &w.admin().await, old, &plainly()).await.unwrap();
        assert_eq!(preview.form, ReactivationForm::NewSubscription);
        assert_eq!(preview.amounts.unused, nok(unused), "240 000 * 344 / 365: today counts as used");
        let new = subscriptions::reactivate(&t.app, &w.admin().await, old, &plainly()).await.unwrap();
        assert_ne!(new.subscription.id, old);
        assert_eq!((w.gateway().moved(), w.balance().await), (2 * YEAR - unused, 0));
        let lines = billing::ledger(&t.app, &w.op().await, 3).await.unwrap();
        let said: Vec<_> = lines.iter().map(|line| (line.kind, line.amount.minor, line.subscription)).collect();
        assert_eq!(said, [
            (LedgerKind::Payment, unused - 2 * YEAR, Some(new.subscription.id)),
            (LedgerKind::Credit, -unused, Some(old)),
            (LedgerKind::ReEnable, 2 * YEAR, Some(new.subscription.id)),
        ]);
        let back = subscriptions::preview_cancel(&t.app, &w.admin().await, new.subscription.id, aktiver_domain::subscription::CancelWhen::Now).await.unwrap();
        assert_eq!(back.credit, Some(nok(239_342)), "of the whole new term: 240 000 * 364 / 365");
    }

    async fn anchor_today_starts_a_fresh_term(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, false).await;
        w.days(380).await;
        let command = ReactivateCommand { anchor: Some(Anchor::Today), quantity: Some(3), ..plainly() };
        let back = subscriptions::reactivate(&t.app, &w.admin().await, id, &command).await.unwrap();
        assert_eq!(back.subscription.period.start, aktiver_domain::calendar::day_start(w.now().await));
        assert_eq!(back.subscription.quantity, 3);
        assert_eq!(w.gateway().moved(), 3 * YEAR);
    }

    async fn inv_5_no_history_of_lapses_and_reactivations_changes_an_assignment(t: &Harness) {
        let w = World::sandbox(t).await;
        let off = [w.plan("ENTERPRISEPACK", "SWAY"), w.plan("ENTERPRISEPACK", "YAMMER_ENTERPRISE")];
        let mut users = Vec::new();
        for name in ["ola", "nora", "lars"] {
            users.push(w.user(name).await);
        }
        for (number, channel) in [(1_u64, Channel::DirectClassic), (2, Channel::Direct), (3, Channel::DirectRep)] {
            let mut dice = Dice(number);
            let mut id = w.sell("ENTERPRISEPACK", channel, Term::Month, 4, number != 2).await;
            for (user, off) in users.iter().zip([&off[..], &off[..1], &[]]) {
                w.try_assign(*user, "ENTERPRISEPACK", off).await.unwrap();
            }
            let ola = t.as_user(w.id, users[0]).await;
            let info = DeviceInfo {
                id: format!("device-{number}"),
                name: "Laptop".to_owned(),
                class: aktiver_domain::device::DeviceClass::Computer,
                platform: aktiver_domain::device::Platform::Windows,
            };
            devices::activate(&t.app, &ola, ISSUER, &info, &[]).await.unwrap();
            let before = w.assignments(&users).await;
            let machines = devices::list(&t.app, &ola).await.unwrap();
            let mut reactivated = 0;
            for _ in 0..24 {
                let phase = w.phase(id).await;
                let op = w.op().await;
                match (phase, dice.roll(4)) {
                    (Phase::Active, 0) => drop(subscriptions::cancel(&t.app, &op, id, cancel_now()).await),
                    (Phase::Active, 1) => drop(subscriptions::disable(&t.app, &op, id, "drill").await),
                    (Phase::Active, 2) => drop(subscriptions::set_recurring(&t.app, &op, id, false).await),
                    (Phase::Active, _) => w.days(17).await,
                    (Phase::Expired, 0) => w.days(9).await,
                    (Phase::Disabled, 0) => w.days(11).await,
                    (Phase::Expired | Phase::Disabled, 1) => {
                        subscriptions::hold(&t.app, &op, id, "drill").await.unwrap();
                        subscriptions::release(&t.app, &op, id).await.unwrap();
                    }
                    (Phase::Expired | Phase::Disabled, _) => {
                        let ctx = if dice.roll(2) == 0 { w.admin().await } else { op };
                        id = subscriptions::reactivate(&t.app, &ctx, id, &plainly()).await.unwrap().subscription.id;
                        reactivated += 1;
                        assert_eq!(w.phase(id).await, Phase::Active);
                    }
                    (other, _) => panic!("{other:?}"),
                }
                assert_eq!(w.assignments(&users).await, before, "number {number}");
            }
            assert!(reactivated > 1, "{reactivated}");
            let ola = t.as_user(w.id, users[0]).await;
            assert_eq!(devices::list(&t.app, &ola).await.unwrap(), machines);
            subscriptions::delete(&t.app, &w.op().await, id).await.unwrap();
        }
    }
}
