//! kill -9 in the middle of work: nothing that was acknowledged is lost, nothing else is half done.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aktiver_domain::ids::{OrganizationId, UserId};
use aktiver_storage::audit;
use aktiver_storage::engine::{Database, Options};
use aktiver_testkit::{Engine, TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// Acknowledged answers after which the server is killed, round by round.
const ROUNDS: [u64; 4] = [7, 40, 90, 25];
/// Clients that assign and unassign, each one user of its own, and clients that redeem keys of their own: 16 together.
const SEATS: usize = 12;
const REDEEMERS: usize = 4;
const KEYS_EACH: usize = 150;
const ASSIGNED: &str = "O365_BUSINESS";
const REDEEMED: &str = "POWER_BI_PRO";
const PATIENCE: Duration = Duration::from_secs(60);

/// A server in a process of its own; killed when dropped.
struct Program {
    child: Child,
    base: String,
    ready: Value,
}

impl Program {
    async fn start(command: &str, database: &TestDatabase) -> Self {
        let folder = database.folder.path();
        let ready_file = folder.join("ready.json");
        let _ = std::fs::remove_file(&ready_file);
        let mut program = Command::new(env!("CARGO_BIN_EXE_aktiver"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AKTIVER_") {
                program.env_remove(name);
            }
        }
        program
            .args([command, "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready_file)
            .args(["--database", &database.url_text, "--root-key-file"])
            .arg(folder.join("root.key"))
            .arg("--files")
            .arg(folder.join("files"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join(format!("{command}.log"))).unwrap());
        let mut child = program.spawn().unwrap();
        let begun = Instant::now();
        while !ready_file.exists() {
            let ended = child.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "{ended:?}: {}",
                log(folder, command)
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let ready: Value = serde_json::from_slice(&std::fs::read(ready_file).unwrap()).unwrap();
        let base = ready["base_url"].as_str().unwrap().to_owned();
        Self { child, base, ready }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn terminate(&mut self) -> ExitStatus {
        assert!(
            Command::new("kill")
                .args(["-TERM", &self.child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(folder: &Path, command: &str) -> String {
    std::fs::read_to_string(folder.join(format!("{command}.log"))).unwrap_or_default()
}

/// Who asks, and where.
#[derive(Clone)]
struct Caller {
    http: reqwest::Client,
    base: String,
    /// The part of the vendor API that is the customer's.
    organization: String,
    operator: String,
    graph: String,
}

impl Caller {
    /// Status and JSON body of an answer that arrived whole.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Value), reqwest::Error> {
        let token = if path.starts_with("/v1.0") {
            &self.graph
        } else {
            &self.operator
        };
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::from(text))))
    }

    async fn ok(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.ask(method, path, body).await.unwrap();
        assert!((200..300).contains(&status), "{path}: {status} {answer:#}");
        answer
    }

    async fn redeem(&self, key: &str) -> Result<(u16, Value), reqwest::Error> {
        let body = json!({ "keys": [key], "choice": { "kind": "new" } });
        self.ask(
            Method::POST,
            &format!("{}/product-keys/redeem", self.organization),
            Some(&body),
        )
        .await
    }

    /// The same caller at a server that was started anew, on fresh connections and with a fresh token.
    async fn at(&self, base: &str, client: &Value) -> Self {
        let http = client_of_one_server();
        let organization = self.organization.rsplit('/').next().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client["id"].as_str().unwrap()),
            ("client_secret", client["secret"].as_str().unwrap()),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let url = format!("{base}/{organization}/oauth2/v2.0/token");
        let answer: Value = http.post(url).form(&form).send().await.unwrap().json().await.unwrap();
        let graph = answer["access_token"].as_str().unwrap().to_owned();
        Self {
            http,
            base: base.to_owned(),
            graph,
            ..self.clone()
        }
    }
}

fn client_of_one_server() -> reqwest::Client {
    aktiver::start::install_tls();
    reqwest::Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Counts acknowledged answers, and tells when there are enough.
struct Tally {
    count: AtomicU64,
    enough: u64,
    reached: Notify,
}

impl Tally {
    fn new(enough: u64) -> Arc<Self> {
        Arc::new(Self {
            count: AtomicU64::new(0),
            enough,
            reached: Notify::new(),
        })
    }

    fn acknowledged(&self) {
        if self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.enough {
            self.reached.notify_one();
        }
    }

    async fn wait(&self) {
        tokio::time::timeout(PATIENCE, self.reached.notified())
            .await
            .expect("the server works");
    }
}

/// One user's license as the client knows it.
#[derive(Clone)]
struct Seat {
    user: String,
    holds: bool,
    /// What was asked for and not answered.
    asked: Option<bool>,
    /// Changes that are known to have been made.
    changes: usize,
}

impl Seat {
    /// Assigns and unassigns in turn until the server is gone.
    async fn work(mut self, caller: Caller, sku: String, tally: Arc<Tally>) -> Self {
        let path = format!("/v1.0/users/{}/assignLicense", self.user);
        loop {
            let wanted = !self.holds;
            let body = if wanted {
                json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [] }], "removeLicenses": [] })
            } else {
                json!({ "addLicenses": [], "removeLicenses": [sku] })
            };
            self.asked = Some(wanted);
            match caller.ask(Method::POST, &path, Some(&body)).await {
                Ok((200, _)) => {
                    (self.holds, self.asked) = (wanted, None);
                    self.changes += 1;
                    tally.acknowledged();
                }
                Ok((status, answer)) => panic!("{status} {answer:#}"),
                Err(_) => return self,
            }
        }
    }

    /// What was acknowledged is there; what was asked last is there or is not.
    async fn check(&mut self, caller: &Caller, sku: &str) {
        let path = format!("/v1.0/users/{}?$select=assignedLicenses", self.user);
        let user = caller.ok(Method::GET, &path, None).await;
        let holds = user["assignedLicenses"]
            .as_array()
            .unwrap()
            .iter()
            .any(|license| license["skuId"] == sku);
        if holds != self.holds {
            assert_eq!(
                self.asked,
                Some(holds),
                "an acknowledged change of {} is lost",
                self.user
            );
            self.holds = holds;
            self.changes += 1;
        }
        self.asked = None;
    }
}

/// One client's product keys.
#[derive(Clone, Default)]
struct Purse {
    keys: Vec<String>,
    /// Key and subscription of every redemption that was acknowledged.
    redeemed: Vec<(String, String)>,
    /// A key whose redemption was not answered.
    asked: Option<String>,
}

impl Purse {
    async fn work(mut self, caller: Caller, tally: Arc<Tally>) -> Self {
        loop {
            let key = self.keys.pop().expect("enough keys");
            self.asked = Some(key.clone());
            match caller.redeem(&key).await {
                Ok((200, subscription)) => {
                    self.redeemed
                        .push((key, subscription["id"].as_str().unwrap().to_owned()));
                    self.asked = None;
                    tally.acknowledged();
                }
                Ok((status, answer)) => panic!("{status} {answer:#}"),
                Err(_) => return self,
            }
        }
    }

    /// Every acknowledged key is used up and has its subscription; the last one is whole or absent. Tells whether it was whole
    /// before it was redeemed again here.
    async fn check(&mut self, caller: &Caller) -> bool {
        for (key, subscription) in &self.redeemed {
            let (status, answer) = caller.redeem(key).await.unwrap();
            assert_eq!(
                (status, &answer["code"]),
                (409, &json!("KEY_ALREADY_REDEEMED")),
                "{answer:#}"
            );
            let found = caller
                .ok(
                    Method::GET,
                    &format!("{}/subscriptions/{subscription}", caller.organization),
                    None,
                )
                .await;
            assert_eq!((&found["phase"], &found["quantity"]), (&json!("active"), &json!(1)));
        }
        let Some(key) = self.asked.take() else { return false };
        match caller.redeem(&key).await.unwrap() {
            (409, answer) => {
                assert_eq!(answer["code"], "KEY_ALREADY_REDEEMED");
                true
            }
            (200, subscription) => {
                self.redeemed
                    .push((key, subscription["id"].as_str().unwrap().to_owned()));
                false
            }
            (status, answer) => panic!("{status} {answer:#}"),
        }
    }
}

/// Subscriptions that keys were redeemed for.
async fn prepaid(caller: &Caller, sku: &str) -> usize {
    let list = caller
        .ok(
            Method::GET,
            &format!("{}/subscriptions?limit=200", caller.organization),
            None,
        )
        .await;
    assert!(list["next"].is_null(), "more than a page");
    let all = list["items"].as_array().unwrap();
    all.iter()
        .filter(|one| one["skuId"] == sku && one["channel"] == "prepaid")
        .count()
}

/// Something to work on: units enough, users without licenses, a batch of keys.
async fn prepare(caller: &Caller, assigned: &str, redeemed: &str, domain: &str) -> (Vec<Seat>, Vec<Purse>) {
    let sale = json!({ "skuId": assigned, "term": "P1Y", "quantity": 2 * SEATS });
    caller
        .ok(
            Method::POST,
            &format!("{}/subscriptions", caller.organization),
            Some(&sale),
        )
        .await;
    let mut seats = Vec::new();
    for n in 0..SEATS {
        let user = json!({
            "accountEnabled": true,
            "displayName": format!("Seat {n}"),
            "mailNickname": format!("seat{n}"),
            "userPrincipalName": format!("seat{n}@{domain}"),
            "passwordProfile": { "password": "Blåbær#2026" },
            "usageLocation": "NO",
        });
        let user = caller.ok(Method::POST, "/v1.0/users", Some(&user)).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        seats.push(Seat {
            user,
            holds: false,
            asked: None,
            changes: 0,
        });
    }
    let batch = json!({ "skuId": redeemed, "quantity": 1, "term": "P1Y", "count": REDEEMERS * KEYS_EACH });
    let batch = caller.ok(Method::POST, "/api/v1/key-batches", Some(&batch)).await;
    let path = format!("/api/v1/key-batches/{}/keys", batch["id"].as_str().unwrap());
    let text = caller.ok(Method::GET, &path, None).await;
    let keys: Vec<String> = text.as_str().unwrap().lines().skip(1).map(str::to_owned).collect();
    let purses = keys
        .chunks(KEYS_EACH)
        .map(|keys| Purse {
            keys: keys.to_vec(),
            ..Purse::default()
        })
        .collect();
    (seats, purses)
}

/// Runs all clients until enough is acknowledged, ends the server by `end`, and gives what each client knows.
async fn run<T>(
    caller: &Caller,
    sku: &str,
    enough: u64,
    seats: &mut Vec<Seat>,
    purses: &mut Vec<Purse>,
    end: impl FnOnce() -> T,
) -> T {
    let tally = Tally::new(enough);
    let assigning: Vec<_> = seats
        .drain(..)
        .map(|seat| tokio::spawn(seat.work(caller.clone(), sku.to_owned(), Arc::clone(&tally))))
        .collect();
    let redeeming: Vec<_> = purses
        .drain(..)
        .map(|purse| tokio::spawn(purse.work(caller.clone(), Arc::clone(&tally))))
        .collect();
    tally.wait().await;
    let ended = end();
    for seat in assigning {
        seats.push(seat.await.unwrap());
    }
    for purse in redeeming {
        purses.push(purse.await.unwrap());
    }
    ended
}

async fn survive(engine: Engine) {
    let Some(database) = TestDatabase::fresh(engine).await else {
        return;
    };
    let mut program = Program::start("demo", &database).await;
    let ready = program.ready.clone();
    let organization = &ready["organizations"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sku_of = |part_number: &str| {
        let all = organization["subscriptions"].as_array().unwrap();
        text(&all.iter().find(|one| one["skuPartNumber"] == part_number).unwrap()["skuId"])
    };
    let (assigned, redeemed) = (sku_of(ASSIGNED), sku_of(REDEEMED));
    let client = organization["clients"][0].clone();
    let nobody = Caller {
        http: client_of_one_server(),
        base: String::new(),
        organization: format!("/api/v1/organizations/{}", text(&organization["id"])),
        operator: text(&ready["operator"]["token"]),
        graph: String::new(),
    };
    let mut caller = nobody.at(&program.base, &client).await;
    let (mut seats, mut purses) = prepare(&caller, &assigned, &redeemed, &text(&organization["domain"])).await;

    let mut whole = 0;
    for enough in ROUNDS {
        run(&caller, &assigned, enough, &mut seats, &mut purses, || program.kill()).await;
        program = Program::start("serve", &database).await;
        caller = nobody.at(&program.base, &client).await;
        let found = prepaid(&caller, &redeemed).await;
        let acknowledged: usize = purses.iter().map(|purse| purse.redeemed.len()).sum();
        let earlier = whole;
        for purse in &mut purses {
            whole += usize::from(purse.check(&caller).await);
        }
        assert!(
            found == acknowledged + whole,
            "{found} subscriptions for {acknowledged} acknowledged and {earlier}–{whole} other redemptions"
        );
        for seat in &mut seats {
            seat.check(&caller, &assigned).await;
        }
    }

    // SIGTERM under the same load: an orderly end.
    let status = run(&caller, &assigned, 50, &mut seats, &mut purses, || program.terminate()).await;
    assert!(status.success(), "{status}: {}", log(database.folder.path(), "serve"));
    program = Program::start("serve", &database).await;
    caller = nobody.at(&program.base, &client).await;
    for seat in &mut seats {
        seat.check(&caller, &assigned).await;
    }
    assert!(program.terminate().success());

    every_change_is_in_the_audit_log(&database, &text(&organization["id"]), &seats).await;
    let broken = database.broken_invariants(jiff::Timestamp::now()).await;
    assert!(broken.is_empty(), "{broken:#?}");
    database.remove().await;
}

async fn every_change_is_in_the_audit_log(database: &TestDatabase, organization: &str, seats: &[Seat]) {
    let organization = OrganizationId::parse(organization).unwrap();
    let opened = Database::connect(&database.url, &Options::default()).await.unwrap();
    let mut session = opened.read().await.unwrap();
    for seat in seats {
        let user = UserId::parse(&seat.user).unwrap();
        let records = audit::list(&mut session, organization, Some(user.uuid()), None, 10_000)
            .await
            .unwrap();
        let changes = records
            .iter()
            .filter(|record| record.action == "Change user license")
            .count();
        assert_eq!(changes, seat.changes, "changes of {user}");
    }
    drop(session);
    opened.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_on_sqlite() {
    survive(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_on_postgres() {
    survive(Engine::Postgres).await;
}
