//! A server: it answers, looks after itself, and ends in order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aktiver::settings::Settings;
use aktiver::{Outside, start_with};
use aktiver_storage::engine::DatabaseUrl;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::Place;

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().build().unwrap()
}

fn settings(place: &Place) -> Settings {
    let mut settings = Settings::for_database(DatabaseUrl::sqlite(place.path("aktiver.db")));
    settings.listen = ([127, 0, 0, 1], 0).into();
    settings
}

#[tokio::test]
async fn serve_sets_up_an_empty_database_answers_and_ends_on_sigterm() {
    let place = Place::new();
    let server = place.serve(&[]);
    assert_eq!(server.ready.as_object().unwrap().len(), 1, "{}", server.ready);
    let http = client();
    for path in ["/healthz", "/readyz"] {
        let answer = http.get(format!("{}{path}", server.base)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Value>().await.unwrap()["status"], "ok");
    }
    let said = server.stop();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("Aktiver answers at http://127.0.0.1:"), "{said:?}");
    assert!(said.err.contains("operator create"), "{said:?}");
    // What it set up is complete: the same database serves again.
    assert_eq!(place.serve(&[]).stop().code, 0);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_with_a_remedy() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = place.run(&["serve", "--listen", &address]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains(&address) && said.err.contains("--listen"), "{said:?}");
}

#[tokio::test]
async fn a_server_starts_in_process_and_a_second_start_is_quick() {
    let place = Place::new();
    start_with(settings(&place), Outside::default())
        .await
        .unwrap()
        .shutdown()
        .await;
    let begun = Instant::now();
    let running = start_with(
        settings(&place),
        Outside {
            worker: false,
            ..Outside::default()
        },
    )
    .await
    .unwrap();
    // 300 ms is promised for a release build on a quiet machine; this is neither.
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let answer = client()
        .get(format!("{}/healthz", running.base_url))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    running.shutdown().await;
}

#[tokio::test]
async fn a_stopped_server_takes_no_new_request() {
    let place = Place::new();
    let running = start_with(settings(&place), Outside::default()).await.unwrap();
    let base = running.base_url.clone();
    let http = client();
    assert!(http.get(format!("{base}/healthz")).send().await.is_ok());
    running.shutdown().await;
    assert!(client().get(format!("{base}/healthz")).send().await.is_err());
}

#[tokio::test]
async fn metrics_count_by_route_template_and_answer_this_machine_alone() {
    let place = Place::new();
    let mut settings = settings(&place);
    settings.trusted_proxies = vec!["127.0.0.2".parse().unwrap()];
    let running = start_with(settings, Outside::default()).await.unwrap();
    let http = client();
    let url = |path: &str| format!("{}{path}", running.base_url);
    http.get(url("/healthz")).send().await.unwrap();
    http.get(url("/help/refusals/PREPAID")).send().await.unwrap();
    http.get(url("/nobody-s-secret-path")).send().await.unwrap();
    let text = http.get(url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("aktiver_http_requests_total"), "{text}");
    assert!(
        text.contains(r#"route="/healthz""#) && text.contains(r#"route="/help/refusals/{code}""#),
        "{text}"
    );
    assert!(text.contains("aktiver_http_request_seconds_bucket") && text.contains("aktiver_database_commits_total"));
    assert!(!text.contains("nobody") && text.contains(r#"route="(none)""#), "{text}");
    // A proxy of the same machine that nobody told us of does not make the world local.
    let answer = http
        .get(url("/metrics"))
        .header("x-forwarded-for", "198.51.100.7")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    running.shutdown().await;
}

#[tokio::test]
async fn one_client_is_limited_and_others_are_not() {
    let place = Place::new();
    let mut settings = settings(&place);
    settings.max_requests_per_second = std::num::NonZeroU32::new(5);
    let running = start_with(settings, Outside::default()).await.unwrap();
    let http = client();
    let ask = async |token: &str| {
        let request = http.get(format!("{}/v1.0/users", running.base_url)).bearer_auth(token);
        request.send().await.unwrap()
    };
    let mut limited = None;
    for _ in 0..20 {
        let answer = ask("one").await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            limited = Some(answer);
        }
    }
    let limited = limited.expect("twenty requests at once are more than five a second");
    assert_eq!(limited.headers()["retry-after"], "1");
    assert_eq!(
        limited.json::<Value>().await.unwrap()["error"]["code"],
        "tooManyRequests"
    );
    assert_ne!(ask("another").await.status(), StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..20 {
        let health = http.get(format!("{}/healthz", running.base_url)).send().await.unwrap();
        assert_eq!(health.status(), StatusCode::OK);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn what_no_door_knows_is_json_for_programs_and_a_page_for_people() {
    let place = Place::new();
    let running = start_with(settings(&place), Outside::default()).await.unwrap();
    let http = client();
    for (path, kind) in [
        ("/api/v1/nothing", "application/problem+json"),
        ("/nothing", "text/html"),
    ] {
        let answer = http.get(format!("{}{path}", running.base_url)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer.headers()["content-type"].to_str().unwrap().starts_with(kind),
            "{path} {answer:?}"
        );
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_server_runs_on_a_clock_in_the_callers_hand() {
    struct Fixed(jiff::Timestamp);
    impl aktiver_service::ports::Clock for Fixed {
        fn now(&self) -> jiff::Timestamp {
            self.0
        }
    }
    let place = Place::new();
    let now: jiff::Timestamp = "2031-01-31T12:00:00Z".parse().unwrap();
    let outside = Outside {
        clock: Arc::new(Fixed(now)),
        ..Outside::default()
    };
    let running = start_with(settings(&place), outside).await.unwrap();
    assert_eq!(running.app.system_now(), now);
    running.shutdown().await;
}

#[tokio::test]
async fn a_server_with_certificate_and_key_speaks_https_alone() {
    let place = Place::new();
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(place.folder())
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("SKIPPED: no openssl to make a certificate with");
        return;
    }
    let server = place.serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    assert!(server.base.starts_with("https://127.0.0.1:"), "{}", server.base);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = reqwest::Certificate::from_pem(&std::fs::read(place.path("cert.pem")).unwrap()).unwrap();
    let http = reqwest::Client::builder().tls_certs_only([own]).build().unwrap();
    let answer = http.get(format!("{}/healthz", server.base)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(
        client()
            .get(format!("{}/healthz", server.base.replace("https", "http")))
            .send()
            .await
            .is_err()
    );
    assert_eq!(server.stop().code, 0);

    std::fs::write(place.path("key.pem"), "nonsense").unwrap();
    let said = place.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        "cert.pem",
        "--tls-key",
        "key.pem",
    ]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("key.pem") && said.err.contains("PEM"), "{said:?}");
}
