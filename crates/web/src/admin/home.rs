//! GET `/admin`: what needs attention.

use aktiver_service::domain::role::Operation;
use aktiver_service::domain::subscription::{Phase, Standing};
use aktiver_service::subscriptions::{self, PoolView, SubscriptionView};
use aktiver_service::support::{self, RequestStatus};
use aktiver_service::{Error, billing};
use axum::response::Response;

use super::status::status;
use crate::components::{Notice, Section, Sheet, Tone, UseBar};
use crate::doors;
use crate::i18n::Text;
use crate::layout::Area;
use crate::render::Fragment;
use crate::session::Desk;
use crate::words;

fn of_subscription(t: Text, view: &SubscriptionView) -> Option<Notice> {
    let id = view.subscription.id;
    let link = (String::new(), format!("{}/{id}", doors::ADMIN_PRODUCTS));
    let name = view.product.name.as_str();
    let (tone, title) = match view.phase {
        Phase::Expired => (Tone::Warning, t.with("attention-expired", &[("product", name.into())])),
        Phase::Disabled => (Tone::Error, t.with("attention-disabled", &[("product", name.into())])),
        Phase::LockedOut => (Tone::Error, t.with("attention-locked", &[("product", name.into())])),
        Phase::Pending => (Tone::Info, t.with("attention-pending", &[("product", name.into())])),
        Phase::Active if matches!(view.subscription.standing, Standing::PaymentFailing { .. }) => {
            (Tone::Error, t.with("attention-failing", &[("product", name.into())]))
        }
        _ => return None,
    };
    Some(Notice {
        link: Some(link),
        ..Notice::new(tone, title).text(status(t, view))
    })
}

fn of_pool(t: Text, pool: &PoolView) -> Option<Notice> {
    let over = pool.pool.over_assigned();
    (over > 0 && pool.pool.is_usable()).then(|| {
        Notice::new(
            Tone::Warning,
            t.with(
                "attention-over",
                &[("product", pool.product.name.as_str().into()), ("count", over.into())],
            ),
        )
        .text(t.get("attention-over-text"))
        .link(String::new(), format!("{}/{}", doors::ADMIN_LICENSES, pool.product.id))
    })
}

/// What needs attention, each title a link to where it is dealt with.
#[derive(askama::Template)]
#[template(path = "admin/attention.html")]
struct Attention {
    notices: Vec<Notice>,
}

#[derive(askama::Template)]
#[template(path = "admin/tasks.html")]
struct Tasks {
    tasks: Vec<(String, &'static str)>,
}

/// GET `/admin`
pub async fn home(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        if !desk.is_admin() {
            desk.ctx.require(Operation::ViewProducts)?;
        }
        let mut attention: Vec<Notice> = Vec::new();
        let mut bars = Vec::new();
        if desk.may(Operation::ViewProducts) {
            let views = subscriptions::list(&desk.app, &desk.ctx).await?;
            attention.extend(views.iter().filter_map(|view| of_subscription(t, view)));
            let pools = subscriptions::pools(&desk.app, &desk.ctx).await?;
            attention.extend(pools.iter().filter_map(|pool| of_pool(t, pool)));
            bars.extend(pools.iter().filter(|pool| pool.pool.is_usable()).map(bar(t)));
        }
        if desk.may(Operation::ViewPayment)
            && let Some(owed) = billing::balance(&desk.app, &desk.ctx)
                .await?
                .filter(|owed| owed.minor > 0)
        {
            attention.push(
                Notice::new(
                    Tone::Info,
                    t.with("attention-balance", &[("amount", words::money(t, owed).into())]),
                )
                .link(String::new(), doors::ADMIN_BILLS),
            );
        }
        if desk.may(Operation::ServiceRequests) {
            let answered = support::list(&desk.app, &desk.ctx, 50).await?;
            attention.extend(
                answered
                    .iter()
                    .filter(|request| request.status == RequestStatus::AttentionNeeded)
                    .map(|request| {
                        Notice::new(
                            Tone::Info,
                            t.with("attention-answer", &[("title", request.title.as_str().into())]),
                        )
                        .link(String::new(), format!("{}/{}", doors::ADMIN_SUPPORT, request.id))
                    }),
            );
        }
        Ok::<_, Error>(page(&desk, attention, bars))
    };
    desk.respond(Area::Admin, work).await
}

fn bar(t: Text) -> impl Fn(&PoolView) -> Fragment {
    move |pool| {
        Fragment::of(&UseBar {
            t,
            label: pool.product.name.clone(),
            used: pool.pool.consumed.into(),
            total: pool.pool.assignable().into(),
        })
    }
}

fn page(desk: &Desk, mut attention: Vec<Notice>, bars: Vec<Fragment>) -> Response {
    let t = desk.t;
    let mut section = Section::new("attention", t.get("attention-title")).card();
    // The worst first.
    attention.sort_by_key(|notice| match notice.tone {
        Tone::Error => 0,
        Tone::Warning => 1,
        _ => 2,
    });
    section = if attention.is_empty() {
        section.paragraph(&t.get("attention-none"))
    } else {
        section.piece(&Attention { notices: attention })
    };
    let tasks = [
        (Operation::RedeemKeys, t.get("task-key"), doors::SETUP_KEY),
        (Operation::ViewProducts, t.get("task-products"), doors::ADMIN_PRODUCTS),
        (Operation::AssignLicenses, t.get("task-assign"), doors::ADMIN_USERS),
        (
            Operation::ManagePayment,
            t.get("task-payment"),
            doors::ADMIN_PAYMENT_METHODS,
        ),
    ];
    let tasks = Tasks {
        tasks: tasks
            .into_iter()
            .filter(|(operation, _, _)| desk.may(*operation))
            .map(|(_, label, href)| (label, href))
            .collect(),
    };
    let mut sheet = Sheet::new(desk.page(Area::Admin, t.get("area-admin")))
        .lead(desk.ctx.organization.name.clone())
        .piece(&section)
        .piece(&Section::new("tasks", t.get("admin-tasks")).piece(&tasks));
    if !bars.is_empty() {
        let mut use_of = Section::new("use", t.get("admin-use")).card();
        use_of.blocks = bars;
        sheet = sheet.piece(&use_of);
    }
    sheet.respond()
}
