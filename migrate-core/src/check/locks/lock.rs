//! Locks, as each kind of server has them, and what they keep others from.

use std::fmt;

/// A lock on a relation, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// PostgreSQL's.
    Postgres(LockMode),
    /// MySQL's and MariaDB's.
    Mysql(Online),
    /// SQLite's, which is always on all of the database.
    Sqlite(Blocks),
    /// It is not known; it may be the strongest.
    Unknown,
}

/// What a lock keeps others from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocks {
    /// From no reading and no writing of rows.
    Nothing,
    /// From writing.
    Writes,
    /// From reading, too.
    Everything,
}

impl Lock {
    /// What it keeps others from; `None` where that is not known.
    pub fn blocks(self) -> Option<Blocks> {
        match self {
            Lock::Postgres(mode) => Some(mode.blocks()),
            Lock::Mysql(online) => Some(online.lock.blocks()),
            Lock::Sqlite(blocks) => Some(blocks),
            Lock::Unknown => None,
        }
    }
}

impl From<LockMode> for Lock {
    fn from(mode: LockMode) -> Lock {
        Lock::Postgres(mode)
    }
}

/// As the server's manual calls it.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lock::Postgres(mode) => f.write_str(mode.as_str()),
            Lock::Mysql(Online { algorithm, lock }) => match algorithm {
                Some(algorithm) => write!(f, "{}, {}", algorithm.as_str(), lock.as_str()),
                None => f.write_str(lock.as_str()),
            },
            Lock::Sqlite(Blocks::Nothing) => f.write_str("SHARED"),
            Lock::Sqlite(_) => f.write_str("RESERVED"),
            Lock::Unknown => f.write_str("unknown"),
        }
    }
}

/// PostgreSQL's locks on relations
/// (<https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// Of `SELECT`.
    AccessShare,
    /// Of `SELECT … FOR UPDATE`.
    RowShare,
    /// Of `INSERT`, `UPDATE`, `DELETE`.
    RowExclusive,
    /// Of `VACUUM`, `CREATE INDEX CONCURRENTLY`.
    ShareUpdateExclusive,
    /// Of `CREATE INDEX`.
    Share,
    /// Of `CREATE TRIGGER`, `ADD FOREIGN KEY`.
    ShareRowExclusive,
    /// Of `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    Exclusive,
    /// Of most that `ALTER TABLE` does.
    AccessExclusive,
}

impl LockMode {
    /// All of them, from the weakest to the strongest.
    pub const ALL: [LockMode; 8] = [
        LockMode::AccessShare,
        LockMode::RowShare,
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];

    /// In PostgreSQL's words.
    pub fn as_str(self) -> &'static str {
        match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What it keeps others from: writing is to take `ROW EXCLUSIVE`, reading is to take `ACCESS SHARE`.
    pub fn blocks(self) -> Blocks {
        match self {
            LockMode::AccessShare
            | LockMode::RowShare
            | LockMode::RowExclusive
            | LockMode::ShareUpdateExclusive => Blocks::Nothing,
            LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => Blocks::Writes,
            LockMode::AccessExclusive => Blocks::Everything,
        }
    }
}

/// How InnoDB changes a table, and what others may do meanwhile. Also the quickest change waits for
/// a moment alone with the table, at its beginning and at its end
/// (<https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-performance.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Online {
    /// What others may not do while it is at work.
    pub lock: OnlineLock,
    /// How `ALTER TABLE` works; none for what is none.
    pub algorithm: Option<Algorithm>,
}

/// `ALGORITHM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// The dictionary only.
    Instant,
    /// MariaDB's: like `INPLACE`, without writing the table again.
    Nocopy,
    /// In the engine, which may write the table again.
    Inplace,
    /// Row by row into another table.
    Copy,
}

impl Algorithm {
    /// As `ALGORITHM =` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Instant => "INSTANT",
            Algorithm::Nocopy => "NOCOPY",
            Algorithm::Inplace => "INPLACE",
            Algorithm::Copy => "COPY",
        }
    }
}

/// `LOCK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnlineLock {
    /// Others read and write.
    None,
    /// Others read.
    Shared,
    /// Others wait.
    Exclusive,
}

impl OnlineLock {
    /// As `LOCK =` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            OnlineLock::None => "LOCK=NONE",
            OnlineLock::Shared => "LOCK=SHARED",
            OnlineLock::Exclusive => "LOCK=EXCLUSIVE",
        }
    }

    /// What it keeps others from.
    pub fn blocks(self) -> Blocks {
        match self {
            OnlineLock::None => Blocks::Nothing,
            OnlineLock::Shared => Blocks::Writes,
            OnlineLock::Exclusive => Blocks::Everything,
        }
    }
}
