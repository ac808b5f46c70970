//! Signing in and out, My account, apps on other screens.

use aktiver_service::domain::policy::Channel;
use aktiver_service::{catalog, tokens};
use axum::http::StatusCode;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn pages_without_a_session_lead_to_sign_in_and_back() {
    let world = World::new().await;
    world.sell(Channel::Direct, 5).await;
    let mut browser = world.visitor();
    browser.get("/admin/products?status=active").await;
    assert_eq!(browser.path, "/sign-in?return=/admin/products%3Fstatus%3Dactive");
    browser
        .submit(
            "main form",
            &[("name", "kari@fjordvik.aktiver.test"), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(browser.path, "/admin/products?status=active");
    browser.sees("Contoso Suite E3");
    browser.get("/sign-in?return=//evil.example").await;
    assert_eq!(browser.path, "/");
}

#[tokio::test]
async fn the_session_cookie_is_safe_and_ends_with_sign_out() {
    let world = World::new().await;
    let mut browser = world.visitor();
    browser.get("/sign-in").await;
    assert!(browser.set_cookies[0].contains("HttpOnly"));
    let form = browser.html();
    let token = crate::support::attributes(&form, "main input[name=_csrf]", "value")[0].clone();
    let fields: Vec<(String, String)> = [
        ("_csrf", token.as_str()),
        ("name", "kari@fjordvik.aktiver.test"),
        ("password", PASSWORD),
    ]
    .map(|(a, b)| (a.to_owned(), b.to_owned()))
    .to_vec();
    browser.post("/sign-in", &fields).await;
    assert_eq!(browser.path, "/account");
    assert!(browser.cookies.contains_key("aktiver_session"));
    let cookie = browser.cookies["aktiver_session"].clone();
    browser.submit("header .me form", &[]).await;
    assert_eq!(browser.path, "/sign-in");
    browser.sees("You are signed out");
    browser.cookies.insert("aktiver_session".to_owned(), cookie);
    browser.get("/account").await;
    assert!(browser.path.starts_with("/sign-in"), "an old cookie opens nothing");
}

#[tokio::test]
async fn a_wrong_password_is_told_on_the_form_and_keeps_the_name() {
    let world = World::new().await;
    let mut browser = world.visitor();
    browser.get("/sign-in").await;
    browser
        .submit(
            "main form",
            &[("name", "kari@fjordvik.aktiver.test"), ("password", "wrong")],
        )
        .await;
    assert_eq!(browser.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.sees("The user name or the password is wrong");
    let html = browser.html();
    assert_eq!(
        crate::support::attributes(&html, "#field-name", "value"),
        ["kari@fjordvik.aktiver.test"]
    );
    assert!(
        !browser.page.body.contains("\"wrong\""),
        "a password is never sent back"
    );
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let world = World::new().await;
    let mut browser = world.admin().await;
    let pairs = [("advance".to_owned(), "next".to_owned())];
    browser.post("/admin/clock", &pairs).await;
    assert_eq!(browser.page.status, StatusCode::FORBIDDEN);
    browser.sees("The form was too old or came from another site");
}

#[tokio::test]
async fn operators_land_in_the_console_and_users_do_not_get_in() {
    let world = World::new().await;
    let mut vera = world.vera().await;
    assert_eq!(vera.path, "/console");
    vera.sees("Fjordvik AS");
    vera.get("/admin").await;
    assert_eq!(vera.path, "/console");
    let mut kari = world.admin().await;
    kari.get("/console").await;
    assert_eq!(kari.page.status, StatusCode::FORBIDDEN);
    kari.sees("Only we, the provider");
}

#[tokio::test]
async fn ma_01_without_a_license_my_account_says_so() {
    let world = World::new().await;
    world.person("ola", "Ola Berg", &[]).await;
    let mut ola = world.browser("ola@fjordvik.aktiver.test").await;
    assert_eq!(ola.path, "/account");
    ola.sees("No license has been assigned to you");
    ola.get("/admin").await;
    assert_eq!(ola.page.status, StatusCode::FORBIDDEN);
    ola.sees("Ask Kari Dahl");
}

#[tokio::test]
async fn s_02_a_licensed_person_downloads_the_app() {
    let world = World::new().await;
    world.sell(Channel::Direct, 5).await;
    catalog::put_release(
        &world.app,
        &world.operator,
        "desktop-suite-enterprise",
        "windows",
        "16.2",
        "suite-setup.exe",
        b"installer",
    )
    .await
    .unwrap();
    let ola = world.person("ola", "Ola Berg", &[]).await;
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/users/{}", ola.id)).await;
    let suite = world.suite.id.to_string();
    kari.submit("form[action$='/licenses']", &[("product", suite.as_str())])
        .await;
    kari.sees("The licenses are saved");
    let mut browser = world.browser("ola@fjordvik.aktiver.test").await;
    browser.sees("Contoso Suite E3");
    browser.sees("Install for Windows");
    browser.sees("SHA-256");
    let link = browser
        .links()
        .into_iter()
        .find(|link| link.starts_with("/account/apps/"))
        .unwrap();
    browser.get(&link).await;
    assert_eq!(browser.page.body, "installer");
    assert_eq!(browser.page.headers["content-length"], "9");
    let disposition = browser.page.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"suite-setup.exe\""),
        "{disposition}"
    );
    kari.get(&link).await;
    assert_eq!(
        kari.page.status,
        StatusCode::FORBIDDEN,
        "not to someone without the license"
    );
    kari.sees("No license has been assigned to you");
    kari.get("/account/apps/nothing/windows").await;
    assert_eq!(kari.page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_app_on_another_screen_is_let_in_by_its_code() {
    let world = World::new().await;
    let code = tokens::device_code(&world.app, "7d1f3e52-6f0b-4c52-9c0e-3a5b1f2d4e61", "openid profile")
        .await
        .unwrap();
    let mut kari = world.admin().await;
    kari.get("/device").await;
    kari.submit("main form", &[("code", "XXXX-XXXX")]).await;
    kari.sees("This code is not known");
    kari.get(&format!("/device?code={}", code.user_code)).await;
    kari.sees("Aktiver apps");
    kari.sees(&code.user_code);
    kari.submit("main form", &[]).await;
    kari.sees("The app is signed in");
    kari.get(&format!("/device?code={}", code.user_code)).await;
    kari.sees("This code is not known");
}
