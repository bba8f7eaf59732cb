//! The keys as a node knows them for a while: ready to sign, to check and to publish.
use super::rsa::{Checking, Signing};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::ports::Fault;
use domain::signing::KeptKey;
use domain::signing_keys::{KeyState, KeyTimes, SEEN_WITHIN, signs};
use domain::time::Timestamp;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The database is asked again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// What does not change in the life of a key.
struct Material {
    /// The first part of every token it signs.
    header: String,
    checking: Checking,
    signing: Option<Signing>,
}

/// All keys at the moment they were read.
pub(super) struct Ring {
    times: Vec<KeyTimes>,
    materials: Vec<Arc<Material>>,
    published: Arc<[u8]>,
    read_at: Timestamp,
}

impl Ring {
    /// Of what is kept; what `known` has read already is not read again.
    pub(super) fn of(kept: Vec<KeptKey>, known: Option<&Self>, now: Timestamp) -> Result<Self, Fault> {
        let materials = kept.iter().map(|key| match known.and_then(|known| known.material(key)) {
            Some(material) => Ok(material),
            None => Material::of(key).map(Arc::new),
        });
        let materials: Vec<_> = materials.collect::<Result<_, Fault>>()?;
        let times: Vec<_> = kept.into_iter().map(|key| key.times).collect();
        let published = published(&times, &materials, now);
        Ok(Self { times, materials, published, read_at: now })
    }

    fn material(&self, of: &KeptKey) -> Option<Arc<Material>> {
        let (_, material) = self.keys().find(|(times, _)| times.kid == of.times.kid)?;
        (material.signing.is_some() == of.private.is_some()).then(|| Arc::clone(material))
    }

    fn keys(&self) -> impl Iterator<Item = (&KeyTimes, &Arc<Material>)> {
        self.times.iter().zip(&self.materials)
    }

    /// Nothing has to be asked. Where the time went back, it has.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now >= self.read_at && now.since(self.read_at) < ASK_AGAIN
    }

    /// Good enough while the database is asked or away: no change is hidden for longer than was promised.
    pub(super) fn will_do(&self, now: Timestamp) -> bool {
        now >= self.read_at && now.since(self.read_at) < SEEN_WITHIN
    }

    /// Whether there is one to sign with.
    pub(super) fn can_sign(&self, now: Timestamp) -> bool {
        signs(&self.times, now).is_some()
    }

    /// Header, claims and signature (RFC 7515, compact).
    pub(super) fn sign(&self, claims: &str, now: Timestamp) -> Result<String, Fault> {
        let signs = signs(&self.times, now);
        let key = self.keys().find(|(times, _)| Some(*times) == signs);
        let key = key.and_then(|(_, material)| Some((material, material.signing.as_ref()?)));
        let Some((material, signing)) = key else {
            return Err(Fault::new("signing", "no key signs at this time; has the clock gone back?"));
        };
        let mut token = format!("{}.{}", material.header, BASE64.encode(claims));
        let signature = signing.sign(token.as_bytes())?;
        token.push('.');
        BASE64.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The claims of a token that one of these keys signed.
    ///
    /// Only our own tokens are taken in, so a header must be, letter for letter, one that we write. Nothing in it is read or obeyed: no
    /// other algorithm, no key of its own, no address of one has a place to act (A35), and nothing is parsed before the signature holds.
    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Option<String> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let (times, material) = self.keys().find(|(_, material)| material.header == header)?;
        if times.state(&self.times, now) == KeyState::Gone {
            return None;
        }
        let signature = BASE64.decode(signature).ok()?;
        if !material.checking.is_signed(message.as_bytes(), &signature) {
            return None;
        }
        String::from_utf8(BASE64.decode(claims).ok()?).ok()
    }

    /// The set of keys, as it is published.
    pub(super) fn published(&self) -> Arc<[u8]> {
        Arc::clone(&self.published)
    }
}

impl Material {
    fn of(key: &KeptKey) -> Result<Self, Fault> {
        let header = json!({ "alg": "RS256", "kid": key.times.kid.as_str(), "typ": "JWT" });
        Ok(Self {
            header: BASE64.encode(header.to_string()),
            checking: Checking::read(&key.public)?,
            signing: key.private.as_ref().map(|private| Signing::read(private)).transpose()?,
        })
    }
}

/// Public parts alone; there is nothing else to write (R90).
fn published(times: &[KeyTimes], materials: &[Arc<Material>], now: Timestamp) -> Arc<[u8]> {
    let keys = times.iter().zip(materials);
    let there = keys.filter(|(key, _)| key.state(times, now) != KeyState::Gone);
    let keys: Vec<_> = there
        .map(|(key, material)| {
            let Checking { n, e, .. } = &material.checking;
            json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid.as_str(), "n": n, "e": e })
        })
        .collect();
    Arc::from(json!({ "keys": keys }).to_string().into_bytes())
}
