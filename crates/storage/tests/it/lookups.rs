//! Statements find their rows through keys and indexes.

use aktiver_storage::all_statements;
use aktiver_storage::engine::{Database, Statement};

use crate::support::{on_sqlite, options};

/// Statements that walk a whole table, which is small or meant to be read whole, or an index in its order until they have enough.
const WHOLE: &[&str] = &[
    "audit::chain::UNSEALED_ORGANIZATIONS",
    "catalog::APPS",
    "catalog::APP_PLANS",
    "catalog::DEPENDENCIES",
    "catalog::FORGET_EXCLUSIVE_GROUPS",
    "catalog::PLANS",
    "catalog::PRICES",
    "catalog::PRODUCTS",
    "catalog::PRODUCT_IN_USE",
    "catalog::PRODUCT_PLANS",
    "catalog::RELEASES",
    "job::PARKED",
    "key::batch::BATCHES",
    "key::batch::SECRETS",
    "operator::COUNT",
    "organization::COUNT",
    "outbox::ORGANIZATIONS_WAITING",
    "payment::charge::ALL_OPEN_INTENTS",
    "signing::KEYS",
    "support::LIST_ALL",
    "support::LIST_UNCLOSED",
];

#[tokio::test]
async fn no_statement_reads_a_whole_table_unless_it_is_meant_to() {
    on_sqlite(options(), async |db: Database| {
        db.migrate().await.unwrap();
        let mut s = db.read().await.unwrap();
        let mut found = Vec::new();
        for statement in all_statements() {
            let name = statement.name.trim_start_matches("aktiver_storage::");
            let plan = Statement {
                name: statement.name,
                sqlite: format!("explain query plan {}", statement.sqlite).leak(),
                postgres: "",
            };
            for row in s.fetch_all(Box::leak(Box::new(plan)), []).await.unwrap() {
                let step = row.text("detail").unwrap();
                let mut words = step.split(' ').skip_while(|word| *word != "SCAN").skip(1);
                let Some(table) = words.next() else { continue };
                // A check of a foreign key names a table that the statement does not; it runs only when something is amiss.
                let named = statement
                    .sqlite
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|word| word == table);
                if named && !step.contains("VIRTUAL TABLE") {
                    found.push((name, step));
                }
            }
        }
        let unmeant: Vec<_> = found
            .iter()
            .filter(|(name, _)| !WHOLE.contains(name) && !name.starts_with("invariants::"))
            .collect();
        assert!(unmeant.is_empty(), "{unmeant:#?}");
        let idle: Vec<_> = WHOLE
            .iter()
            .filter(|name| found.iter().all(|(found, _)| found != *name))
            .collect();
        assert!(idle.is_empty(), "no longer read whole tables: {idle:?}");
    })
    .await;
}
