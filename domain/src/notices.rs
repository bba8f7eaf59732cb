//! Putting notices together: whom they reach besides the banner (R31).
use crate::code;
use crate::core::Core;
use crate::events::Trail;
use crate::id::{DeliveryId, NoticeId, PhoneId};
use crate::limits;
use crate::message;
use crate::notice::{NewNotice, NoticeKind, NoticeText};
use crate::phone::{Mask, Phone};
use crate::ports::Fault;
use crate::time::Timestamp;

/// A notice that is a banner only, about what the browser `agent` did at `at`.
#[must_use]
pub fn banner(core: &Core, kind: NoticeKind, at: Timestamp, agent: String) -> NewNotice {
    NewNotice { id: NoticeId::new(&*core.entropy), kind, at, agent, mask: None, texts: Vec::new() }
}

/// A notice about `about`, with a text to every other proven number of the account that gets texts. A number that was removed or replaced is
/// told too: it is among `phones` still when this is asked.
///
/// # Errors
/// When a text would not fit into one segment: a fault of our words.
pub fn to_others(
    core: &Core,
    kind: NoticeKind,
    about: &PhoneId,
    mask: &Mask,
    phones: &[Phone],
    trail: &Trail,
) -> Result<NewNotice, Fault> {
    let tells_itself = kind == NoticeKind::PhoneRemoved;
    let body = core.words.notice(trail.lang, kind, Some(mask), trail.at);
    message::check_segment(&body).map_err(|cause| Fault::new("writing a notice", cause))?;
    let texts = phones
        .iter()
        .filter(|phone| !phone.pending() && !phone.fixed_line && (tells_itself || phone.id != *about))
        .map(|phone| NoticeText {
            delivery: DeliveryId::ordered(trail.at, &*core.entropy),
            phone: phone.id.clone(),
            body: body.clone(),
            reference: code::reference(&*core.entropy),
            rules: limits::for_number(&core.policy.limits, &phone.hash),
            day_cap: core.policy.limits.per_day,
        })
        .collect();
    Ok(NewNotice {
        id: NoticeId::new(&*core.entropy),
        kind,
        at: trail.at,
        agent: trail.agent.clone(),
        mask: Some(mask.clone()),
        texts,
    })
}

/// The messages of notices, to be sent once they are written.
#[must_use]
pub fn deliveries(notices: &[NewNotice]) -> Vec<DeliveryId> {
    notices.iter().flat_map(|notice| notice.texts.iter().map(|text| text.delivery.clone())).collect()
}
