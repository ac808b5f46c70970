//! The names of SQLite's unique constraints: its messages tell only the columns.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

/// From "table.a, table.b" to the constraint's name.
#[derive(Debug, Clone, Default)]
pub(super) struct Constraints(Arc<RwLock<HashMap<String, String>>>);

/// Unique indexes with their columns in order. A primary key and an unnamed `UNIQUE` are given PostgreSQL's default names unless the
/// table's text names them.
const UNIQUE_INDEXES: &str = "\
    select t.name as tbl, t.sql as ddl, l.name as idx, l.origin as origin, \
           (select group_concat(c.name, ',') from (select name from pragma_index_info(l.name) order by seqno) c) as cols \
    from sqlite_schema t, pragma_index_list(t.name) l \
    where t.type = 'table' and l.\"unique\" = 1 \
    union all \
    select t.name, t.sql, '', 'pk', \
           (select group_concat(c.name, ',') from (select name from pragma_table_info(t.name) where pk > 0 order by pk) c) \
    from sqlite_schema t where t.type = 'table'";

impl Constraints {
    /// Reads the names from the schema.
    pub(super) async fn load(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let mut names = HashMap::new();
        for row in sqlx::query(UNIQUE_INDEXES).fetch_all(connection).await? {
            let (table, ddl, index, origin): (String, String, String, String) = (
                row.try_get("tbl")?,
                row.try_get("ddl")?,
                row.try_get("idx")?,
                row.try_get("origin")?,
            );
            // An index over expressions has columns without names; SQLite names such an index in its message.
            let Some(columns) = row.try_get::<Option<String>, _>("cols")? else {
                continue;
            };
            let columns: Vec<&str> = columns.split(',').collect();
            let name = match origin.as_str() {
                "pk" => named_in(&ddl, "primary key", &columns).unwrap_or_else(|| format!("{table}_pkey")),
                "u" => {
                    named_in(&ddl, "unique", &columns).unwrap_or_else(|| format!("{table}_{}_key", columns.join("_")))
                }
                _ => index,
            };
            let key: Vec<String> = columns.iter().map(|c| format!("{table}.{c}")).collect();
            names.entry(key.join(", ")).or_insert(name);
        }
        match self.0.write() {
            Ok(mut held) => *held = names,
            Err(poisoned) => *poisoned.into_inner() = names,
        }
        Ok(())
    }

    pub(super) fn all(&self) -> BTreeMap<String, String> {
        let held = match self.0.read() {
            Ok(held) => held,
            Err(poisoned) => poisoned.into_inner(),
        };
        held.iter()
            .map(|(columns, name)| (columns.clone(), name.clone()))
            .collect()
    }

    pub(super) fn name(&self, columns: &str) -> Option<String> {
        match self.0.read() {
            Ok(held) => held.get(columns).cloned(),
            Err(poisoned) => poisoned.into_inner().get(columns).cloned(),
        }
    }
}

/// The name in `constraint NAME primary key (a, b)` or `a … constraint NAME unique` of a table's text.
fn named_in(ddl: &str, kind: &str, columns: &[&str]) -> Option<String> {
    let text = ddl
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_lowercase();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    while let Some((before, after)) = rest.split_once("constraint ") {
        rest = after;
        let (name, definition) = after.split_once(' ')?;
        let Some(definition) = definition.strip_prefix(kind) else {
            continue;
        };
        let definition = definition.trim_start();
        let listed: Vec<String> = match definition.strip_prefix('(') {
            Some(list) => list
                .split(')')
                .next()
                .unwrap_or_default()
                .split(',')
                .map(|c| c.trim().trim_matches('"').to_owned())
                .collect(),
            // A column's own constraint: the column is the first word of the definition it stands in.
            None => before
                .rsplit([',', '('])
                .next()
                .and_then(|column| column.split_whitespace().next())
                .map(|column| column.trim_matches('"').to_owned())
                .into_iter()
                .collect(),
        };
        if listed.iter().map(String::as_str).eq(columns.iter().copied()) {
            return Some(name.trim_matches('"').to_owned());
        }
    }
    None
}
