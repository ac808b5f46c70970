//! Money: payment methods, charges that are meant, and the ledger.

mod charge;
mod ledger;
mod method;

pub use charge::{
    ChargeIntent, ChargeState, Purpose, all_open_intents, close_intent, insert_intent, intent, intents_of, lock_intent,
    open_intents,
};
pub use ledger::{LedgerEntry, LedgerKind, balance, insert_ledger, ledger, lines_of, overdue, paid_for};
pub use method::{MethodKind, PaymentMethod, delete_method, insert_method, method, methods, update_method};

pub(crate) use charge::ALL as CHARGE_STATEMENTS;
pub(crate) use ledger::ALL as LEDGER_STATEMENTS;
pub(crate) use method::ALL as METHOD_STATEMENTS;
