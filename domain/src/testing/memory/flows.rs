//! How a flow in memory looks to the rules.
use super::{FlowRow, World};
use crate::challenge::{CodeState, Flow};
use crate::delivery::Delivery;

impl World {
    /// A flow with all that is worked out.
    #[must_use]
    pub fn view(&self, row: &FlowRow) -> Option<Flow> {
        let phone = self.phones.iter().find(|phone| phone.phone.id == row.phone)?;
        let hash = phone.phone.hash.clone();
        let codes = || self.challenges.iter().rev().filter(|code| code.flow == row.id);
        let counts = codes().find(|code| code.standing).or_else(|| codes().next());
        Some(Flow {
            id: row.id.clone(),
            account: row.account.clone(),
            session: row.session.clone(),
            purpose: row.purpose.clone(),
            phone: row.phone.clone(),
            mask: phone.phone.mask.clone(),
            fixed_line: phone.phone.fixed_line,
            // Off for what this flow is about: a number that is off for use can still be proven anew.
            locked: self.count(&row.account, &hash, row.purpose.counter()).locked,
            failures: self.count(&row.account, &hash, row.purpose.counter()).failures,
            hash,
            tries: row.spent - row.floor,
            sends: row.sends,
            last_sent_at: row.last_sent_at,
            created_at: row.created_at,
            expires_at: row.expires_at,
            finished_at: row.finished_at,
            ended_at: row.ended_at,
            code: counts.map(|code| CodeState {
                reference: code.reference.clone(),
                channel: code.channel,
                created_at: code.created_at,
                expires_at: code.expires_at,
                standing: code.standing,
            }),
            delivery: self.newest_delivery(row),
        })
    }

    fn newest_delivery(&self, row: &FlowRow) -> Option<Delivery> {
        let of_flow = |id| self.challenges.iter().any(|code| code.id == id && code.flow == row.id);
        let mut newest = self.deliveries.iter().rev();
        newest.find(|row| row.challenge.clone().is_some_and(of_flow)).map(|row| row.delivery.clone())
    }
}
