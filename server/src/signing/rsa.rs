//! RSA keys and signatures (RS256), all by aws-lc.
//!
//! Keys are made with the library's own generator: it takes none that is handed in.
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize as Size, PublicKey};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::ports::Fault;
use domain::signing_keys::KeySize;
use zeroize::Zeroizing;

/// A key just made: public part (RSAPublicKey of RFC 8017) and private part (PKCS #8).
pub(super) struct Made {
    pub(super) public: Vec<u8>,
    pub(super) private: Zeroizing<Vec<u8>>,
}

/// Makes a key. That takes a second of a core, sometimes several: a thread that serves nobody does it.
pub(super) async fn make(size: KeySize) -> Result<Made, Fault> {
    let made = tokio::task::spawn_blocking(move || {
        let pair = KeyPair::generate(match size.bits() {
            2048 => Size::Rsa2048,
            4096 => Size::Rsa4096,
            _ => Size::Rsa3072,
        })?;
        let private: Pkcs8V1Der<'_> = pair.as_der()?;
        Ok(Made {
            public: pair.public_key().as_ref().to_vec(),
            private: Zeroizing::new(private.as_ref().to_vec()),
        })
    });
    let made: Result<Made, aws_lc_rs::error::Unspecified> =
        made.await.map_err(|cause| Fault::new(MAKING, cause))?;
    made.map_err(|cause| Fault::new(MAKING, cause))
}

const MAKING: &str = "making a signing key";

/// The private part, ready to sign. Reading one takes about as long as signing with it: it is read once.
pub(super) struct Signing(KeyPair);

impl Signing {
    pub(super) fn read(private: &[u8]) -> Result<Self, Fault> {
        KeyPair::from_pkcs8(private).map(Self).map_err(|cause| Fault::new("reading a signing key", cause))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|cause| Fault::new("signing", cause))?;
        Ok(signature)
    }
}

/// The public part, ready to check and to publish.
pub(super) struct Checking {
    key: ParsedPublicKey,
    /// The modulus as a JWK has it.
    pub(super) n: String,
    /// The exponent as a JWK has it.
    pub(super) e: String,
}

impl Checking {
    pub(super) fn read(public: &[u8]) -> Result<Self, Fault> {
        let fault = |cause| Fault::new("reading a public key", cause);
        let parts = PublicKey::from_der(public).map_err(fault)?;
        Ok(Self {
            key: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).map_err(fault)?,
            n: BASE64.encode(parts.modulus().big_endian_without_leading_zero()),
            e: BASE64.encode(parts.exponent().big_endian_without_leading_zero()),
        })
    }

    pub(super) fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}
