//! Texts that somebody sends us: kept as they are, whatever they would mean in a statement.
use crate::world::World;
use domain::level::Level;
use domain::ports::Accounts as _;

const STRANGE: [&str; 8] = [
    "",
    "it's \"quoted\" `here`",
    "'); DELETE FROM accounts; --",
    "\\'; COMMIT; DELETE FROM accounts; --",
    "$1 $$ $tag$; ROLLBACK; $tag$",
    "E'\\\\x27' \\x27 \\u0027 %27 %s {} :name ?",
    "line\nbreak\r\n\ttab \u{1}\u{7f}",
    "¿Qué? пароль 密码 🔑 \u{202e}\u{2019}\u{fffd}",
];

pub async fn any_text_stands_there_as_it_was_sent(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let mut sent = Vec::new();
    for strange in STRANGE {
        let operator = world.operator();
        let trail = domain::events::Trail {
            agent: strange.to_owned(),
            address: format!("{strange}."),
            request: format!("{strange}!"),
            ..operator
        };
        world.store.signed_in(&ada, Level::Password, &trail).await.unwrap();
        let account = world.store.account(&ada).await.unwrap().unwrap();
        assert_eq!(account.sign_ins.first().map(|(_, agent)| agent.as_str()), Some(strange));
        sent.push((strange.to_owned(), trail.address, trail.request));
    }
    let log = world.store.log_of(&ada, 100).await.unwrap();
    let told: Vec<_> = log.into_iter().filter(|event| event.line.kind == "signed_in").collect();
    let told: Vec<_> =
        told.into_iter().map(|event| (event.line.agent, event.line.address, event.line.request)).collect();
    assert_eq!(told, sent);
}
