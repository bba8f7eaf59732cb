//! A node is killed while it does what somebody asked for, at another moment of it each time: it was done whole or not at all, what was
//! not done can be done, and the properties of histories hold of what is left in the database (R132; R30, R32, P1 to P3, P7).
use super::cluster::Cluster;
use super::on_both;
use crate::harness::{Browser, PASSWORD, other_code};
use std::collections::HashSet;
use std::time::Duration;

on_both! {
    r132_a_node_killed_in_the_middle_of_a_change_has_done_it_whole_or_not_at_all
}

/// How far the node gets before it dies, in parts of the time that it takes; the first one lives.
const PARTS: [f64; 6] = [9.0, 0.1, 0.3, 0.5, 0.7, 0.9];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    SignIn,
    Enrol,
    Replace,
    Remove,
}

const ACTS: [Act; 4] = [Act::SignIn, Act::Enrol, Act::Replace, Act::Remove];

impl Act {
    /// What the security log calls it.
    fn event(self) -> &'static str {
        match self {
            Self::SignIn => "signed_in",
            Self::Enrol => "phone_verified",
            Self::Replace => "phone_replaced",
            Self::Remove => "phone_removed",
        }
    }

    /// Numbers that count, before and after.
    fn numbers(self) -> (i64, i64) {
        match self {
            Self::SignIn | Self::Replace => (1, 1),
            Self::Enrol => (1, 2),
            Self::Remove => (2, 1),
        }
    }
}

/// One person who does one thing.
struct Person {
    name: String,
    numbers: [String; 3],
    act: Act,
    /// Signed in, and for nothing but looking whether that lasts.
    other: Browser,
    /// Where it is done.
    browser: Browser,
}

impl Person {
    async fn new(cluster: &Cluster, act: Act, nth: usize) -> Self {
        let name = format!("person-{nth}");
        let numbers = [0, 1, 2].map(|own| format!("+120155501{:02}", nth * 3 + own));
        let phones = &numbers[..if act == Act::Remove { 2 } else { 1 }];
        let phones: Vec<_> =
            phones.iter().map(|number| serde_json::json!({"number": number, "verified": true})).collect();
        let line = serde_json::json!({"username": name, "password": PASSWORD, "phones": phones});
        std::fs::write(cluster.installation.folder.path().join("person.jsonl"), line.to_string()).unwrap();
        let made = cluster.installation.run(&["user", "import", "person.jsonl"], "");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let other = cluster.signed_in(&name, &numbers[0]).await;
        Self { name, numbers, act, browser: other.clone(), other }
    }

    /// Up to the last form: its address and its fields. A wrong code was typed on the way.
    async fn comes_to_it(&mut self, cluster: &Cluster) -> (String, Vec<(&'static str, String)>) {
        let new = "/security/phones/new".to_owned();
        if self.act == Act::SignIn {
            self.browser = cluster.half_signed_in(&self.name).await;
            return self.code(cluster, "/login/otp", &self.numbers[0].clone()).await;
        }
        self.browser = cluster.signed_in(&self.name, &self.numbers[0]).await;
        let last = self.numbers[usize::from(self.act == Act::Remove)].get(10..).unwrap().to_owned();
        let id = "SELECT p.id FROM phones p JOIN accounts a ON a.id = p.account_id \
            WHERE a.username = $1 AND p.last_digits = $2";
        let id = cluster.text(id, &[&self.name, &last]).await;
        let page = match self.act {
            Act::Remove => {
                let page = format!("/security/phones/{id}/remove");
                assert_eq!(self.browser.get(&page).await.status, 200);
                return (page, Vec::new());
            }
            Act::Replace => format!("/security/phones/{id}/replace"),
            Act::Enrol | Act::SignIn => new,
        };
        let number = self.numbers[2].clone();
        let begun = self.browser.submit(&page, &page, &[("phone", &number)]).await;
        assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
        self.code(cluster, "/security/phones/confirm", &number).await
    }

    async fn code(
        &mut self,
        cluster: &Cluster,
        page: &str,
        number: &str,
    ) -> (String, Vec<(&'static str, String)>) {
        let code = cluster.code_to(number);
        let wrong = self.browser.submit(page, page, &[("code", &other_code(&code))]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text());
        (page.to_owned(), vec![("code", code)])
    }

    async fn count(&self, cluster: &Cluster, sql: &'static str, bind: &[&str]) -> i64 {
        cluster.place.number(sql, &[&[&*self.name], bind].concat()).await.unwrap()
    }

    /// How often it was done, by the security log.
    async fn done(&self, cluster: &Cluster) -> i64 {
        let sql = "SELECT COUNT(*) FROM events e JOIN accounts a ON a.id = e.account_id WHERE a.username = $1 AND e.kind = $2";
        self.count(cluster, sql, &[self.act.event()]).await
    }

    /// All of it is there, or nothing.
    async fn is_whole(&self, cluster: &Cluster, done: bool) {
        let what = format!("{:?} of {}, done: {done}", self.act, self.name);
        let active = "SELECT COUNT(*) FROM phones p JOIN accounts a ON a.id = p.account_id \
            WHERE a.username = $1 AND p.verified_at IS NOT NULL AND p.retired_at IS NULL";
        let (before, after) = self.act.numbers();
        assert_eq!(self.count(cluster, active, &[]).await, if done { after } else { before }, "{what}");
        let newest = "SELECT COUNT(*) FROM phones p JOIN accounts a ON a.id = p.account_id \
            WHERE a.username = $1 AND p.last_digits = $2 AND p.verified_at IS NOT NULL AND p.retired_at IS NULL";
        let new = done && matches!(self.act, Act::Enrol | Act::Replace);
        let last = self.numbers[2].get(10..).unwrap();
        assert_eq!(self.count(cluster, newest, &[last]).await, i64::from(new), "{what}");
        let ends_others = done && self.act != Act::SignIn;
        let other = cluster.balanced(&self.other).get("/security").await.status;
        assert_eq!(other == 200, !ends_others, "{what}: {other}");
    }
}

async fn r132_a_node_killed_in_the_middle_of_a_change_has_done_it_whole_or_not_at_all(mut cluster: Cluster) {
    let mut people = Vec::new();
    for (nth, part) in (0..).zip(PARTS) {
        for (kind, act) in (0..).zip(ACTS) {
            people.push((part, Person::new(&cluster, act, nth * ACTS.len() + kind).await));
        }
    }
    let mut takes = [Duration::ZERO; 4];
    let mut undone = 0;
    for (part, person) in &mut people {
        let (path, fields) = person.comes_to_it(&cluster).await;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let before = person.done(&cluster).await;
        let mut there = person.browser.clone().by(cluster.nodes[0].line());
        let form = there.form(&path, &fields);
        let begun = tokio::time::Instant::now();
        let answer = if *part > 1.0 {
            let answer = there.try_send(form).await;
            takes[person.act as usize] = begun.elapsed();
            answer
        } else {
            let asked = tokio::spawn(async move { there.try_send(form).await });
            tokio::time::sleep(takes[person.act as usize].mul_f64(*part)).await;
            cluster.nodes[0].kill();
            cluster.nodes[0] = cluster.installation.serve().await;
            asked.await.unwrap()
        };
        let done = person.done(&cluster).await - before;
        if let Some(answer) = answer {
            assert_eq!((answer.location(), done), (Some("/security"), 1), "{}", answer.text());
        }
        assert!((0..=1).contains(&done), "{done}");
        person.is_whole(&cluster, done == 1).await;
        if done == 0 {
            undone += 1;
            let mut again = cluster.balanced(&person.browser);
            let finished = again.post(&path, &fields).await;
            assert_eq!(finished.location(), Some("/security"), "{:?}: {}", person.act, finished.text());
            assert_eq!(person.done(&cluster).await, before + 1);
            person.is_whole(&cluster, true).await;
        }
    }
    assert!(undone > 0, "some of them died before it was done");
    histories_hold(&cluster).await;
}

/// What must hold of any database, whatever its nodes died of.
async fn histories_hold(cluster: &Cluster) {
    for (property, none) in [
        ("P3: more guesses than tries", "SELECT COUNT(*) FROM flows WHERE tries > 5"),
        ("P3: more wrong codes than the lock", "SELECT COUNT(*) FROM failures WHERE count > 20"),
        (
            "P3: compared and not counted",
            "SELECT COUNT(*) FROM accounts a WHERE (SELECT COUNT(*) FROM events e WHERE e.account_id = a.id \
            AND e.kind IN ('code_wrong', 'code_right')) > (SELECT SUM(f.tries) FROM flows f WHERE f.account_id = a.id)",
        ),
        (
            "P2: more than one code of a flow used",
            "SELECT COUNT(*) FROM (SELECT flow_id FROM challenges WHERE used_at IS NOT NULL GROUP BY flow_id \
            HAVING COUNT(*) > 1) twice",
        ),
        (
            "P2: a flow finished without its code, or the other way round",
            "SELECT COUNT(*) FROM flows f WHERE (f.finished_at IS NOT NULL) <> EXISTS \
            (SELECT 1 FROM challenges c WHERE c.flow_id = f.id AND c.used_at IS NOT NULL)",
        ),
        (
            "P2: not one right code in the log for each flow that was finished",
            "SELECT COUNT(*) FROM accounts a WHERE (SELECT COUNT(*) FROM flows f WHERE f.account_id = a.id \
            AND f.finished_at IS NOT NULL) <> (SELECT COUNT(*) FROM events e WHERE e.account_id = a.id AND e.kind = 'code_right')",
        ),
        (
            "P1: a session above the password without a right code of its own",
            "SELECT COUNT(*) FROM accounts a WHERE (SELECT COUNT(*) FROM sessions s WHERE s.account_id = a.id AND s.level > 0) > \
            (SELECT COUNT(*) FROM events e WHERE e.account_id = a.id AND e.kind = 'code_right' AND e.purpose = 'sign_in')",
        ),
        (
            "R30: both numbers of a replacement, or none",
            "SELECT COUNT(*) FROM phones n JOIN phones o ON o.id = n.replaces \
            WHERE n.verified_at IS NOT NULL AND o.retired_at IS NULL",
        ),
        (
            "P7: a session from before a change, in which it was not made",
            "SELECT COUNT(*) FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.ended_at IS NULL \
            AND s.created_at < a.factors_changed_at AND NOT EXISTS (SELECT 1 FROM events e WHERE e.session = s.handle \
            AND e.kind IN ('phone_verified', 'phone_replaced', 'phone_removed'))",
        ),
    ] {
        assert_eq!(cluster.count(none).await, 0, "{property}");
    }
    let texts: Vec<_> = cluster.twilio.inbox(None).into_iter().map(|text| (text.to, text.body)).collect();
    let different: HashSet<_> = texts.iter().collect();
    assert_eq!(different.len(), texts.len(), "no message was sent twice");
}
