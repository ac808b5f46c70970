//! Reading the catalog's files, forgiving about form and strict about meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use aktiver_domain::catalog::AppliesTo;
use aktiver_domain::ids::{PlanId, ProductId, parse_guid};
use csv::ByteRecord;

use crate::error::{Error, Result};

/// Something worth knowing that keeps nothing from being imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Line of the file, from 1.
    pub line: u64,
    pub text: String,
}

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: u64,
    pub text: String,
}

pub(super) struct ParsedProduct {
    pub id: ProductId,
    pub part_number: String,
    pub name: String,
    pub plans: Vec<PlanId>,
    /// Where it comes first.
    pub line: u64,
}

pub(super) struct ParsedPlan {
    pub id: PlanId,
    pub name: String,
    pub friendly_name: String,
    /// `None` when the file does not say.
    pub applies_to: Option<AppliesTo>,
}

pub(super) struct Parsed {
    pub rows: u64,
    /// In the order of the file.
    pub products: Vec<ParsedProduct>,
    pub plans: Vec<ParsedPlan>,
    pub notes: Vec<Note>,
    pub problems: Vec<Problem>,
}

/// How often progress is told.
const TELL_EVERY: u64 = 500;

/// A text without spaces around it, no-break spaces and byte order marks included; a no-break space inside is a space.
fn clean(bytes: &[u8]) -> Option<String> {
    const ALSO: [char; 2] = ['\u{feff}', '\u{200b}'];
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || ALSO.contains(&c));
    Some(text.replace('\u{a0}', " "))
}

/// The rows of a file under a header that has certain columns.
struct Table<R> {
    reader: csv::Reader<R>,
    columns: Vec<Option<usize>>,
    record: ByteRecord,
}

impl<R: Read> Table<R> {
    /// Reads the header; the columns may stand in any order among others.
    fn open(csv: R, required: &[&str], optional: &[&str]) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(csv);
        let mut record = ByteRecord::new();
        let unreadable =
            |error: csv::Error| Error::invalid("csv", format!("the file cannot be read: {error}"), "Try again.");
        if !reader.read_byte_record(&mut record).map_err(unreadable)? {
            return Err(Error::invalid(
                "csv",
                "the file is empty",
                format!("Begin it with the line {}.", required.join(",")),
            ));
        }
        let names: Vec<Option<String>> = record.iter().map(clean).collect();
        let find = |wanted: &str| {
            names
                .iter()
                .position(|name| name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
        };
        let columns: Vec<_> = required.iter().chain(optional).map(|name| find(name)).collect();
        if let Some((missing, _)) = required.iter().zip(&columns).find(|(_, at)| at.is_none()) {
            return Err(Error::invalid(
                "csv",
                format!("the first line has no column {missing}"),
                format!("Begin the file with the line {}.", required.join(",")),
            ));
        }
        Ok(Self {
            reader,
            columns,
            record,
        })
    }

    /// The next row's line and values in the order of the columns asked for; an error is a bad row.
    #[expect(clippy::type_complexity, reason = "an end, a broken file, a bad row, or a row")]
    fn next(&mut self) -> Result<Option<(u64, std::result::Result<Vec<Option<String>>, String>)>> {
        let more = self
            .reader
            .read_byte_record(&mut self.record)
            .map_err(|error| Error::invalid("csv", format!("the file cannot be read: {error}"), "Try again."))?;
        if !more {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let mut values = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let value = match column {
                None => None,
                Some(at) => match self.record.get(*at) {
                    None => {
                        let (has, needs) = (self.record.len(), at.saturating_add(1));
                        return Ok(Some((
                            line,
                            Err(format!("the row has {has} columns, at least {needs} are needed")),
                        )));
                    }
                    Some(bytes) => match clean(bytes) {
                        Some(text) => Some(text),
                        None => return Ok(Some((line, Err("the row is not UTF-8 text".to_owned())))),
                    },
                },
            };
            values.push(value);
        }
        Ok(Some((line, Ok(values))))
    }
}

const COLUMNS: [&str; 5] = [
    "Product_Display_Name",
    "String_Id",
    "GUID",
    "Service_Plan_Name",
    "Service_Plan_Id",
];
const OPTIONAL: [&str; 2] = ["Service_Plans_Included_Friendly_Names", "Applies_To"];

struct Row {
    product_name: String,
    part_number: String,
    product: ProductId,
    plan_name: String,
    plan: PlanId,
    friendly_name: String,
    applies_to: Option<AppliesTo>,
}

fn read_row(values: Vec<Option<String>>) -> std::result::Result<Row, String> {
    let [product_name, part_number, product, plan_name, plan, friendly, applies] =
        <[Option<String>; 7]>::try_from(values).map_err(|_| "the row has other columns than the header".to_owned())?;
    let filled = |name: &str, value: Option<String>| {
        value
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("{name} is empty"))
    };
    let guid = |name: &str, value: Option<String>| {
        let text = filled(name, value)?;
        parse_guid(&text).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            format!("{name} is {shown:?}, not hexadecimal digits in groups of 8-4-4-4-12")
        })
    };
    let plan_name = filled("Service_Plan_Name", plan_name)?;
    Ok(Row {
        product_name: filled("Product_Display_Name", product_name)?,
        part_number: filled("String_Id", part_number)?,
        product: ProductId::from_uuid(guid("GUID", product)?),
        plan: PlanId::from_uuid(guid("Service_Plan_Id", plan)?),
        friendly_name: friendly
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| plan_name.clone()),
        plan_name,
        applies_to: match applies.as_deref() {
            None | Some("") => None,
            Some(text) if text.eq_ignore_ascii_case("user") => Some(AppliesTo::User),
            Some(text) if text.eq_ignore_ascii_case("company") => Some(AppliesTo::Company),
            Some(text) => return Err(format!("Applies_To is {text:?}, not User or Company")),
        },
    })
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    products: Vec<ParsedProduct>,
    plans: Vec<ParsedPlan>,
    product_at: BTreeMap<ProductId, usize>,
    plan_at: BTreeMap<PlanId, usize>,
    /// Line of each product and plan.
    pairs: BTreeMap<(ProductId, PlanId), u64>,
    part_numbers: BTreeMap<String, ProductId>,
    /// What has been noted, so that each spelling is told once.
    told: BTreeSet<String>,
    notes: Vec<Note>,
}

impl Reading {
    fn note(&mut self, line: u64, text: String) {
        if self.told.insert(text.clone()) {
            self.notes.push(Note { line, text });
        }
    }

    /// Takes a row, or says what it conflicts with.
    fn take(&mut self, line: u64, row: Row) -> std::result::Result<(), String> {
        let product_at = self.product_at.get(&row.product).copied();
        if let Some(known) = product_at.and_then(|at| self.products.get(at))
            && !known.part_number.eq_ignore_ascii_case(&row.part_number)
        {
            return Err(format!(
                "product {} is {} in line {} and {} here",
                row.product, known.part_number, known.line, row.part_number
            ));
        }
        if let Some(first) = self.pairs.get(&(row.product, row.plan)) {
            return Err(format!(
                "{} has {} in line {first} already",
                row.part_number, row.plan_name
            ));
        }
        self.pairs.insert((row.product, row.plan), line);
        self.take_plan(line, &row);
        self.take_product(line, row, product_at);
        Ok(())
    }

    fn take_plan(&mut self, line: u64, row: &Row) {
        let known = self.plan_at.get(&row.plan).and_then(|at| self.plans.get_mut(*at));
        let mut notes = Vec::new();
        if let Some(known) = known {
            if known.name != row.plan_name {
                notes.push(format!(
                    "plan {} is also named {}; {} is kept",
                    row.plan, row.plan_name, known.name
                ));
            }
            if !same_words(&known.friendly_name, &row.friendly_name) {
                notes.push(format!(
                    "{} is also described as {:?}; {:?} is kept",
                    known.name, row.friendly_name, known.friendly_name
                ));
            }
            match (known.applies_to, row.applies_to) {
                (Some(first), Some(other)) if first != other => {
                    notes.push(format!("{} also applies to {other}; {first} is kept", known.name));
                }
                (None, Some(_)) => known.applies_to = row.applies_to,
                _ => {}
            }
        } else {
            if row.plan.uuid().get_version().is_none() {
                notes.push(format!(
                    "the id of {}, {}, is no RFC UUID; it is taken as it is",
                    row.plan_name, row.plan
                ));
            }
            self.plan_at.insert(row.plan, self.plans.len());
            self.plans.push(ParsedPlan {
                id: row.plan,
                name: row.plan_name.clone(),
                friendly_name: row.friendly_name.clone(),
                applies_to: row.applies_to,
            });
        }
        for text in notes {
            self.note(line, text);
        }
    }

    fn take_product(&mut self, line: u64, row: Row, at: Option<usize>) {
        let Some(known) = at.and_then(|at| self.products.get_mut(at)) else {
            let key = row.part_number.to_lowercase();
            if let Some(other) = self.part_numbers.insert(key, row.product) {
                self.note(
                    line,
                    format!(
                        "{} stands on two products, {other} and {}",
                        row.part_number, row.product
                    ),
                );
            }
            if row.product.uuid().get_version().is_none() {
                self.note(
                    line,
                    format!(
                        "the id of {}, {}, is no RFC UUID; it is taken as it is",
                        row.part_number, row.product
                    ),
                );
            }
            self.product_at.insert(row.product, self.products.len());
            self.products.push(ParsedProduct {
                id: row.product,
                part_number: row.part_number,
                name: row.product_name,
                plans: vec![row.plan],
                line,
            });
            return;
        };
        known.plans.push(row.plan);
        let mut notes = Vec::new();
        if known.part_number != row.part_number {
            notes.push(format!(
                "{} is also spelled {}; the first is kept",
                known.part_number, row.part_number
            ));
        }
        if known.name != row.product_name {
            notes.push(format!(
                "{} is also named {:?}; {:?} is kept",
                known.part_number, row.product_name, known.name
            ));
        }
        for text in notes {
            self.note(line, text);
        }
    }
}

fn same_words(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Reads a catalog; tells the number of rows now and then.
pub(super) fn parse(csv: impl Read, progress: &mut (dyn FnMut(u64) + Send)) -> Result<Parsed> {
    let mut table = Table::open(csv, &COLUMNS, &OPTIONAL)?;
    let mut reading = Reading::default();
    let mut problems = Vec::new();
    let mut rows = 0_u64;
    while let Some((line, values)) = table.next()? {
        rows = rows.saturating_add(1);
        if let Err(text) = values.and_then(read_row).and_then(|row| reading.take(line, row)) {
            problems.push(Problem { line, text });
        }
        if rows.is_multiple_of(TELL_EVERY) {
            progress(rows);
        }
    }
    progress(rows);
    Ok(Parsed {
        rows,
        products: reading.products,
        plans: reading.plans,
        notes: reading.notes,
        problems,
    })
}

/// One plan of an exclusive group.
pub(super) struct GroupRow {
    pub group: u32,
    pub name: String,
    pub plan: PlanId,
}

/// Reads the groups of mutually exclusive plans.
pub(super) fn parse_groups(csv: impl Read) -> Result<Vec<GroupRow>> {
    let mut table = Table::open(csv, &["Group", "Service_Plan_Name", "Service_Plan_Id"], &[])?;
    let mut rows: Vec<GroupRow> = Vec::new();
    while let Some((line, values)) = table.next()? {
        let bad = |text: String| {
            Error::invalid(
                "csv",
                format!("line {line}: {text}"),
                "Mend the line; nothing was imported.",
            )
        };
        let row = values.and_then(read_group).map_err(bad)?;
        match rows.iter().find(|known| known.plan == row.plan) {
            Some(known) if known.group != row.group => {
                return Err(bad(format!("{} is in group {} already", row.name, known.group)));
            }
            Some(_) => {}
            None => rows.push(row),
        }
    }
    Ok(rows)
}

fn read_group(values: Vec<Option<String>>) -> std::result::Result<GroupRow, String> {
    let [group, name, plan] =
        <[Option<String>; 3]>::try_from(values).map_err(|_| "the row has other columns than the header".to_owned())?;
    let (group, name, plan) = (
        group.unwrap_or_default(),
        name.unwrap_or_default(),
        plan.unwrap_or_default(),
    );
    Ok(GroupRow {
        group: group.parse().map_err(|_| format!("Group is {group:?}, not a number"))?,
        plan: parse_guid(&plan)
            .map(PlanId::from_uuid)
            .ok_or_else(|| format!("Service_Plan_Id is {plan:?}, not hexadecimal digits in groups of 8-4-4-4-12"))?,
        name: if name.is_empty() {
            return Err("Service_Plan_Name is empty".to_owned());
        } else {
            name
        },
    })
}
