//! Both engines' schemas say the same: tables, columns, nullability, defaults, keys, indexes, foreign keys and checks.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use aktiver_storage::engine::{Database, Engine, Statement};

use crate::support::each_migrated;

/// Types: SQLite keeps booleans as INTEGER and ids as BLOB, so each PostgreSQL type is named by what SQLite keeps it as.
static COLUMNS: Statement = Statement {
    name: "COLUMNS",
    sqlite: "select 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) \
                    || case when c.\"notnull\" = 1 or c.pk > 0 then ' not null' else '' end \
                    || case when c.dflt_value is not null then ' default' else '' end as line \
             from sqlite_schema t, pragma_table_info(t.name) c \
             where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'",
    postgres: "select 'column ' || table_name || '.' || column_name || ' ' \
                      || case data_type when 'bigint' then 'integer' when 'boolean' then 'integer' \
                                        when 'uuid' then 'blob' when 'bytea' then 'blob' else data_type end \
                      || case when is_nullable = 'NO' then ' not null' else '' end \
                      || case when column_default is not null then ' default' else '' end as line \
               from information_schema.columns where table_schema = 'public'",
};

/// Indexes that are no constraint's. An expression counts as a column without a name.
static INDEXES: Statement = Statement {
    name: "INDEXES",
    sqlite: "select 'index ' || l.name || ' on ' || t.name || ' (' \
                    || (select group_concat(coalesce(c.name, '<expression>') || case when c.\"desc\" = 1 then ' desc' else '' end, ', ') \
                        from (select * from pragma_index_xinfo(l.name) where key = 1 order by seqno) c) || ')' \
                    || case when l.\"unique\" = 1 then ' unique' else '' end \
                    || case when l.partial = 1 then ' partial' else '' end as line \
             from sqlite_schema t, pragma_index_list(t.name) l where t.type = 'table' and l.origin = 'c'",
    postgres: "select 'index ' || i.relname || ' on ' || t.relname || ' (' \
                      || (select string_agg(coalesce(a.attname::text, '<expression>') \
                                            || case when (x.indoption[k.place - 1] & 1) = 1 then ' desc' else '' end, ', ' order by k.place) \
                          from unnest(x.indkey::int2[]) with ordinality k(attribute, place) \
                          left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attribute \
                          where k.place <= x.indnkeyatts) || ')' \
                      || case when x.indisunique then ' unique' else '' end \
                      || case when x.indpred is not null then ' partial' else '' end as line \
               from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
               where t.relnamespace = 'public'::regnamespace \
                 and not exists (select 1 from pg_constraint c where c.conindid = x.indexrelid and c.contype in ('p', 'u'))",
};

static FOREIGN_KEYS: Statement = Statement {
    name: "FOREIGN_KEYS",
    sqlite: "select 'foreign key ' || t.name || ' (' || group_concat(f.\"from\", ', ' order by f.seq) || ') references ' || f.\"table\" || ' (' \
                    || group_concat(coalesce(f.\"to\", (select p.name from pragma_table_info(f.\"table\") p where p.pk = f.seq + 1)), ', ' order by f.seq) \
                    || ') on delete ' || lower(f.on_delete) || ' on update ' || lower(f.on_update) as line \
             from sqlite_schema t, pragma_foreign_key_list(t.name) f where t.type = 'table' \
             group by t.name, f.id",
    postgres: "select 'foreign key ' || t.relname || ' (' || string_agg(a.attname, ', ' order by k.place) || ') references ' || r.relname || ' (' \
                      || string_agg(b.attname, ', ' order by k.place) || ') on delete ' || case c.confdeltype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' else 'set default' end || ' on update ' || case c.confupdtype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' else 'set default' end as line \
               from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid, \
                    unnest(c.conkey, c.confkey) with ordinality k(own, other, place), pg_attribute a, pg_attribute b \
               where c.contype = 'f' and a.attrelid = t.oid and a.attnum = k.own and b.attrelid = r.oid and b.attnum = k.other \
               group by c.oid, t.relname, r.relname, c.confdeltype, c.confupdtype",
};
/// Primary keys and unique constraints of PostgreSQL in the words of `unique_names`.
static UNIQUE: Statement = Statement {
    name: "UNIQUE",
    sqlite: "",
    postgres: "select i.relname::text as name, \
                      (select string_agg(t.relname || '.' || a.attname, ', ' order by k.place) \
                       from unnest(x.indkey::int2[]) with ordinality k(attribute, place) \
                       join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attribute) as columns \
               from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
               where t.relnamespace = 'public'::regnamespace and x.indisunique and x.indexprs is null",
};

/// Checks and foreign keys by name.
static NAMED: Statement = Statement {
    name: "NAMED",
    sqlite: "",
    postgres: "select case c.contype when 'c' then 'check ' else 'named foreign key ' end || c.conname || ' on ' || t.relname as line \
               from pg_constraint c join pg_class t on t.oid = c.conrelid \
               where c.contype in ('c', 'f') and t.relnamespace = 'public'::regnamespace",
};
static TEXTS: Statement = Statement {
    name: "TEXTS",
    sqlite: "select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    postgres: "",
};
static NOT_STRICT: Statement = Statement {
    name: "NOT_STRICT",
    sqlite: "select name as line from pragma_table_list where strict = 0 and schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    postgres: "",
};
static DEFERRABLE: Statement = Statement {
    name: "DEFERRABLE",
    sqlite: "",
    postgres: "select conname::text as line from pg_constraint where condeferrable",
};

async fn lines(db: &Database, statement: &'static Statement) -> BTreeSet<String> {
    let mut reader = db.read().await.unwrap();
    let rows = reader.fetch_all(statement, []).await.unwrap();
    rows.iter().map(|row| row.text("line").unwrap()).collect()
}

/// `constraint NAME check`, `constraint NAME references` and `constraint NAME foreign key` of each table's text.
async fn sqlite_named(db: &Database) -> BTreeSet<String> {
    let mut reader = db.read().await.unwrap();
    let mut found = BTreeSet::new();
    for row in reader.fetch_all(&TEXTS, []).await.unwrap() {
        let table = row.text("name").unwrap();
        let text = row.text("sql").unwrap().to_lowercase();
        let words: Vec<String> = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .flat_map(|line| line.split(|c: char| c.is_whitespace() || c == '('))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        for (place, word) in words.iter().enumerate() {
            if word != "constraint" {
                continue;
            }
            let name = &words[place + 1];
            match words[place + 2].as_str() {
                "check" => drop(found.insert(format!("check {name} on {table}"))),
                "references" | "foreign" => {
                    found.insert(format!("named foreign key {name} on {table}"));
                }
                _ => {}
            }
        }
    }
    found
}

async fn unique(db: &Database) -> BTreeSet<String> {
    let names: BTreeMap<String, String> = match db.engine() {
        Engine::Sqlite => db.sqlite_unique_names().await.unwrap(),
        Engine::Postgres => {
            let mut reader = db.read().await.unwrap();
            let rows = reader.fetch_all(&UNIQUE, []).await.unwrap();
            let pairs = rows
                .iter()
                .map(|row| (row.text("columns").unwrap(), row.text("name").unwrap()));
            let mut names = BTreeMap::new();
            for (columns, name) in pairs {
                // SQLite tells the columns alone: two constraints over the same ones could not be told apart.
                let other = names.insert(columns.clone(), name.clone());
                assert_eq!(other, None, "{name} and another index are unique over {columns}");
            }
            names
        }
    };
    names
        .into_iter()
        .map(|(columns, name)| format!("unique {name} over {columns}"))
        .collect()
}

async fn schema(db: &Database) -> BTreeSet<String> {
    let mut all = unique(db).await;
    for statement in [&COLUMNS, &INDEXES, &FOREIGN_KEYS] {
        all.extend(lines(db, statement).await);
    }
    all.extend(match db.engine() {
        Engine::Sqlite => sqlite_named(db).await,
        Engine::Postgres => lines(db, &NAMED).await,
    });
    all.retain(|line| !line.contains("schema_migration"));
    all
}

#[tokio::test]
async fn both_schemas_say_the_same() {
    let schemas = RefCell::new(Vec::new());
    each_migrated(async |db: Database| {
        let found = schema(&db).await;
        assert!(found.iter().any(|line| line.starts_with("column ")));
        schemas.borrow_mut().push(found);
    })
    .await;
    // Without a PostgreSQL server there is nothing to compare; the fixture has said so, or failed.
    if let [sqlite, postgres] = schemas.into_inner().as_slice() {
        let show = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.difference(other).cloned().collect::<Vec<_>>().join("\n  ")
        };
        assert!(
            sqlite == postgres,
            "only in SQLite:\n  {}\nonly in PostgreSQL:\n  {}",
            show(sqlite, postgres),
            show(postgres, sqlite)
        );
    }
}

/// STRICT tables refuse a value of another type as PostgreSQL does. A deferred constraint would be checked at the commit, which on
/// SQLite is the commit of other units too.
#[tokio::test]
async fn tables_are_strict_and_no_constraint_is_deferred() {
    each_migrated(async |db: Database| match db.engine() {
        Engine::Sqlite => {
            assert_eq!(lines(&db, &NOT_STRICT).await, BTreeSet::new());
            let mut reader = db.read().await.unwrap();
            for row in reader.fetch_all(&TEXTS, []).await.unwrap() {
                let text = row.text("sql").unwrap().to_lowercase();
                assert!(!text.contains("deferrable"), "{}", row.text("name").unwrap());
            }
        }
        Engine::Postgres => assert_eq!(lines(&db, &DEFERRABLE).await, BTreeSet::new()),
    })
    .await;
}
