//! The real program in several processes: three on PostgreSQL, one on SQLite, with a Twilio of our own. What is promised of one
//! node holds for all together, while they are raced, killed and starved.
mod apps;
pub mod cluster;
mod day_cap;
mod deaths;
mod faults;
pub mod party;
mod races;
mod redemptions;
mod rolling;
mod shared;
mod stops;
mod time;

/// Each promise on both databases.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(crate::nodes::cluster::Cluster::on_sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(cluster) = crate::nodes::cluster::Cluster::on_postgres().await {
                        super::$name(cluster).await;
                    }
                }
            )*
        }
    };
}

pub(crate) use on_both;
