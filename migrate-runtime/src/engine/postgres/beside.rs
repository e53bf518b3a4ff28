//! A connection beside the run's own, which is busy or about to end: to look at it from outside,
//! and to say what cannot wait for it.

use crate::connect::{PostgresConnection, Recipe};
use deadpool_postgres::{Client as PooledClient, Pool};
use std::time::Duration;
use tokio_postgres::{Client, Error};

/// Where one can be had.
pub(super) enum Beside {
    /// By connecting as the run has done.
    Server(Box<Recipe>),
    /// In the pool, where it is free.
    Pool(Pool),
}

/// One that was had.
pub(super) enum Apart {
    Own(PostgresConnection),
    /// It goes back to its pool.
    Pooled(PooledClient),
    Given(Client),
}

impl Beside {
    /// Connects under this `application_name`, which those of a pool have not. `None` where none
    /// of a pool is to be had; `at_once`: where none is free now.
    pub async fn connect(&self, name: &str, at_once: bool) -> Result<Option<Apart>, Error> {
        match self {
            Beside::Server(recipe) => Ok(Some(Apart::Own(recipe.clone().connect(name).await?))),
            Beside::Pool(pool) => {
                let mut timeouts = pool.timeouts();
                if at_once {
                    timeouts.wait = Some(Duration::ZERO);
                }
                Ok(pool.timeout_get(&timeouts).await.ok().map(Apart::Pooled))
            }
        }
    }
}

impl Apart {
    /// Its client.
    pub fn client(&self) -> &Client {
        match self {
            Apart::Own(connection) => &connection.client,
            Apart::Pooled(client) => client,
            Apart::Given(client) => client,
        }
    }
}
