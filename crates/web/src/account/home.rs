//! GET `/account`: who I am, products, apps, devices. POST `/account/devices/sign-out`.

use aktiver_service::account::{self, AccountHome, AccountProduct, AppOffer, NoApps, Release};
use aktiver_service::domain::catalog::AppKind;
use aktiver_service::domain::device::Device;
use axum::response::Response;

use crate::components::{
    Action, ActionKind, ActionRow, Cell, Column, Empty, Facts, Notice, Phase, Pill, Section, Sheet, State, Table, Tone,
};
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::render::Fragment;
use crate::session::{Desk, Posted};
use crate::{admin, doors, words};

struct File {
    href: String,
    version: String,
    size: String,
    sha256: String,
    label: String,
}

struct Offer {
    name: String,
    text: String,
    files: Vec<File>,
}

#[derive(askama::Template)]
#[template(path = "account/apps.html")]
struct Apps {
    t: Text,
    offers: Vec<Offer>,
}

struct Service {
    name: String,
    usable: bool,
}

#[derive(askama::Template)]
#[template(path = "account/product.html")]
struct ProductCard {
    t: Text,
    name: String,
    status: Pill,
    remark: Option<String>,
    services: Vec<Service>,
}

fn file(t: Text, offer: &AppOffer, release: &Release) -> File {
    let platform = words::platform_named(&release.platform);
    File {
        href: format!("{}/apps/{}/{}", doors::ACCOUNT, offer.app.id, release.platform),
        label: t.with(
            "install-for",
            &[
                ("app", offer.app.name.as_str().into()),
                ("platform", platform.as_str().into()),
            ],
        ),
        version: release.version.clone(),
        size: words::size(t, release.size),
        sha256: release.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn offer(t: Text, offer: &AppOffer) -> Offer {
    let blocked = offer.blocked.is_some();
    let text = match offer.app.kind {
        _ if blocked => t.get("install-off"),
        _ if !offer.releases.is_empty() => t.get("install-desktop"),
        AppKind::Desktop => t.get("install-soon"),
        AppKind::Mobile => t.get("install-mobile"),
        AppKind::Web => t.get("install-web"),
    };
    Offer {
        name: words::app(t, &offer.app.id, &offer.app.name),
        text,
        files: if blocked {
            Vec::new()
        } else {
            offer.releases.iter().map(|release| file(t, offer, release)).collect()
        },
    }
}

/// Why there is nothing to install, and what helps (MA-01 … MA-04).
pub(super) fn nothing(t: Text, why: &NoApps) -> Notice {
    match why {
        NoApps::NoLicense => Notice::new(Tone::Warning, t.get("no-apps-license"))
            .text(t.get("no-apps-license-text"))
            .link(t.get("help-assign-licenses-title"), "/help/assign-licenses"),
        NoApps::SubscriptionDisabled {
            products,
            administrators,
        } => {
            let names = words::all_of(t, products);
            let notice = Notice::new(Tone::Warning, t.with("no-apps-disabled", &[("products", names.into())]));
            let text = if administrators.is_empty() {
                t.get("no-apps-disabled-text")
            } else {
                let names = words::one_of(t, administrators);
                t.with("no-apps-disabled-ask", &[("names", names.into())])
            };
            notice
                .text(text)
                .link(t.get("help-reactivate-title"), "/help/reactivate")
        }
        NoApps::PlanTurnedOff => Notice::new(Tone::Warning, t.get("no-apps-off")).text(t.get("no-apps-off-text")),
        NoApps::NotIncluded => {
            Notice::new(Tone::Info, t.get("no-apps-not-included")).text(t.get("no-apps-not-included-text"))
        }
    }
}

fn product(t: Text, held: &AccountProduct) -> ProductCard {
    let phase = admin::phase_of(held.status);
    let status = Pill::phase(t, phase);
    let remark = match phase {
        Phase::Active => None,
        Phase::Expired => Some(t.get("license-grace-text")),
        Phase::Disabled => Some(t.get("license-disabled-text")),
        Phase::LockedOut => Some(t.get("license-locked-text")),
        _ => Some(t.get("license-gone-text")),
    };
    let mut services: Vec<Service> = held
        .plans
        .iter()
        .map(|(plan, usable)| Service {
            name: plan.friendly_name.clone(),
            usable: *usable,
        })
        .collect();
    services.sort_by(|a, b| b.usable.cmp(&a.usable).then_with(|| a.name.cmp(&b.name)));
    ProductCard {
        t,
        name: held.product.name.clone(),
        status,
        remark,
        services,
    }
}

fn device_row(desk: &Desk, device: &Device) -> Vec<Cell> {
    let t = desk.t;
    let state = if device.is_active() {
        Cell::piece(&ActionRow {
            t,
            actions: vec![Action {
                id: format!("device-{}", device.id),
                label: t.get("device-sign-out"),
                kind: ActionKind::Secondary,
                state: State::Post {
                    action: format!("{}/devices/sign-out", doors::ACCOUNT),
                    csrf: desk.csrf.clone(),
                    fields: vec![("device".to_owned(), device.id.clone())],
                    confirm: Some(t.with("device-sign-out-confirm", &[("device", device.name.as_str().into())])),
                },
            }],
        })
    } else {
        Cell::text(&t.get("device-signed-out"))
    };
    vec![
        Cell::text(&device.name),
        Cell::text(&format!(
            "{}, {}",
            words::device_class(t, device.class),
            words::platform(device.platform)
        )),
        Cell::text(&t.date(device.last_seen)),
        state,
    ]
}

fn devices(desk: &Desk, devices: &[Device]) -> Table {
    let t = desk.t;
    Table {
        t,
        id: "devices".to_owned(),
        caption: t.get("devices-caption"),
        columns: vec![
            Column::text(t.get("column-device")),
            Column::text(t.get("column-kind")),
            Column::text(t.get("column-last-used")),
            Column::text(t.get("column-action")),
        ],
        rows: devices.iter().map(|device| device_row(desk, device)).collect(),
        empty: Empty {
            title: t.get("devices-none"),
            text: t.get("devices-none-text"),
            link: None,
        },
        filter: false,
    }
}

/// GET `/account`
pub async fn home(desk: Desk) -> Response {
    let work = async {
        let found = account::home(&desk.app, &desk.ctx).await?;
        Ok(page(&desk, &found))
    };
    desk.respond(Area::Account, work).await
}

fn page(desk: &Desk, found: &AccountHome) -> Response {
    let t = desk.t;
    let who = Facts::new()
        .text(t.get("fact-name"), &found.user.display_name)
        .text(t.get("fact-user-name"), &found.user.user_principal_name)
        .text(t.get("fact-organization"), &desk.ctx.organization.name);
    let mut installs = Section::new("installs", t.get("account-apps")).lead(t.get("account-apps-lead"));
    if let Some(why) = &found.notice {
        installs = installs.piece(&nothing(t, why));
    }
    if !found.apps.is_empty() {
        let offers = found.apps.iter().map(|app| offer(t, app)).collect();
        installs = installs.piece(&Apps { t, offers });
    }
    installs = installs.piece(&devices(desk, &found.devices));
    let mut products = Section::new("products", t.get("account-products"));
    if found.products.is_empty() {
        products = products.paragraph(&t.get("account-products-none"));
    } else {
        products.blocks.push(Fragment::cards(
            found.products.iter().map(|held| Fragment::of(&product(t, held))),
        ));
    }
    Sheet::new(desk.page(Area::Account, t.get("area-account")))
        .lead(t.with("account-lead", &[("name", found.user.display_name.as_str().into())]))
        .piece(&installs)
        .piece(&products)
        .piece(&Section::new("me", t.get("account-me")).card().piece(&who))
        .respond()
}

/// POST `/account/devices/sign-out`
pub async fn sign_out_device(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        account::sign_out_device(&desk.app, &desk.ctx, form.text("device")).await?;
        Ok(go(doors::ACCOUNT, Done::DeviceSignedOut))
    };
    desk.respond(Area::Account, work).await
}
