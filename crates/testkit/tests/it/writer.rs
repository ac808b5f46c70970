//! The example program `writer`, as it is built, driven line by line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use aktiver_testkit::both_engines;
use serde_json::Value;

use crate::installation::PRODUCT;

/// A running `writer --script`; ended when dropped.
struct Writer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Writer {
    fn start(server: &str, folder: &Path) -> Self {
        let mut process = Command::new(program())
            .args([
                "--script",
                "--lang",
                "en",
                "--device-name",
                "emma-pc",
                "--server",
                server,
                "--state",
            ])
            .arg(folder.join("writer.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (
            process.stdin.take().unwrap(),
            BufReader::new(process.stdout.take().unwrap()),
        );
        Self { process, input, output }
    }

    fn say(&mut self, command: &str) {
        writeln!(self.input, "{command}").unwrap();
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    fn ask(&mut self, command: &str) -> Value {
        self.say(command);
        self.hear()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds it, where it is not built already, and finds it beside this package's own program. With the whole workspace's features,
/// so that nothing is built twice.
fn program() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--workspace", "--bin", "writer"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Path::new(env!("CARGO_BIN_EXE_measure")).with_file_name("writer")
}

both_engines! {
    async fn the_writer_through_sign_in_edit_disable_and_reactivate(t: &TestServer) {
        let customer = t.customer("Fjordvik AS").await;
        let subscription = t.sell(&customer, PRODUCT, 1).await;
        let person = t.person(&customer, "emma").await;
        t.assign(&customer, &person, PRODUCT).await;
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::start(&t.base_url, folder.path());

        assert_eq!(writer.ask("state")["state"], "not_activated");
        assert_eq!(writer.ask("edit Hei")["error"]["code"], "REDUCED_FUNCTIONALITY");
        writer.say("sign-in");
        let code = writer.hear()["prompt"]["userCode"].as_str().unwrap().to_owned();
        t.approve(&customer, &person, &code).await;
        let signed_in = writer.hear();
        assert_eq!((&signed_in["ok"], &signed_in["state"]), (&Value::from(true), &Value::from("licensed")), "{signed_in:#}");
        assert_eq!(signed_in["account"]["userPrincipalName"], person.user_principal_name);
        assert_eq!(signed_in["organization"], "Fjordvik AS");
        assert_eq!(writer.ask("edit Hei")["text"], "Hei\n");

        let path = |command: &str| customer.path(&format!("/subscriptions/{}/{command}", subscription["id"].as_str().unwrap()));
        let _ = t.vendor_post(&path("disable"), serde_json::json!({ "reason": "suspected misuse" })).await.ok();
        let checked = writer.ask("check-in");
        assert_eq!((&checked["state"], &checked["reason"]), (&"reduced".into(), &"subscription_disabled".into()));
        assert!(checked["notice"]["title"].is_string(), "{checked:#}");
        assert_eq!(writer.ask("edit !")["error"]["code"], "REDUCED_FUNCTIONALITY");
        let _ = t.vendor_post(&path("reactivate"), serde_json::json!({})).await.ok();
        assert_eq!(writer.ask("check-in")["state"], "licensed");
        assert_eq!(writer.ask("edit !")["text"], "Hei!\n");

        writer.ask("offline on");
        writer.ask("advance 31d");
        assert_eq!(writer.ask("state")["reason"], "check_in_overdue");
    }
}
