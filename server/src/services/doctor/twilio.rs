//! Twilio: login and account, sender, countries, and whether its callbacks would reach us.
use super::Examination;
use super::{Check, Findings, clock, outside};
use crate::entropy::OsEntropy;
use crate::sms::twilio::inspect::{Account, Inspector, SenderKind, Silence};
use crate::sms::twilio::{Roots, TwilioOptions};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::entropy::hex128;
use futures::StreamExt as _;
use outside::{Post, Tried};

const ACCOUNT: &str = "twilio.account";
const CLOCK: &str = "clock.twilio";
const TOKEN: &str = "twilio.auth_token";
const SENDER: &str = "twilio.sender";
const COUNTRIES: &str = "twilio.countries";
const CALLER: &str = "twilio.caller";
const CALLED: &str = "twilio.countries_called";
const CALLBACKS: &str = "twilio.callbacks";

/// Bytes of a signature.
const SIGNATURE: usize = 20;

/// Countries asked for at the same time.
const AT_ONCE: usize = 4;

const NO_COUNTRIES: &str = "phones.allowed_countries is not understood";

/// Where the console shows what the API does not tell.
const SMS_CONSOLE: &str = "look in Twilio's console under Messaging → Settings → Geo permissions";
const VOICE_CONSOLE: &str = "look in Twilio's console under Voice → Settings → Geo permissions";

/// What is looked at.
pub(super) struct TwilioExamination {
    inspector: Inspector,
    countries: Vec<String>,
    /// `sms.twilio.base_url`, where it names a stand-in on this machine.
    stand_in: Option<String>,
}

impl TwilioExamination {
    /// # Errors
    /// The setting that is wrong, and what to do.
    pub(super) fn new(options: TwilioOptions, countries: &[String]) -> Result<Self, String> {
        let stand_in = options.base_url.clone().filter(|url| !url.is_empty() && !url.contains(".twilio.com"));
        let inspector = Inspector::new(options, Roots::default()).map_err(|error| error.told())?;
        Ok(Self { inspector, countries: countries.to_vec(), stand_in })
    }

    /// Why nothing else can be asked, where that is so.
    async fn account(&self, findings: &mut Findings<'_>) -> Result<(), &'static str> {
        let before = clock::own();
        let (account, date) = self.inspector.account().await;
        let after = clock::own();
        let (check, goes_on) = match account {
            Ok(account) => {
                (judge(&account), if account.active { Ok(()) } else { Err("the account is not active") })
            }
            Err(silence) if silence.is_denied() && self.inspector.signs_in_with_a_key() => {
                self.by_key(silence).await
            }
            Err(silence) => (self.silent(silence), Err(closed(silence))),
        };
        findings.add(check);
        findings.add(match date {
            Some(told) => clock::beside(CLOCK, "Twilio's", told, before, after),
            None => Check::skipped(CLOCK, "Twilio did not say what time it is"),
        });
        goes_on
    }

    /// Without an answer nothing goes out. No firewall is to blame where Twilio was not to be asked at all.
    fn silent(&self, silence: Silence) -> Check {
        match (silence, &self.stand_in) {
            (Silence::NotReached, Some(url)) => Check::failed(
                ACCOUNT,
                format!("sms.twilio.base_url is {url}, and nobody is reached there"),
                "start what is to answer there in Twilio's place, or leave sms.twilio.base_url out to reach Twilio itself",
            ),
            _ => silent(ACCOUNT, silence),
        }
    }

    /// A key that may not read the account is the usual case, and looks like a wrong one.
    async fn by_key(&self, silence: Silence) -> (Check, Result<(), &'static str>) {
        if self.inspector.login().await.is_err() {
            return (self.silent(silence), Err(closed(silence)));
        }
        let check = Check::warn(
            ACCOUNT,
            "the API key is right; it may not read the account's state (a standard key may not)",
            "look in Twilio's console whether the account is active and no trial, or give a main key",
        );
        (check, Ok(()))
    }

    /// The token beside an API key signs nobody in: that it was changed at Twilio would show by callbacks alone, which are refused then.
    async fn token(&self) -> Option<Check> {
        Some(match self.inspector.token().await? {
            Ok(()) => Check::ok(
                TOKEN,
                "Twilio takes sms.twilio.auth_token; that it is the primary one of the account's two, which signs callbacks, is not seen here",
            ),
            Err(silence) if silence.is_denied() => Check::failed(
                TOKEN,
                "Twilio does not take sms.twilio.auth_token: it was changed there, so no callback is believed here and calls end without a code",
                "set the account's primary auth token, as Twilio's console shows it under Account → API keys & tokens, and restart the portal",
            ),
            Err(silence) => {
                unseen(TOKEN, silence, "compare it with the primary auth token in Twilio's console")
            }
        })
    }

    async fn sender(&self) -> Check {
        match self.inspector.sender() {
            SenderKind::Number(number) => match self.inspector.number(number).await {
                Ok(Some(abilities)) if abilities.sms => {
                    Check::ok(SENDER, format!("{number} is the account's and sends texts"))
                }
                Ok(Some(_)) => Check::failed(
                    SENDER,
                    format!("{number} is the account's and cannot send texts"),
                    "set sms.twilio.from_number to a number with SMS, or messaging_service_sid to a service that has one",
                ),
                Ok(None) => Check::failed(
                    SENDER,
                    format!("{number} is no number of this account"),
                    "set sms.twilio.from_number to one of the account's numbers (Phone Numbers → Active numbers in the console)",
                ),
                Err(silence) => unseen(
                    SENDER,
                    silence,
                    "see in Twilio's console that the number is there and sends texts",
                ),
            },
            SenderKind::Service(service) => match self.inspector.service(service).await {
                Ok(Some(true)) => Check::ok(SENDER, "the Messaging Service is there and has senders"),
                Ok(Some(false)) => Check::failed(
                    SENDER,
                    "the Messaging Service has no sender",
                    "add a number to its sender pool (Messaging → Services in the console)",
                ),
                Ok(None) => Check::failed(
                    SENDER,
                    "there is no such Messaging Service in this account",
                    "set sms.twilio.messaging_service_sid as Messaging → Services shows it",
                ),
                Err(silence) => unseen(
                    SENDER,
                    silence,
                    "see in Twilio's console that the service is there and has senders",
                ),
            },
            SenderKind::Letters => Check::skipped(
                SENDER,
                "a sender id of letters cannot be looked up; whether a country takes it is told by `latchkey sms test`",
            ),
            SenderKind::ShortCode => Check::skipped(
                SENDER,
                "a short code is not looked up; the console shows it under Phone Numbers → Short codes",
            ),
        }
    }

    async fn countries(&self) -> Check {
        if self.countries.is_empty() {
            return Check::skipped(COUNTRIES, NO_COUNTRIES);
        }
        let told = match self.inspector.text_countries().await {
            Ok(told) => told,
            Err(silence) => return unseen(COUNTRIES, silence, SMS_CONSOLE),
        };
        let (mut off, mut unknown) = (Vec::new(), Vec::new());
        for country in &self.countries {
            match told.get(country) {
                Some(true) => {}
                Some(false) => off.push(country.as_str()),
                None => unknown.push(country.as_str()),
            }
        }
        if !off.is_empty() {
            return Check::failed(
                COUNTRIES,
                format!("allowed here and switched off at Twilio: {}", off.join(", ")),
                "switch them on (Messaging → Settings → Geo permissions in the console), or take them off phones.allowed_countries",
            );
        }
        if !unknown.is_empty() {
            let seen = format!("Twilio says nothing of {}", unknown.join(", "));
            return Check::warn(COUNTRIES, seen, SMS_CONSOLE);
        }
        Check::ok(
            COUNTRIES,
            format!("texts may go to all {} countries of phones.allowed_countries", self.countries.len()),
        )
    }

    async fn calls(&self, findings: &mut Findings<'_>) {
        let Some(number) = self.inspector.caller() else {
            let why = "calls need sms.twilio.from_number and callbacks that reach us";
            findings.add(Check::skipped(CALLER, why));
            findings.add(Check::skipped(CALLED, why));
            return;
        };
        findings.add(match self.inspector.number(number).await {
            Ok(Some(abilities)) if abilities.voice => Check::ok(CALLER, format!("{number} can call")),
            Ok(Some(_)) => Check::warn(
                CALLER,
                format!("{number} cannot call"),
                "texts go out without it; for calls set sms.twilio.from_number to a number with Voice",
            ),
            Ok(None) => Check::warn(
                CALLER,
                format!("{number} is no number of this account"),
                "texts may go out without it; for calls set sms.twilio.from_number to one of the account's numbers",
            ),
            Err(silence) => unseen(CALLER, silence, "see in Twilio's console that the number has Voice"),
        });
        findings.add(self.called().await);
    }

    async fn called(&self) -> Check {
        if self.countries.is_empty() {
            return Check::skipped(CALLED, NO_COUNTRIES);
        }
        let asked = futures::stream::iter(self.countries.clone()).map(|country| async move {
            let answer = self.inspector.call_country(&country).await;
            (country, answer)
        });
        let mut answers = asked.buffered(AT_ONCE);
        let (mut off, mut unknown) = (Vec::new(), Vec::new());
        while let Some((country, answer)) = answers.next().await {
            match answer {
                Ok(Some(true)) => {}
                Ok(Some(false)) => off.push(country),
                Ok(None) => unknown.push(country),
                // The next one would have to be waited for as long.
                Err(silence) => return unseen(CALLED, silence, VOICE_CONSOLE),
            }
        }
        if !off.is_empty() {
            return Check::warn(
                CALLED,
                format!("calls are switched off at Twilio for {}", off.join(", ")),
                "texts go there all the same; for calls switch them on (Voice → Settings → Geo permissions in the console)",
            );
        }
        if !unknown.is_empty() {
            let seen = format!("Twilio says nothing of calls to {}", unknown.join(", "));
            return Check::warn(CALLED, seen, VOICE_CONSOLE);
        }
        Check::ok(
            CALLED,
            format!("all {} countries of phones.allowed_countries may be called", self.countries.len()),
        )
    }

    async fn callbacks(&self) -> Check {
        let (token, sid) = (hex128(&OsEntropy), hex128(&OsEntropy));
        let Some(trial) = self.inspector.trial_callback(&token, &sid) else {
            return Check::skipped(
                CALLBACKS,
                "none are asked for: public_url is on this machine, sms.twilio.callbacks says never, or there is no auth_token",
            );
        };
        let place = trial.address.trim_end_matches(token.as_str());
        let Some(client) = outside::client(&trial.address) else { return outside::no_tls(CALLBACKS) };
        let form = Post::Form(&trial.form);
        let (header, right) = &trial.signature;
        let wrong = STANDARD.encode([0u8; SIGNATURE]);
        let (signed, forged) = (
            outside::post(&client, &trial.address, &form, (header, right)).await,
            outside::post(&client, &trial.address, &form, (header, &wrong)).await,
        );
        let tried = Tried { check: CALLBACKS, provider: "Twilio", key: "sms.twilio.auth_token", place };
        outside::answered(&tried, &signed, &forged)
    }
}

fn judge(account: &Account) -> Check {
    match (account.active, account.trial) {
        (true, false) => Check::ok(ACCOUNT, "signed in; the account is active"),
        (true, true) => Check::warn(
            ACCOUNT,
            "signed in; a trial account sends only to numbers that are verified with Twilio, and puts words before the text",
            "upgrade it before people rely on it",
        ),
        (false, _) => Check::failed(
            ACCOUNT,
            "signed in; the account is suspended or closed",
            "see funds and notices in Twilio's console",
        ),
    }
}

/// Why nothing more is asked after this.
fn closed(silence: Silence) -> &'static str {
    match silence {
        Silence::NotReached => "Twilio is not reached",
        Silence::NoAnswer | Silence::Refused { status: 500.., .. } => {
            "Twilio is reached and does not answer as it should"
        }
        Silence::Refused { .. } => "Twilio is reached and does not let us in",
    }
}

/// Without an answer nothing goes out.
fn silent(name: &'static str, silence: Silence) -> Check {
    match silence {
        Silence::NotReached => Check::failed(
            name,
            "Twilio is not reached: no connection comes about",
            "see name resolution, the firewall (https to *.twilio.com), and the system's CA certificates",
        ),
        Silence::NoAnswer => Check::failed(
            name,
            "Twilio is reached and does not answer in time, or not in a way that can be read",
            "see status.twilio.com",
        ),
        Silence::Refused { status: status @ 500.., .. } => {
            Check::failed(name, format!("Twilio answers {status}: a fault there"), "see status.twilio.com")
        }
        Silence::Refused { status, code, remedy } => {
            let code = code.map_or_else(String::new, |code| format!(", code {code}"));
            let (seen, remedy) = remedy.split_once(": ").unwrap_or(("Twilio says no", remedy));
            Check::failed(name, format!("{seen} ({status}{code})"), remedy)
        }
    }
}

/// What could not be seen may be well all the same.
fn unseen(name: &'static str, silence: Silence, console: &str) -> Check {
    let seen = match silence {
        Silence::Refused { .. } if silence.is_denied() => "Twilio does not tell it to this login".to_owned(),
        Silence::Refused { status, .. } => format!("Twilio does not tell it (it answers {status})"),
        Silence::NotReached => "the host that tells it is not reached".to_owned(),
        Silence::NoAnswer => {
            "the host that tells it is reached and does not answer in time, or not in a way that can be read"
                .to_owned()
        }
    };
    Check::warn(name, seen, console)
}

#[async_trait]
impl Examination for TwilioExamination {
    async fn examine(&self, findings: &mut Findings<'_>) {
        let asked = self.account(findings).await;
        if let Some(check) = self.token().await {
            findings.add(check);
        }
        match asked {
            Ok(()) => {
                findings.add(self.sender().await);
                findings.add(self.countries().await);
                self.calls(findings).await;
            }
            Err(why) => {
                for name in [SENDER, COUNTRIES, CALLER, CALLED] {
                    findings.add(Check::skipped(name, why));
                }
            }
        }
        findings.add(self.callbacks().await);
    }
}
