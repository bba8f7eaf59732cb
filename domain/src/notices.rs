//! Putting notices together: whom they reach besides the banner (R31).
use crate::code;
use crate::core::Core;
use crate::entropy::Entropy;
use crate::events::Trail;
use crate::id::{DeliveryId, NoticeId, PhoneId};
use crate::limits;
use crate::message;
use crate::notice::{NewNotice, NoticeKind, NoticeText};
use crate::phone::{Mask, Phone};
use crate::policy::SendLimits;
use crate::ports::{Fault, Words};
use crate::time::Timestamp;

/// A notice that is a banner only, about what the browser `agent` did at `at`.
#[must_use]
pub fn banner(core: &Core, kind: NoticeKind, at: Timestamp, agent: String) -> NewNotice {
    NewNotice { id: NoticeId::new(&*core.entropy), kind, at, agent, mask: None, texts: Vec::new() }
}

/// What notices with texts are made of.
#[derive(Clone, Copy)]
pub struct Making<'a> {
    /// Their words.
    pub words: &'a dyn Words,
    /// What their texts count against.
    pub limits: &'a SendLimits,
    /// For their names.
    pub entropy: &'a dyn Entropy,
}

impl<'a> Making<'a> {
    /// With what this core has.
    #[must_use]
    pub fn on(core: &'a Core) -> Self {
        Self { words: &*core.words, limits: &core.policy.limits, entropy: &*core.entropy }
    }

    /// A notice about a number or none, with a text to every other number of the account that gets notices. A number that was removed
    /// or replaced is told too: it is among `phones` still when this is asked.
    ///
    /// # Errors
    /// When a text would not fit into one segment: a fault of our words.
    pub fn to_others(
        &self,
        kind: NoticeKind,
        about: Option<(&PhoneId, &Mask)>,
        phones: &[Phone],
        trail: &Trail,
    ) -> Result<NewNotice, Fault> {
        let (itself, mask) = about.unzip();
        let left_out = itself.filter(|_| kind != NoticeKind::PhoneRemoved);
        let body = self.words.notice(trail.lang, kind, mask, trail.at);
        message::check_segment(&body).map_err(|cause| Fault::new("writing a notice", cause))?;
        let texts = phones
            .iter()
            .filter(|phone| phone.gets_notices() && left_out != Some(&phone.id))
            .map(|phone| NoticeText {
                delivery: DeliveryId::ordered(trail.at, self.entropy),
                phone: phone.id.clone(),
                body: body.clone(),
                reference: code::reference(self.entropy),
                rules: limits::for_number(self.limits, &phone.hash),
                day_cap: self.limits.per_day,
            })
            .collect();
        Ok(NewNotice {
            id: NoticeId::new(self.entropy),
            kind,
            at: trail.at,
            agent: trail.agent.clone(),
            mask: mask.cloned(),
            texts,
        })
    }
}

/// The messages of notices, to be sent once they are written.
#[must_use]
pub fn deliveries(notices: &[NewNotice]) -> Vec<DeliveryId> {
    notices.iter().flat_map(|notice| notice.texts.iter().map(|text| text.delivery.clone())).collect()
}
