//! The one SQLite writer: a fair queue of units of work, many of which may share one commit.
//!
//! A unit takes its turn, works inside a savepoint and releases it. If others wait, the turn passes on with the transaction
//! still open, and every unit of that batch is answered by the one real `COMMIT` at its end. Steps that change the transaction's state
//! run in tasks of their own, so that a caller that goes away never leaves the connection half-way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, raw_sql};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::{Error, Result};

/// How often work was committed.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Real commits.
    pub(super) commits: AtomicU64,
    /// Units of work made durable by them.
    pub(super) units: AtomicU64,
}

pub(super) struct Writer {
    state: Arc<Mutex<State>>,
    /// Callers in the queue for their turn.
    waiting: AtomicUsize,
    options: SqliteConnectOptions,
    runtime: Handle,
    window: Duration,
    limit: usize,
    counters: Arc<Counters>,
}

pub(super) struct State {
    connection: Option<SqliteConnection>,
    batch: Option<Batch>,
    closed: bool,
}

/// The open transaction and those who wait for its outcome.
struct Batch {
    began: Instant,
    members: Vec<oneshot::Sender<Result<(), String>>>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a commit is put off is no fact of the business: no rule and no stored value depends on it"
)]
impl Batch {
    fn open() -> Self {
        Self {
            began: Instant::now(),
            members: Vec::new(),
        }
    }

    fn age(&self) -> Duration {
        self.began.elapsed()
    }
}

type Turn = OwnedMutexGuard<State>;

impl Writer {
    pub(super) async fn open(
        options: SqliteConnectOptions,
        window: Duration,
        limit: usize,
        counters: Arc<Counters>,
    ) -> Result<Arc<Self>> {
        let connection = options.connect().await?;
        Ok(Arc::new(Self {
            state: Arc::new(Mutex::new(State {
                connection: Some(connection),
                batch: None,
                closed: false,
            })),
            waiting: AtomicUsize::new(0),
            options,
            runtime: Handle::current(),
            window,
            limit,
            counters,
        }))
    }

    /// Waits for a turn and opens a unit of work.
    pub(super) async fn begin(self: &Arc<Self>) -> Result<Unit> {
        let turn = self.turn().await;
        let writer = Arc::clone(self);
        self.runtime
            .spawn(async move { writer.start(turn).await })
            .await
            .map_err(|_| Error::Closed)?
    }

    async fn turn(self: &Arc<Self>) -> Turn {
        let mut place = Place::take(self);
        let turn = Arc::clone(&self.state).lock_owned().await;
        place.reached = true;
        turn
    }

    async fn start(self: Arc<Self>, mut turn: Turn) -> Result<Unit> {
        match self.savepoint(&mut turn).await {
            Ok(()) => Ok(Unit {
                writer: self,
                turn: Some(turn),
            }),
            Err(error) => {
                self.lose(&mut turn, &error.to_string()).await;
                Err(error)
            }
        }
    }

    async fn savepoint(&self, turn: &mut Turn) -> Result<()> {
        if turn.closed {
            return Err(Error::Closed);
        }
        if turn.connection.is_none() {
            turn.connection = Some(self.options.connect().await?);
        }
        let opening = turn.batch.is_none();
        let connection = turn.connection()?;
        if opening {
            raw_sql("BEGIN IMMEDIATE; SAVEPOINT unit").execute(connection).await?;
            turn.batch = Some(Batch::open());
        } else {
            raw_sql("SAVEPOINT unit").execute(connection).await?;
        }
        Ok(())
    }

    /// Adds the turn's unit to the batch; the outcome arrives at `member`.
    async fn keep(self: Arc<Self>, mut turn: Turn, member: oneshot::Sender<Result<(), String>>) {
        let released = match turn.connection() {
            Ok(connection) => raw_sql("RELEASE unit").execute(connection).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        match released {
            Ok(_) => {
                if let Some(batch) = &mut turn.batch {
                    batch.members.push(member);
                }
                self.end(turn).await;
            }
            Err(error) => {
                drop(member.send(Err(error.to_string())));
                self.undo(turn).await;
            }
        }
    }

    /// Undoes the turn's unit alone.
    async fn undo(self: Arc<Self>, mut turn: Turn) {
        let undone = match turn.connection() {
            Ok(connection) => raw_sql("ROLLBACK TO unit; RELEASE unit")
                .execute(connection)
                .await
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        // Some failures (disk full, input/output) make SQLite roll back the whole transaction: then nothing of the batch is left.
        if let Err(error) = undone {
            self.lose(&mut turn, &error.to_string()).await;
        }
        self.end(turn).await;
    }

    /// Ends a turn: passes the open batch on to whoever waits, or commits it.
    async fn end(&self, mut turn: Turn) {
        let Some(batch) = &turn.batch else { return };
        let members = batch.members.len();
        if members == 0 {
            self.lose(&mut turn, "nothing to commit").await;
            return;
        }
        let waited_for = self.waiting.load(Ordering::SeqCst) > 0;
        if waited_for && members < self.limit && batch.age() < self.window {
            return;
        }
        self.commit(&mut turn).await;
    }

    async fn commit(&self, turn: &mut Turn) {
        let outcome = match turn.connection() {
            Ok(connection) => raw_sql("COMMIT").execute(connection).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            self.lose(turn, &error.to_string()).await;
            return;
        }
        if let Some(batch) = turn.batch.take() {
            let units = u64::try_from(batch.members.len()).unwrap_or(u64::MAX);
            self.counters.commits.fetch_add(1, Ordering::Relaxed);
            self.counters.units.fetch_add(units, Ordering::Relaxed);
            for member in batch.members {
                drop(member.send(Ok(())));
            }
        }
    }

    /// Rolls back whatever is open and tells every member of the batch.
    async fn lose(&self, turn: &mut Turn, reason: &str) {
        let rolled_back = match turn.connection() {
            Ok(connection) => raw_sql("ROLLBACK").execute(connection).await.is_ok(),
            Err(_) => false,
        };
        // Either nothing was open or the connection is of no use: a new one is right in both cases.
        if !rolled_back {
            turn.connection = None;
        }
        if let Some(batch) = turn.batch.take() {
            for member in batch.members {
                drop(member.send(Err(reason.to_owned())));
            }
        }
    }

    /// Takes the connection outside any transaction, for migrations.
    pub(super) async fn exclusive(self: &Arc<Self>) -> Result<Exclusive> {
        let mut turn = self.turn().await;
        if turn.batch.is_some() {
            self.commit(&mut turn).await;
        }
        if turn.closed {
            return Err(Error::Closed);
        }
        if turn.connection.is_none() {
            turn.connection = Some(self.options.connect().await?);
        }
        Ok(Exclusive { turn })
    }

    /// Commits what is pending, then refuses further work.
    pub(super) async fn close(self: &Arc<Self>) {
        let mut turn = self.turn().await;
        if turn.batch.is_some() {
            self.commit(&mut turn).await;
        }
        turn.closed = true;
        if let Some(connection) = turn.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database file was not closed cleanly");
        }
    }
}

impl State {
    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(Error::Closed)
    }
}

/// A place in the queue. The turn's holder passes an open batch on because someone waits; if the last of these goes away before
/// it is served, someone else has to end the batch.
struct Place {
    writer: Arc<Writer>,
    reached: bool,
}

impl Place {
    fn take(writer: &Arc<Writer>) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self {
            writer: Arc::clone(writer),
            reached: false,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.reached {
            let writer = Arc::clone(&self.writer);
            self.writer.runtime.spawn(async move {
                let turn = Arc::clone(&writer.state).lock_owned().await;
                writer.end(turn).await;
            });
        }
    }
}

/// A unit of work: a turn of the writer. Dropping it undoes it.
pub(super) struct Unit {
    writer: Arc<Writer>,
    turn: Option<Turn>,
}

impl Unit {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.turn.as_mut().ok_or(Error::Closed)?.connection()
    }

    /// Returns when the work is durable.
    pub(super) async fn commit(mut self) -> Result<()> {
        let turn = self.turn.take().ok_or(Error::Closed)?;
        let (member, outcome) = oneshot::channel();
        let writer = Arc::clone(&self.writer);
        self.writer.runtime.spawn(writer.keep(turn, member));
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(reason)) => Err(Error::CommitFailed { reason }),
            Err(_) => Err(Error::Closed),
        }
    }

    pub(super) async fn rollback(mut self) -> Result<()> {
        let turn = self.turn.take().ok_or(Error::Closed)?;
        let writer = Arc::clone(&self.writer);
        self.writer
            .runtime
            .spawn(writer.undo(turn))
            .await
            .map_err(|_| Error::Closed)
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.take() {
            let writer = Arc::clone(&self.writer);
            self.writer.runtime.spawn(writer.undo(turn));
        }
    }
}

/// The writer's connection with no transaction open.
pub(super) struct Exclusive {
    turn: Turn,
}

impl Exclusive {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.turn.connection()
    }
}
