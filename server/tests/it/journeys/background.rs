//! Work in the background while the database is away: an operator hears of it, is not buried under it, and hears when it is over.
use crate::harness::House;
use crate::log;
use server::jobs;
use std::sync::Arc;
use std::time::Duration;

const FAILED: &str = "background work failed";
const OVER: &str = "background work goes on again, after 3600 s";

#[tokio::test]
async fn an_hour_without_the_database_is_a_dozen_lines_and_its_end_is_told_once() {
    let log = log::listen();
    let house = House::on_a_file().await;
    house.meddle("ALTER TABLE deliveries RENAME TO away").await;
    tokio::time::pause();
    let tasks = [
        tokio::spawn(jobs::run(Arc::clone(&house.app))),
        tokio::spawn(jobs::watch_delivery(Arc::clone(&house.app))),
    ];
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(log.text().matches(FAILED).count(), 2, "each is told at once: {}", log.text());
    tokio::time::sleep(Duration::from_secs(3597)).await;
    let told = log.text();
    assert_eq!(told.matches(FAILED).count(), 2 * 12, "{told}");
    assert!(told.contains("seconds=3300 times=60") && told.contains("seconds=3300 times=20"), "{told}");
    assert!(!told.contains("goes on again"), "{told}");
    house.meddle("ALTER TABLE away RENAME TO deliveries").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    let told = log.text();
    assert_eq!((told.matches(FAILED).count(), told.matches(OVER).count()), (2 * 12, 2), "{told}");
}
