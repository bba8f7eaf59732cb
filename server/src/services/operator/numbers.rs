//! What an operator does to numbers.
use super::{Operator, User, UserPhone};
use anyhow::{anyhow, bail};
use domain::id::PhoneId;
use domain::notice::{NewNotice, NoticeKind};
use domain::phone::E164;
use domain::ports::{Fault, Phones as _};

impl Operator {
    /// The phones of an account with their full numbers.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn phones(&self, name: &str) -> anyhow::Result<Vec<UserPhone>> {
        let user = self.find(name).await?;
        Ok(self.store.numbers_of(&user.id).await?)
    }

    /// Removes one number or all; the person can add it anew.
    ///
    /// # Errors
    /// When there is no such account or number.
    pub async fn remove_phones(&self, name: &str, number: Option<&str>) -> anyhow::Result<usize> {
        let user = self.find(name).await?;
        let gone = self.named(&user, number).await?;
        let phones = self.store.of(&user.id).await?;
        let trail = self.trail();
        let notices: Result<Vec<NewNotice>, Fault> = phones
            .iter()
            .filter(|phone| !phone.pending() && gone.contains(&phone.id))
            .map(|phone| {
                let about = Some((&phone.id, &phone.mask));
                self.notices().to_others(NoticeKind::PhoneRemoved, about, &phones, &trail)
            })
            .collect();
        self.store.remove_numbers(&user.id, &gone, &notices?, &trail).await?;
        Ok(gone.len())
    }

    /// Lets codes be typed again for one number or all, where too many wrong ones had switched it off. Nothing else changes: the second
    /// step stays.
    ///
    /// # Errors
    /// When there is no such account or number, or none of them is off.
    pub async fn unlock_phones(&self, name: &str, number: Option<&str>) -> anyhow::Result<usize> {
        let user = self.find(name).await?;
        let phones = self.named(&user, number).await?;
        let unlocked = self.store.unlock_numbers(&user.id, &phones, &self.trail()).await?;
        if unlocked.is_empty() {
            bail!("no such number is off after wrong codes")
        } else {
            Ok(unlocked.len())
        }
    }

    /// The phones of an account with this number, or all.
    async fn named(&self, user: &User, number: Option<&str>) -> anyhow::Result<Vec<PhoneId>> {
        let wanted = match number {
            None => None,
            Some(typed) => Some(E164::parse(typed).ok_or_else(|| {
                anyhow!("the number must be + and 7 to 15 digits, country code first, such as +12015550123")
            })?),
        };
        let phones = self.store.numbers_of(&user.id).await?.into_iter();
        let meant = phones.filter(|phone| wanted.as_ref().is_none_or(|wanted| phone.number == *wanted));
        let ids: Vec<PhoneId> = meant.map(|phone| phone.id).collect();
        if ids.is_empty() { bail!("this account has no such number") } else { Ok(ids) }
    }
}
