//! Requests in the same moment at all nodes: exactly as many get through as at one node one after the other.
use super::cluster::Cluster;
use super::on_both;
use crate::harness::{ADA, Browser, NUMBER, OTHER, PASSWORD, at_once};
use axum::body::Body;
use http::Request;

on_both! {
    r06_500_parallel_guesses_are_five
    r03_of_50_right_codes_one_signs_in
    r08_parallel_resends_are_one_message
    r15_one_number_gets_five_texts_an_hour_whoever_asks
    r30_parallel_replacements_and_removals_leave_one_truth
    r48_parallel_passwords_are_six
}

/// The same form of the same browser so often, each to the next node.
fn forms(
    cluster: &Cluster,
    browser: &Browser,
    path: &str,
    fields: impl Fn(usize) -> Vec<(&'static str, String)>,
    times: usize,
) -> Vec<(Browser, Request<Body>)> {
    let form = |nth| {
        let browser = cluster.balanced(browser);
        let fields = fields(nth);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let form = browser.form(path, &fields);
        (browser, form)
    };
    (0..times).map(form).collect()
}

async fn r06_500_parallel_guesses_are_five(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut browser = cluster.half_signed_in(ADA).await;
    let right = cluster.code_to(NUMBER);
    let first: u32 = right.parse().unwrap();
    let guess = |nth: usize| {
        let ahead = u32::try_from(nth).unwrap() + 1;
        vec![("code", format!("{:06}", (first + ahead) % 1_000_000))]
    };
    let answers = at_once(forms(&cluster, &browser, "/login/otp", guess, 500)).await;
    assert!(answers.iter().all(|(_, answer)| answer.status == 422));
    let compared = "SELECT COUNT(*) FROM events WHERE kind IN ('code_wrong', 'code_right')";
    assert_eq!(cluster.count(compared).await, 5);
    assert_eq!(cluster.count("SELECT CAST(SUM(count) AS BIGINT) FROM failures").await, 5);
    for _ in &cluster.nodes {
        browser = cluster.balanced(&browser);
        let late = browser.post("/login/otp", &[("code", &right)]).await;
        assert_eq!(late.status, 422, "the right code comes too late everywhere");
    }
    assert_eq!(cluster.count(compared).await, 5);
}

async fn r03_of_50_right_codes_one_signs_in(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let browser = cluster.half_signed_in(ADA).await;
    let code = cluster.code_to(NUMBER);
    let posts = forms(&cluster, &browser, "/login/otp", |_| vec![("code", code.clone())], 50);
    let answers = at_once(posts).await;
    let mut inside = 0;
    let through = answers.iter().filter(|(_, answer)| answer.location() == Some("/security")).count();
    for (mut browser, _) in answers {
        inside += usize::from(browser.get("/security").await.status == 200);
    }
    assert_eq!((through, inside), (1, 1));
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'code_right'").await, 1);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'signed_in'").await, 1);
}

async fn r08_parallel_resends_are_one_message(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let browser = cluster.half_signed_in(ADA).await;
    // The pause between two codes is a second here.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let answers = at_once(forms(&cluster, &browser, "/login/otp/resend", |_| vec![], 40)).await;
    assert!(answers.iter().any(|(_, answer)| answer.location() == Some("/login/otp")));
    assert_eq!(cluster.texts(NUMBER).len(), 2, "the first one and one more");
    let reloads = answers.into_iter().take(20).map(|(browser, _)| {
        let form = browser.request(http::Method::GET, "/login/otp").body(Body::empty()).unwrap();
        (browser, form)
    });
    at_once(reloads.collect()).await;
    assert_eq!(cluster.texts(NUMBER).len(), 2, "looking sends nothing");
}

async fn r15_one_number_gets_five_texts_an_hour_whoever_asks(cluster: Cluster) {
    let people = 24;
    for nth in 0..people {
        cluster.account(&format!("person-{nth}"), Some(NUMBER));
    }
    let mut posts = Vec::new();
    for nth in 0..people {
        let mut browser = cluster.node().browser();
        browser.get("/login").await;
        let name = format!("person-{nth}");
        let form = browser.form("/login", &[("username", &name), ("password", PASSWORD)]);
        posts.push((browser, form));
    }
    let answers = at_once(posts).await;
    assert_eq!(cluster.texts(NUMBER).len(), 5);
    let told = answers.iter().filter(|(_, answer)| answer.status == 429).count();
    assert_eq!(told, people - 5, "the others are told until when");
}

async fn r30_parallel_replacements_and_removals_leave_one_truth(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut browser = cluster.signed_in(ADA, NUMBER).await;
    let page = browser.get("/security").await;
    let id =
        page.body.split("/security/phones/").nth(1).unwrap().split(['"', '/']).next().unwrap().to_owned();
    let id = if id == "new" {
        let mut rest = page.body.split("/security/phones/");
        rest.find_map(|part| part.get(..32).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit())))
            .unwrap()
            .to_owned()
    } else {
        id
    };
    let replace = format!("/security/phones/{id}/replace");
    let begun = browser.submit(&replace, &replace, &[("phone", OTHER)]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
    let code = cluster.code_to(OTHER);
    browser.get("/security/phones/confirm").await;
    let mut posts =
        forms(&cluster, &browser, "/security/phones/confirm", |_| vec![("code", code.clone())], 15);
    posts.extend(forms(&cluster, &browser, &format!("/security/phones/{id}/remove"), |_| vec![], 15));
    let answers = at_once(posts).await;
    assert!(answers.iter().all(|(_, answer)| answer.status.as_u16() < 500), "nobody is told of a fault");
    let proven = "SELECT COUNT(*) FROM phones WHERE verified_at IS NOT NULL AND retired_at IS NULL";
    let replaced = cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'phone_replaced'").await;
    let removed = cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'phone_removed'").await;
    // Either the new one took the old one's place, or the old one was removed and nothing could be replaced any more.
    assert!(
        matches!((cluster.count(proven).await, replaced, removed), (1, 1, 0) | (0, 0, 1)),
        "{replaced} {removed}"
    );
}

async fn r48_parallel_passwords_are_six(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut stranger = cluster.node().browser();
    stranger.get("/login").await;
    let guess =
        |nth: usize| vec![("username", ADA.to_owned()), ("password", format!("a guess of a stranger {nth}"))];
    let answers = at_once(forms(&cluster, &stranger, "/login", guess, 200)).await;
    let looked_at = answers.iter().filter(|(_, answer)| answer.status == 422).count();
    // A seventh may come when the first wait, a second, is over.
    assert!((6..=7).contains(&looked_at), "{looked_at}");
    let written = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong'";
    assert_eq!(cluster.count(written).await, i64::try_from(looked_at).unwrap());
}
