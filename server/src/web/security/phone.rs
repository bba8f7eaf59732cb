//! `/security/phones/{id}`: one number: its name, its rank, its last messages.
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::{Fresh, SignedIn};
use crate::web::live::{self, Topic};
use crate::web::shown;
use app::view::{DeliveryPurpose, ErrorKind, News, Page, PastDelivery, PastTest, PhonePage, Problem};
use domain::challenge::Flow;
use domain::delivery::Delivery;
use domain::id::{DeliveryId, PhoneId};
use domain::phone::LABEL_MAX;
use domain::phones::Renamed;
use std::sync::Arc;

/// How many past messages are shown.
const SHOWN: u32 = 10;

/// The page.
///
/// # Errors
/// Not found for another account's phone (R143).
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    page(&person, None, None, &ctx).await
}

/// News of its messages.
///
/// # Errors
/// Not found for another account's phone.
pub async fn live(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    ctx.app.phones.one(person.id(), &id).await?.ok_or(WebError::NOT_FOUND)?;
    let deliveries = ctx.app.core.deliveries.recent(&id, SHOWN).await?;
    Ok(live::answer(&ctx, Topic::Phone(id), &deliveries.iter().collect::<Vec<_>>()))
}

/// A new label.
///
/// # Errors
/// Not found for another account's phone.
pub async fn post(person: SignedIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    // An empty name takes the old one away; no name at all is no form of ours.
    if !form.has("label") {
        return Err(ErrorKind::BadRequest.into());
    }
    match ctx.app.phones.rename(person.id(), &id, form.text("label"), &ctx.trail).await? {
        Renamed::Done => Ok(go(format!("/security/phones/{id}")).telling(News::Renamed)),
        Renamed::Label => {
            let problem = Problem::LabelUnfit { max: LABEL_MAX };
            Ok(page(&person, Some(form.kept("label")), Some(problem), &ctx).await?.unprocessable())
        }
        Renamed::NoSuchPhone => Err(WebError::NOT_FOUND),
    }
}

/// Codes go here first.
///
/// # Errors
/// Not found for another account's phone, and for one that is not proven.
pub async fn prefer(person: Fresh, ctx: Arc<Ctx>, _: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    if ctx.app.phones.prefer(person.id(), &id, &ctx.trail).await? {
        Ok(go(format!("/security/phones/{id}")).telling(News::Preferred))
    } else {
        Err(WebError::NOT_FOUND)
    }
}

/// The page of the phone in the path; also answers a test that could not be sent.
///
/// # Errors
/// Not found for another account's phone.
pub async fn page(
    person: &SignedIn,
    typed_label: Option<String>,
    problem: Option<Problem>,
    ctx: &Ctx,
) -> Result<Reply, WebError> {
    let id = ctx.id(PhoneId::parse)?;
    let phone = ctx.app.phones.one(person.id(), &id).await?.ok_or(WebError::NOT_FOUND)?;
    let replaces = match &phone.replaces {
        Some(old) => ctx.app.phones.one(person.id(), old).await?,
        None => None,
    };
    let deliveries = ctx.app.core.deliveries.recent(&id, SHOWN).await?;
    let tests = ctx.app.tests.last(person.id(), &id).await?;
    let next_test = ctx.app.tests.next_at(&person.handle, &id, &ctx.trail).await?;
    Ok(show(Page::Phone(PhonePage {
        id: id.to_string(),
        number: shown::mask(&phone.mask),
        label: phone.label.clone(),
        typed_label,
        state: shown::phone_state(&phone),
        preferred: phone.preferred,
        fixed_line: phone.fixed_line,
        replaces: replaces.map(|old| shown::mask(&old.mask)),
        added_at: phone.added_at.as_millis(),
        deliveries: past(&deliveries, &tests),
        live: live::address(
            &format!("/security/phones/{id}"),
            &deliveries.iter().collect::<Vec<_>>(),
            ctx.trail.at,
        ),
        test_in: shown::seconds(next_test.seconds_from(ctx.trail.at)),
        problem,
        news: ctx.news,
    })))
}

/// The last messages, with the tests that they carried; and the last tests whose messages are longer ago.
fn past(deliveries: &[Delivery], tests: &[Flow]) -> Vec<PastDelivery> {
    let of_test = |test: &Flow| {
        let typed = test.finished_at.map(|at| (at.as_millis(), shown::whole_way(test, at)));
        PastTest { id: test.id.to_string(), typed }
    };
    let carried = |test: &&Flow, id: &DeliveryId| test.delivery.as_ref().is_some_and(|own| own.id == *id);
    let messages = deliveries.iter().map(|delivery| {
        let row = PastDelivery {
            purpose: shown::delivery_purpose(&delivery.kind),
            reference: Some(delivery.reference.clone()),
            delivery: Some(shown::delivery(delivery)),
            test: tests.iter().find(|test| carried(test, &delivery.id)).map(of_test),
        };
        (delivery.created_at, row)
    });
    let longer_ago = tests.iter().filter(|test| {
        let listed = deliveries.iter().any(|delivery| carried(test, &delivery.id));
        !listed && (test.delivery.is_some() || test.finished_at.is_some())
    });
    let longer_ago = longer_ago.map(|test| {
        let row = PastDelivery {
            purpose: DeliveryPurpose::Test,
            reference: Some(shown::reference(test)).filter(|reference| !reference.is_empty()),
            delivery: test.delivery.as_ref().map(shown::delivery),
            test: Some(of_test(test)),
        };
        (test.created_at, row)
    });
    let mut rows: Vec<_> = messages.chain(longer_ago).collect();
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    rows.into_iter().map(|(_, row)| row).collect()
}
