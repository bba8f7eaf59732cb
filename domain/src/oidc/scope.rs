//! Scopes and claims: what an app may ask for, and what each scope stands for (OpenID Connect Core §5.4).

/// A scope that means something here. Others are ignored (R95).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A sign-in at all.
    OpenId,
    /// The name.
    Profile,
    /// The address for mail.
    Email,
    /// The number codes go to first.
    Phone,
    /// The name again, under the word that apps of Janssen ask for.
    UserName,
    /// Refresh tokens.
    OfflineAccess,
}

impl Scope {
    /// Every one, in the order in which lists name them.
    pub const ALL: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::Email, Self::Phone, Self::UserName, Self::OfflineAccess];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::UserName => "user_name",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The claims it stands for.
    #[must_use]
    pub fn claims(self) -> &'static [Claim] {
        match self {
            Self::OpenId | Self::OfflineAccess => &[],
            Self::Profile => &[Claim::Name, Claim::PreferredUsername],
            Self::Email => &[Claim::Email, Claim::EmailVerified],
            Self::Phone => &[Claim::PhoneNumber, Claim::PhoneNumberVerified],
            Self::UserName => &[Claim::UserName],
        }
    }
}

/// Something an app may learn about a person, beside who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// `name`: the name that the account was made with.
    Name,
    /// `preferred_username`: the same.
    PreferredUsername,
    /// `user_name`: the same, for apps of Janssen.
    UserName,
    /// `email`
    Email,
    /// `email_verified`: always false, for nobody here has ever proven an address.
    EmailVerified,
    /// `phone_number`: the number codes go to first.
    PhoneNumber,
    /// `phone_number_verified`: it was proven by a code and is in use (R110).
    PhoneNumberVerified,
}

impl Claim {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::PreferredUsername,
        Self::UserName,
        Self::Email,
        Self::EmailVerified,
        Self::PhoneNumber,
        Self::PhoneNumberVerified,
    ];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::PreferredUsername => "preferred_username",
            Self::UserName => "user_name",
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberVerified => "phone_number_verified",
        }
    }
}

macro_rules! set {
    ($(#[$doc:meta])* $set:ident of $item:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(into = "String", from = "String"))]
        pub struct $set(u16);

        impl $set {
            /// The known ones among words with spaces between them; others are ignored (R95).
            #[must_use]
            pub fn parse(text: &str) -> Self {
                text.split(' ').filter_map(|word| $item::ALL.into_iter().find(|item| item.name() == word)).collect()
            }

            /// Whether it is among them.
            #[must_use]
            pub fn has(self, item: $item) -> bool {
                self.0 & (1 << item as u16) != 0
            }

            /// Each, in the order of `ALL`.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.into_iter().filter(move |item| self.has(*item))
            }

            /// Whether there is none.
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether all of them are among `other`.
            #[must_use]
            pub fn within(self, other: Self) -> bool {
                self.0 & !other.0 == 0
            }

            /// Words with spaces between them.
            #[must_use]
            pub fn to_text(self) -> String {
                self.iter().map($item::name).collect::<Vec<_>>().join(" ")
            }
        }

        impl FromIterator<$item> for $set {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                Self(items.into_iter().fold(0, |set, item| set | 1 << item as u16))
            }
        }

        impl From<$set> for String {
            fn from(set: $set) -> Self {
                set.to_text()
            }
        }

        impl From<String> for $set {
            fn from(text: String) -> Self {
                Self::parse(&text)
            }
        }
    };
}

set!(/** A set of scopes. */ Scopes of Scope);
set!(/** A set of claims. */ Claims of Claim);

impl Scopes {
    /// The claims that they stand for together.
    #[must_use]
    pub fn claims(self) -> Claims {
        self.iter().flat_map(|scope| scope.claims().iter().copied()).collect()
    }
}

impl Claims {
    /// These and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r95_unknown_scopes_are_ignored() {
        let scopes = Scopes::parse("phone  openid address OPENID openid groups");
        assert_eq!(scopes.to_text(), "openid phone");
        assert!(!scopes.has(Scope::Profile) && scopes.has(Scope::OpenId));
        assert_eq!(scopes.claims().to_text(), "phone_number phone_number_verified");
        assert!(Scopes::parse("address").is_empty());
    }

    #[test]
    fn a_set_comes_back_as_it_was_written() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(Scopes::parse(&all.to_text()), all);
        let claims: Claims = Claim::ALL.into_iter().collect();
        assert_eq!(Claims::parse(&claims.to_text()), claims);
        assert_eq!(all.claims(), claims, "each claim belongs to a scope");
        assert!(Scopes::parse("openid").within(all) && !all.within(Scopes::parse("openid")));
    }
}
