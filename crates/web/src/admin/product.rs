//! GET `/admin/products/{id}`: one subscription. POST `/admin/products/{id}/payment-method`.

use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::policy::Channel;
use aktiver_service::domain::refusal::PaymentRefusal;
use aktiver_service::domain::role::Operation;
use aktiver_service::domain::subscription::{Phase, Standing};
use aktiver_service::subscriptions::{self, ActionKind as Kind, SubscriptionView};
use aktiver_service::{Error, Result, billing};
use axum::extract::Path;
use axum::response::Response;

use super::actions::{action, contact_support, ways};
use super::products::{StatusCell, paid_with};
use super::{id, method_label, moments, page, status, to_products};
use crate::components::{
    Action, ActionKind, ActionRow, Choice, Control, Facts, Field, FormBox, Notice, Pill, Section, Sheet, State,
    Timeline, Tone, UseBar,
};
use crate::explain;
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::{doors, words};

fn facts(t: Text, view: &SubscriptionView) -> Facts {
    let s = &view.subscription;
    let mut facts = Facts::new()
        .text(t.get("column-purchased"), &t.count(s.quantity.into()))
        .text(t.get("column-assigned"), &t.count(view.assigned.into()))
        .text(t.get("column-term"), &words::term(t, s.term));
    if s.standing != Standing::Pending {
        facts = facts.text(
            t.get("fact-period"),
            &format!("{} – {}", t.date(s.period.start), t.last_day(s.period.end)),
        );
    }
    facts = facts
        .text(
            t.get("fact-recurring"),
            &if s.recurring {
                t.get("word-on")
            } else {
                t.get("word-off")
            },
        )
        .text(t.get("column-paid"), &paid_with(t, view));
    if let Some(price) = view.unit_price {
        facts = facts.text(t.get("fact-price"), &words::money(t, price));
    }
    facts = facts.text(t.get("column-channel"), &words::channel(t, s.channel));
    if let Some(seller) = &s.seller {
        facts = facts.text(t.get("fact-seller"), seller);
    }
    facts.text(t.get("fact-id"), &s.id.to_string())
}

/// What the page says before anything else.
fn notice(t: Text, view: &SubscriptionView) -> Option<Notice> {
    let offered = view.actions.iter().find(|action| action.kind == Kind::Reactivate)?;
    let id = view.subscription.id;
    let (tone, title) = match view.phase {
        Phase::Expired => (Tone::Warning, t.get("product-expired")),
        Phase::Disabled => (Tone::Error, t.get("product-disabled")),
        Phase::LockedOut => (Tone::Error, t.get("product-locked")),
        Phase::Deleted if view.subscription.replaced_by.is_some() => (Tone::Neutral, t.get("product-replaced")),
        Phase::Deleted => (Tone::Neutral, t.get("product-deleted")),
        Phase::Active if matches!(view.subscription.standing, Standing::PaymentFailing { .. }) => {
            (Tone::Error, t.get("product-failing"))
        }
        Phase::Active if !view.subscription.recurring => {
            return Some(Notice::new(Tone::Info, t.get("product-recurring-off")));
        }
        _ => return None,
    };
    let mut notice = Notice::new(tone, title);
    notice.link = match &offered.refusal {
        None => Some((
            t.get("action-reactivate-this"),
            format!("{}/{id}/reactivate", doors::ADMIN_PRODUCTS),
        )),
        Some(refusal) => view
            .subscription
            .replaced_by
            .map(|newer| (t.get("product-newer"), format!("{}/{newer}", doors::ADMIN_PRODUCTS)))
            .or_else(|| ways(t, view, refusal).into_iter().next()),
    };
    Some(notice)
}

fn actions(t: Text, view: &SubscriptionView) -> ActionRow {
    let mut actions: Vec<Action> = view
        .actions
        .iter()
        .filter_map(|offered| action(t, view, offered))
        .collect();
    if let Some(href) = contact_support(view) {
        let support = Action {
            id: format!("support-{}", view.subscription.id),
            label: t.get("action-support"),
            kind: ActionKind::Secondary,
            state: State::Link { href },
        };
        actions.insert(1.min(actions.len()), support);
    }
    // An active subscription is not the place to explain reactivation.
    if view.phase == Phase::Active {
        actions.retain(|action| !action.id.starts_with("reactivate"));
    }
    ActionRow { t, actions }
}

/// Whether anything is ever charged for it: what a partner, a reseller or a key pays for is not.
fn can_be_charged(view: &SubscriptionView) -> bool {
    match view.subscription.channel {
        Channel::Direct | Channel::DirectClassic | Channel::DirectRep | Channel::SelfService => true,
        Channel::Prepaid => view.subscription.recurring,
        Channel::VolumeEnterprise
        | Channel::VolumeOpen
        | Channel::Partner
        | Channel::PartnerClassic
        | Channel::Trial => false,
    }
}

/// The form that chooses another payment method.
async fn method_form(desk: &Desk, view: &SubscriptionView) -> Result<Option<FormBox>> {
    let t = desk.t;
    if !desk.may(Operation::ManageSubscriptions) || view.phase == Phase::Deleted || !can_be_charged(view) {
        return Ok(None);
    }
    let methods = billing::methods(&desk.app, &desk.ctx).await?;
    if methods.len() < 2 && view.subscription.payment_method.is_some() || methods.is_empty() {
        return Ok(None);
    }
    let current = view.subscription.payment_method;
    let mut options: Vec<Choice> = methods
        .iter()
        .map(|method| Choice {
            value: method.id.to_string(),
            label: method_label(t, method.kind.as_str(), &method.label),
            hint: None,
            selected: current == Some(method.id),
        })
        .collect();
    if !options.iter().any(|option| option.selected) {
        options.insert(
            0,
            Choice {
                value: String::new(),
                label: t.get("field-choose"),
                hint: None,
                selected: true,
            },
        );
    }
    let field = Field::new(t, "method", t.get("column-paid"), Control::Select(options));
    let action = format!("{}/{}/payment-method", doors::ADMIN_PRODUCTS, view.subscription.id);
    Ok(Some(
        FormBox::new(t, action, &desk.csrf, t.get("product-method-save"))
            .kind(ActionKind::Secondary)
            .fields(vec![field]),
    ))
}

/// GET `/admin/products/{id}`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        let t = desk.t;
        let view = subscriptions::get(&desk.app, &desk.ctx, id::<_>(&text)?).await?;
        let mut page = page(&desk, view.product.name.clone(), &[to_products(t)]);
        let done = page.notice.is_some();
        if !done {
            page.notice = notice(t, &view);
        }
        let heading = StatusCell {
            pill: Pill::phase(t, words::phase(view.phase)),
            text: status(t, &view),
        };
        let mut sheet = Sheet::new(page)
            .piece(&heading)
            .piece(&Timeline::new(t, "life", desk.ctx.now, moments(t, &view)))
            .piece(&Section::new("actions", t.get("product-actions")).piece(&actions(t, &view)));
        if view.phase.is_usable() {
            sheet = sheet.piece(&UseBar {
                t,
                label: t.get("product-use"),
                used: view.assigned.into(),
                total: view.subscription.quantity.into(),
            });
        }
        sheet = sheet.piece(
            &Section::new("facts", t.get("product-facts"))
                .card()
                .piece(&facts(t, &view)),
        );
        if let Some(form) = method_form(&desk, &view).await? {
            sheet = sheet.piece(&Section::new("method", t.get("product-method")).card().piece(&form));
        }
        Ok(sheet.respond())
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/products/{id}/payment-method`
pub async fn replace_method(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let id: SubscriptionId = id(&text)?;
        let Some(method) = form.filled("method") else {
            return Err(Error::Refused(Refusal::Payment(PaymentRefusal::MethodRequired)));
        };
        let method = super::id(method)?;
        subscriptions::set_payment_method(&desk.app, &desk.ctx, id, method).await?;
        Ok(go(&format!("{}/{id}", doors::ADMIN_PRODUCTS), Done::MethodReplaced))
    };
    desk.respond(Area::Admin, work).await
}

/// A refusal as a notice above a form.
pub fn refusal_notice(t: Text, refusal: &Refusal) -> Notice {
    let words = explain::explain(t, refusal, None);
    Notice::new(Tone::Error, words.title)
        .text(format!("{} {}", words.detail, words.remedy))
        .link(t.get("action-why"), explain::known(refusal).path())
}
