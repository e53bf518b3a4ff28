//! How a run keeps the others out: by the session lock, or by a lease where sessions are a
//! pooler's.

use super::guard::guard_query;
use super::lease::{Lease, LeaseHolder, LeaseTable, NOT_HELD, RACES, UNATTENDED, exists_query};
use super::lock::{Place, holder, lock_query, lock_query_of, place_query};
use super::message::send;
use super::told::told_process;
use super::{Postgres, Session, UNDEFINED_TABLE};
use crate::blocker::short;
use crate::connect::ANOTHER_WITHIN;
use crate::engine::message::Message;
use crate::engine::{EngineError, Lock, Refused};
use crate::locking::LockMode;
use migrate_core::dialect::Dialect;
use migrate_core::table::quote_identifier;
use std::convert::Infallible;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// What keeps the others out.
#[derive(Debug, Default)]
pub(super) enum Hold {
    /// Nothing, or nothing yet.
    #[default]
    Nothing,
    /// PostgreSQL's advisory lock, which goes with the session.
    Session {
        /// Whether that is a pooler's, which may give the next transaction another one.
        pooled: bool,
    },
    /// A lease that was asked for: the answer has not come yet, or never will.
    Asked(LeaseTable),
    /// A lease.
    Lease(Lease),
}

impl Postgres<'_> {
    /// Tries the lock as the run was told to. On a direct connection that is one round trip.
    pub(super) async fn try_hold(&mut self) -> Result<Lock, EngineError> {
        let mode = self.locking.mode;
        let told = told_process(self.client()?).await;
        let mut queries = match (mode, told) {
            (LockMode::Session, _) => vec![lock_query(&self.table, told)],
            (LockMode::Auto, Some(pid)) => vec![lock_query_of(&self.table, pid)],
            (LockMode::Auto | LockMode::Lease | LockMode::None, _) => Vec::new(),
        };
        if queries.is_empty() {
            queries.push(place_query(&self.table));
        } else if self.session.may_be_reset() {
            queries.push(guard_query(true));
        }
        // Until it is known what comes of it: the run may be dropped before.
        self.trying = true;
        // One round trip: they are sent together, and the second one runs when the first has.
        let exists = exists_query(&self.table);
        let (place, exists) = tokio::join!(self.place(&queries), self.query(&exists));
        let (place, acquired) = place?;
        if place.in_transaction {
            if acquired == Some(true) {
                self.execute(&[place.unlock()]).await?;
            }
            self.trying = false;
            return Err(EngineError::Refused(Refused::in_transaction()));
        }
        let has_leases = exists?.first().is_some_and(|row| row.is_true(0));
        let pooled = told != Some(place.pid);
        self.pooled = pooled && mode != LockMode::Session;
        // From here on qualified: migrations may change the search_path.
        self.table.schema = Some(place.schema.clone());
        self.trying = acquired == Some(true);
        let lock = match (mode, acquired) {
            (LockMode::None, _) => self.held(place, Hold::Nothing),
            (_, Some(true)) => {
                let hold = Hold::Session { pooled };
                self.without_lease(place, hold, has_leases).await?
            }
            (_, Some(false)) => self.locked_by_session(&place, just_now()).await?,
            (_, None) => self.try_lease(place).await?,
        };
        self.trying = false;
        if let (Lock::Acquired, None) = (&lock, acquired) {
            self.guard().await?;
        }
        Ok(lock)
    }

    /// Guards the session, where that was not done along with the session lock.
    async fn guard(&mut self) -> Result<(), EngineError> {
        if self.sets_locally() {
            return Ok(());
        }
        let guards = self.query(&guard_query(false)).await?;
        if let Some(place) = &mut self.place {
            place.guarded(&guards);
        }
        Ok(())
    }

    fn held(&mut self, place: Place, hold: Hold) -> Lock {
        self.place = Some(place);
        self.hold = hold;
        Lock::Acquired
    }

    /// The session lock is held: but does somebody have a lease?
    async fn without_lease(
        &mut self,
        place: Place,
        hold: Hold,
        has_leases: bool,
    ) -> Result<Lock, EngineError> {
        let acquired = self.held(place.clone(), hold);
        if !has_leases {
            return Ok(acquired);
        }
        let table = LeaseTable::new(&self.table, place.key, self.run);
        let revoked = match self.query(&table.revoke()).await {
            Ok(rows) => Ok(!rows.is_empty()),
            // It is that of another schema's history.
            Err(error) if error.has_code(UNDEFINED_TABLE) => Ok(true),
            Err(error) => Err(error),
        };
        if let Ok(true) = revoked {
            return Ok(acquired);
        }
        let unlocked = self.execute(&[place.unlock()]).await;
        (self.place, self.hold) = (None, Hold::Nothing);
        revoked.and(unlocked)?;
        self.leased(&place, &table).await
    }

    async fn try_lease(&mut self, mut place: Place) -> Result<Lock, EngineError> {
        let table = LeaseTable::new(&self.table, place.key, self.run);
        let length = self.locking.lease;
        let take = table.take(length);
        let before = std::mem::replace(&mut self.hold, Hold::Asked(table.clone()));
        let taken = match self.query(&take).await {
            Err(error) if error.has_code(UNDEFINED_TABLE) => {
                self.create_lease(&place, &table).await?;
                place.schema_exists = true;
                self.query(&take).await
            }
            other => other,
        };
        if !matches!(taken, Err(EngineError::Lost(_))) {
            self.hold = before;
        }
        match taken {
            Ok(rows) => match table.taken(&rows, length) {
                Some(lease) => Ok(self.held(place, Hold::Lease(lease))),
                None => self.leased(&place, &table).await,
            },
            Err(error) if is_race(&error) => Ok(Lock::Held(just_now())),
            Err(error) => Err(error),
        }
    }

    async fn create_lease(&self, place: &Place, table: &LeaseTable) -> Result<(), EngineError> {
        let mut statements = table.create();
        if !place.schema_exists {
            let schema = quote_identifier(Dialect::Postgres, &place.schema);
            statements.insert(0, format!("CREATE SCHEMA {schema}"));
        }
        match self.execute(&statements).await {
            // Another runner was faster, and what is to be done now is the same.
            Err(error) if is_race(&error) => Ok(()),
            other => other,
        }
    }

    /// Who has the lease, or keeps it from being had.
    async fn leased(&self, place: &Place, table: &LeaseTable) -> Result<Lock, EngineError> {
        let rows = self.query(&table.holder_query()).await?;
        let Some(LeaseHolder {
            who,
            until,
            is_live,
            ..
        }) = LeaseHolder::read(&rows)
        else {
            // Somebody has emptied the table.
            self.create_lease(place, table).await?;
            return Ok(Lock::Held(just_now()));
        };
        match who {
            Some(holder) if is_live => Ok(Lock::Leased { holder, until }),
            Some(holder) => {
                let otherwise = format!("{holder}, in the middle of something");
                self.locked_by_session(place, otherwise).await
            }
            None => self.locked_by_session(place, just_now()).await,
        }
    }

    async fn locked_by_session(
        &self,
        place: &Place,
        otherwise: String,
    ) -> Result<Lock, EngineError> {
        let holders = self.query(&place.holder_query()).await?;
        Ok(Lock::Held(holders.first().map_or(otherwise, holder)))
    }

    /// The lease, where that is what keeps the others out.
    pub(super) fn lease(&self) -> Option<&Lease> {
        match &self.hold {
            Hold::Lease(lease) => Some(lease),
            Hold::Session { .. } | Hold::Asked(_) | Hold::Nothing => None,
        }
    }

    /// What tells the messages of a run with a lease from all others on the server.
    pub(super) fn mark(&self) -> Option<String> {
        self.lease().map(Lease::mark)
    }

    /// Makes sure of what keeps the others out where that can be lost unnoticed, and renews a lease:
    /// first in every message that writes.
    pub(super) fn hold_on(&self) -> Option<String> {
        match &self.hold {
            Hold::Lease(lease) => Some(lease.hold()),
            Hold::Session { pooled: true } => self.place.as_ref().map(Place::hold),
            Hold::Session { pooled: false } | Hold::Asked(_) | Hold::Nothing => None,
        }
    }

    /// Makes sure of the lock between two units, or between two statements outside of a transaction,
    /// and explains it where it is not held any more.
    async fn renew(&self, hold: String) -> Result<(), EngineError> {
        let held = self.execute(&self.as_itself(hold)).await;
        self.or_explained(held).await
    }

    /// A statement of the program's own where the role may be one that a script has set.
    pub(super) fn as_itself(&self, statement: String) -> Vec<String> {
        match &self.place {
            // A pooler's session has the role for one transaction only.
            Some(place) if !self.pooled => {
                [place.own_role(), vec![statement], place.back_to_role()].concat()
            }
            _ => vec![statement],
        }
    }

    /// Waits, and renews the lease meanwhile: what was rolled back before has taken its last
    /// renewal along.
    pub(super) async fn sleep(&self, pause: Duration) -> Result<(), EngineError> {
        let Some(lease) = self.lease() else {
            tokio::time::sleep(pause).await;
            return Ok(());
        };
        let began = Instant::now();
        loop {
            self.renew(lease.hold()).await?;
            let left = pause.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(lease.length() / 3)).await;
        }
    }

    /// What lets the other runners in, where it does not go with the session.
    pub(super) fn unlocking(&self, place: &Place) -> Vec<String> {
        match &self.hold {
            Hold::Nothing | Hold::Asked(_) => Vec::new(),
            Hold::Session { pooled: false } => vec![place.unlock()],
            // In another session it would be a warning.
            Hold::Session { pooled: true } => vec![place.hold(), place.unlock()],
            Hold::Lease(lease) => vec![lease.give_back()],
        }
    }

    /// What gives a lease back whose connection is gone, or which may or may not be had.
    pub(super) fn give_back(&self) -> Option<String> {
        match &self.hold {
            Hold::Lease(lease) => Some(lease.table().give_back()),
            Hold::Asked(table) => Some(table.give_back()),
            Hold::Session { .. } | Hold::Nothing => None,
        }
    }

    /// Gives a lease back that this run has still, or may have: on its own connection, of which
    /// maybe just an answer was not waited for, or else on another one, if one can be had. What is
    /// to be said where neither can be done.
    pub(super) async fn give_back_at_last(&mut self) -> Option<String> {
        let give_back = ["ROLLBACK".to_owned(), self.give_back()?];
        let here = timeout(ANOTHER_WITHIN, self.insist(&give_back)).await;
        if matches!(here, Ok(Ok(()))) || self.given_back_elsewhere(&give_back).await {
            self.hold = Hold::Nothing;
            return None;
        }
        let length = match self.hold {
            Hold::Lease(_) if !self.session.has_another() => self.locking.lease.max(UNATTENDED),
            _ => self.locking.lease,
        };
        Some(format!(
            "the lease that keeps other runners out could not be given back: they wait until it ends, {} from now at most",
            short(length)
        ))
    }

    async fn given_back_elsewhere(&mut self, give_back: &[String]) -> bool {
        let giving_back = async {
            let connected = self.session.reconnect().await;
            connected.is_ok_and(|connected| connected) && self.execute(give_back).await.is_ok()
        };
        timeout(ANOTHER_WITHIN, giving_back).await.unwrap_or(false)
    }

    /// Does something that may take long, outside a transaction, and renews the lease meanwhile.
    pub(super) async fn attended<T>(
        &self,
        work: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let Some(lease) = self.lease() else {
            if let Some(hold) = self.hold_on() {
                self.renew(hold).await?;
            }
            return work.await;
        };
        let hold = match self.session.has_another() {
            true => lease.hold(),
            false => lease.hold_unattended(),
        };
        self.renew(hold).await?;
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => done,
            never = keep_renewing(&self.session, lease) => match never {},
        }
    }

    /// An error with what became of the lock, where it is about that.
    pub(super) async fn or_explained<T>(
        &self,
        ended: Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        match ended {
            Err(error) => Err(self.explained(error).await),
            ended => ended,
        }
    }

    /// What became of the lock, where an error says that it was not held.
    async fn explained(&self, error: EngineError) -> EngineError {
        let Some(place) = &self.place else {
            return error;
        };
        let is_own = matches!(&error, EngineError::Refused(refused) if refused.statement.is_none());
        if !is_own || !(error.has_code(NOT_HELD) || error.has_code(UNDEFINED_TABLE)) {
            return error;
        }
        let lease = match &self.hold {
            Hold::Lease(lease) => lease,
            Hold::Session { pooled: true } if error.has_code(NOT_HELD) => return astray(place),
            Hold::Session { .. } | Hold::Asked(_) | Hold::Nothing => return error,
        };
        let rows = self.query(&lease.table().holder_query()).await;
        let now = rows.ok().as_deref().and_then(LeaseHolder::read);
        let by = match now {
            Some(now) if now.is(lease) => return error,
            Some(LeaseHolder { who: Some(who), .. }) => format!("{who} has taken it over"),
            _ => "another runner has taken it over since".to_owned(),
        };
        EngineError::LockLost {
            message: format!(
                "the lease of {:?} that kept other runners out was not renewed in time, and {by}",
                lease.length()
            ),
            help: "wait for the other runner, and look at `migrate status`; a longer lease bears longer interruptions".to_owned(),
        }
    }
}

/// The session lock is not held where a pooler has led.
fn astray(place: &Place) -> EngineError {
    let pid = place.pid;
    EngineError::LockLost {
        message: format!(
            "the lock that keeps other runners out is held by the server's process {pid}, and the pooler has given this transaction another one"
        ),
        help: format!(
            "leave out `lock = \"session\"`, or write `lock = \"lease\"`: this pooler pools by transaction; the lock stays until the pooler closes the connection to process {pid}, which `SELECT pg_terminate_backend({pid})` has it do"
        ),
    }
}

/// Renews the lease again and again, on a connection of its own: the run's is busy.
async fn keep_renewing(session: &Session<'_>, lease: &Lease) -> Infallible {
    let mut other = None;
    loop {
        tokio::time::sleep(lease.length() / 3).await;
        if other.is_none() {
            other = session.another().await;
        }
        let Some(another) = &other else {
            tracing::warn!("no second connection: the lease is not renewed while this runs");
            continue;
        };
        let renew = Message::own([lease.renew()]);
        let renewing = send(another.client(), &renew, &|_| {});
        match timeout(ANOTHER_WITHIN, renewing).await {
            Ok(Ok(())) => {}
            not_renewed => {
                tracing::warn!(?not_renewed, "the lease was not renewed");
                other = None;
            }
        }
    }
}

fn just_now() -> String {
    "a runner that has just ended or begun".to_owned()
}

fn is_race(error: &EngineError) -> bool {
    RACES.iter().any(|code| error.has_code(*code))
}
