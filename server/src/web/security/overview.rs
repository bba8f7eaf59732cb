//! `/security`: am I protected, by what, what should I do next?
use crate::web::answer::{Answer, show};
use crate::web::context::Ctx;
use crate::web::guard::SignedIn;
use crate::web::shown;
use app::view::{
    NotProtected, Notice, NoticeKind as ShownKind, OtherSignIn, OverviewPage, Page, PhoneRow, Protection,
};
use domain::notice::{Notice as Known, NoticeKind};
use domain::phone::{Phone, first_choice};
use std::sync::Arc;

/// The page.
///
/// # Errors
/// When the store fails.
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let mut phones = ctx.app.phones.all(person.id()).await?;
    let mut notices = ctx.app.core.notices.open_of(person.id()).await?;
    notices.retain(|notice| notice.is_news_in(&person.handle));
    let protection = protection(&phones);
    phones.sort_by_key(|phone| (phone.pending(), !phone.preferred, phone.added_at));
    let mut rows = Vec::with_capacity(phones.len());
    for phone in &phones {
        let last = ctx.app.core.deliveries.recent(&phone.id, 1).await?;
        let replaced = phone.replaces.as_ref().and_then(|old| phones.iter().find(|known| known.id == *old));
        rows.push(PhoneRow {
            id: phone.id.to_string(),
            number: shown::mask(&phone.mask),
            label: phone.label.clone(),
            state: shown::phone_state(phone),
            preferred: phone.preferred,
            fixed_line: phone.fixed_line,
            replaces: replaced.map(|old| shown::mask(&old.mask)),
            last: last.first().map(shown::delivery),
        });
    }
    let other = person.account.other_sign_in(person.since);
    Ok(show(Page::Overview(OverviewPage {
        protection,
        other_sign_in: other.map(|(at, agent)| OtherSignIn {
            at: at.as_millis(),
            browser: told(agent),
            later: *at > person.since,
        }),
        notices: notices.iter().map(notice).collect(),
        can_add: phones.len() < ctx.app.core.policy.phones.max_per_account(),
        max_phones: shown::max_phones(&ctx.app),
        phones: rows,
        news: ctx.news,
    })))
}

fn protection(phones: &[Phone]) -> Protection {
    if let Some(first) = first_choice(phones) {
        return Protection::On { number: shown::mask(&first.mask) };
    }
    Protection::Off(if phones.is_empty() {
        NotProtected::NoNumber
    } else if phones.iter().all(Phone::pending) {
        NotProtected::NoneConfirmed
    } else {
        NotProtected::AllLocked
    })
}

fn told(agent: &str) -> Option<String> {
    (!agent.is_empty()).then(|| agent.to_owned())
}

fn notice(known: &Known) -> Notice {
    let kind = match known.kind {
        NoticeKind::PhoneAdded => ShownKind::NumberAdded,
        NoticeKind::PhoneReplaced => ShownKind::NumberReplaced,
        NoticeKind::PhoneRemoved => ShownKind::NumberRemoved,
        NoticeKind::PhoneLocked => ShownKind::NumberLocked,
        NoticeKind::PasswordSet => ShownKind::PasswordChanged,
        NoticeKind::UnfinishedSignIn => ShownKind::UnfinishedSignIn,
    };
    Notice {
        id: known.id.to_string(),
        kind,
        at: known.at.as_millis(),
        number: known.mask.as_ref().map(shown::mask),
        browser: told(&known.agent),
    }
}
