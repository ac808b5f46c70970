//! The program itself on a database of a million users: how soon it answers, and how much memory it takes.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aktiver::{Outside, start_with};

use crate::load;
use crate::{median, tell, world};

const USERS: usize = 1_000_000;
const STARTS: usize = 5;
const REQUESTS: Duration = Duration::from_secs(5);

pub async fn measure(database: &str, program: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = world::settings(database, folder.path());
    let outside = Outside {
        worker: false,
        ..Outside::default()
    };
    let server = start_with(settings, outside).await.expect("the server starts");
    let world = world::build(&server.app, &server.base_url, USERS).await;
    server.shutdown().await;

    let mut times = Vec::new();
    let mut megabytes = 0.0;
    for start in 0..STARTS {
        let ready = folder.path().join(format!("ready{start}.json"));
        let begun = Instant::now();
        let mut child = serve(program, database, folder.path(), &ready);
        while !ready.exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server is not ready");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        if start == STARTS - 1 {
            let address = address(&ready);
            let (token, users) = (world.token.clone(), world.users.clone());
            let body =
                serde_json::json!({ "addLicenses": [{ "skuId": world.product.to_string() }], "removeLicenses": [] })
                    .to_string();
            load::rate(address, 32, REQUESTS, move |n| {
                let user = users[usize::try_from(n).expect("an index") % users.len()];
                load::post(&format!("/v1.0/users/{user}/assignLicense"), &token, &body)
            })
            .await;
            megabytes = peak_megabytes(child.id());
        }
        child.kill().expect("the server ends");
        child.wait().expect("the server ended");
    }
    tell(
        "Start until ready, 1 million users",
        "ms",
        None,
        median(times),
        ("below", 300.0),
    );
    tell(
        "Memory at its peak, serving 1 million users",
        "MB",
        None,
        megabytes,
        ("below", 150.0),
    );
}

fn serve(program: &str, database: &str, folder: &Path, ready: &Path) -> Child {
    Command::new(program)
        .args([
            "serve",
            "--database",
            database,
            "--listen",
            "127.0.0.1:0",
            "--ready-file",
        ])
        .arg(ready)
        .arg("--root-key-file")
        .arg(folder.join("root.key"))
        .arg("--files")
        .arg(folder.join("files"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs")
}

fn address(ready: &Path) -> std::net::SocketAddr {
    let text = std::fs::read_to_string(ready).expect("a ready file");
    let ready: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    ready["base_url"]
        .as_str()
        .and_then(|url| url.strip_prefix("http://")?.parse().ok())
        .expect("an address")
}

/// `VmHWM`: the most that was ever resident.
fn peak_megabytes(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
    });
    kilobytes.expect("a figure") / 1024.0
}
