//! Joins the rules with the adapters. What it makes knows no store and no provider any more.
pub mod clients;
pub mod codes;
pub mod doctor;
pub mod key_keeper;
pub mod methods;
pub mod operator;
mod upkeep;

use self::upkeep::Keeper;
use crate::App;
use crate::alarms::Alarms;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, Provider};
use crate::delivery_health::LatestHealth;
use crate::entropy::OsEntropy;
use crate::keys::Keys;
use crate::log_throttle::LogThrottle;
use crate::metrics::Metrics;
use crate::numbers::PhoneNumbers;
use crate::oidc::discovery::Written;
use crate::signing::Signer;
use crate::sms::dispatch::Carrier;
use crate::sms::outbox::Outbox;
use crate::sms::twilio::callback::Callbacks;
use crate::sms::twilio::{Roots, Surroundings, TimerPause, Twilio};
use crate::sms::vonage::Vonage;
use crate::sms::vonage::callback::Callbacks as VonageCallbacks;
use crate::state::AppState;
use crate::store::Store;
use crate::web::request_id::RequestIds;
use crate::words::Catalogue;
use app::view::Country;
use domain::core::Core;
use domain::delivery_test::DeliveryTests;
use domain::entropy::Entropy;
use domain::fresh_proof::FreshProof;
use domain::oidc::provider::Provider as AppProvider;
use domain::phones::PhoneBook;
use domain::ports::{Passwords, Sms};
use domain::sign_in::SignIn;
use domain::time::Clock;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use zeroize::Zeroizing;

/// What stands between the rules and the world; tests put their own in.
pub struct Adapters {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The same, where it is the database's that several nodes share.
    pub shared_clock: Option<Arc<SharedClock>>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Keys derived from the key file.
    pub keys: Arc<Keys>,
    /// The database.
    pub store: Store,
    /// Password hashing.
    pub passwords: Arc<dyn Passwords>,
}

/// What the settings alone decide.
struct Meant {
    words: Catalogue,
    numbers: PhoneNumbers,
    countries: Vec<Country>,
    default_country: Country,
}

fn meant(config: &Config, keys: &Arc<Keys>) -> anyhow::Result<Meant> {
    let words = Catalogue::new(&config.site.brand, &config.site.host, config.policy.otp.digits())
        .map_err(|problem| anyhow::anyhow!("brand.name: {problem}"))?;
    let numbers = PhoneNumbers::new(
        Arc::clone(keys),
        &config.allowed_countries,
        config.allow_voip,
        &config.default_country,
    )?
    .with_calls(config.providers.iter().any(Provider::calls));
    let countries = numbers.countries().into_iter().map(|(iso, calling_code)| Country { iso, calling_code });
    let countries: Vec<Country> = countries.collect();
    let default_country = countries
        .iter()
        .find(|country| country.code() == config.default_country)
        .copied()
        .ok_or_else(|| anyhow::anyhow!("phones.default_country: no such country"))?;
    Ok(Meant { words, numbers, countries, default_country })
}

/// Whether a first start would take these settings, as far as they tell by themselves. Makes nothing, and says nothing in the log;
/// [`would_start`] says what is wrong.
#[must_use]
pub fn suit(config: &Config) -> bool {
    let complete = |provider: &Provider| provider.why_not().is_none();
    config.providers.iter().all(complete) && meant(config, &Arc::new(nobodys_keys(&OsEntropy))).is_ok()
}

/// Keys that nothing was made with: for looking at settings.
fn nobodys_keys(entropy: &dyn Entropy) -> Keys {
    let mut master = Zeroizing::new([0; 32]);
    entropy.fill(&mut *master);
    Keys::derive(&master)
}

/// Whether a first start would take these settings, before there is a database. Makes nothing.
///
/// # Errors
/// As [`assemble`], and where there is a key file that serves for nothing.
pub fn would_start(config: Config) -> anyhow::Result<()> {
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    let keys = if crate::paths::is_there("secrets.key_file", &config.key_file)? {
        Keys::load(&config.key_file)?
    } else {
        nobodys_keys(&*entropy)
    };
    meant(&config, &Arc::new(keys))?;
    providers(config.providers, &clock, &entropy).map(drop)
}

/// Puts the application together.
///
/// # Errors
/// One line that names the setting and the remedy: a provider that cannot be used, a name too long for a text message.
pub fn assemble(config: Config, adapters: Adapters) -> anyhow::Result<App> {
    let Adapters { clock, shared_clock, entropy, keys, store, passwords } = adapters;
    let Meant { words, numbers, countries, default_country } = meant(&config, &keys)?;
    let secrets = config.providers.iter().flat_map(Provider::secrets).collect();
    let Providers { senders, outbox, callbacks, vonage_callbacks } =
        providers(config.providers, &clock, &entropy)?;
    let store = Arc::new(store);
    let metrics = Arc::new(Metrics::default());
    let carrier =
        Carrier::new(Arc::clone(&store) as _, senders, Arc::clone(&clock), Arc::clone(&metrics) as _);
    let signer = Signer::new(Arc::clone(&store) as _, Arc::clone(&entropy), config.key_size);
    let core = Arc::new(Core {
        accounts: Arc::clone(&store) as _,
        phones: Arc::clone(&store) as _,
        challenges: Arc::clone(&store) as _,
        notices: Arc::clone(&store) as _,
        deliveries: Arc::clone(&store) as _,
        sessions: Arc::clone(&store) as _,
        clients: Arc::clone(&store) as _,
        methods: Arc::clone(&store) as _,
        limits: Arc::clone(&store) as _,
        tries: Arc::clone(&store) as _,
        dispatch: Arc::new(carrier),
        passwords,
        numbers: Arc::new(numbers),
        words: Arc::new(words),
        signer: Arc::new(signer),
        clock,
        entropy,
        watch: Arc::new(Alarms::before(Arc::clone(&metrics))),
        policy: config.policy,
        code_key: keys.code(),
    });
    let provider = AppProvider::new(Arc::clone(&core), Arc::clone(&store) as _);
    let keeper = Arc::new(Keeper::new(store, shared_clock));
    let request_ids = RequestIds::new(&*core.entropy);
    Ok(Arc::new(AppState {
        sign_in: SignIn::new(Arc::clone(&core)),
        phones: PhoneBook::new(Arc::clone(&core)),
        fresh: FreshProof::new(Arc::clone(&core)),
        tests: DeliveryTests::new(Arc::clone(&core)),
        provider,
        core,
        discovery: Written::default(),
        site: config.site,
        keys,
        outbox,
        callbacks,
        request_ids,
        lines: Arc::default(),
        vonage_callbacks,
        secrets,
        delivery_health: LatestHealth::default(),
        app_refused: LogThrottle::new(),
        stopping: AtomicBool::new(false),
        readiness: Arc::clone(&keeper) as _,
        upkeep: keeper,
        metrics,
        countries,
        default_country,
    }))
}

/// The providers in their order, and what pages and webhooks need of them.
struct Providers {
    senders: Vec<Arc<dyn Sms>>,
    outbox: Option<Arc<Outbox>>,
    callbacks: Option<Arc<Callbacks>>,
    vonage_callbacks: Option<Arc<VonageCallbacks>>,
}

fn providers(
    named: Vec<Provider>,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Providers> {
    let (mut outbox, mut callbacks, mut vonage_callbacks) = (None, None, None);
    let surroundings = || Surroundings {
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        pause: Arc::new(TimerPause),
        roots: Roots::default(),
    };
    let mut senders: Vec<Arc<dyn Sms>> = Vec::with_capacity(named.len());
    for provider in named {
        senders.push(match provider {
            Provider::Outbox => {
                let kept = Arc::new(Outbox::new(Arc::clone(clock)));
                outbox = Some(Arc::clone(&kept));
                kept
            }
            Provider::Twilio(options) => {
                let twilio =
                    Twilio::start(*options, surroundings()).map_err(|error| anyhow::anyhow!(error.told()))?;
                callbacks = twilio.callbacks();
                Arc::new(twilio)
            }
            Provider::Vonage(options) => {
                let vonage =
                    Vonage::start(*options, surroundings()).map_err(|error| anyhow::anyhow!(error.told()))?;
                vonage_callbacks = vonage.callbacks();
                Arc::new(vonage)
            }
        });
    }
    Ok(Providers { senders, outbox, callbacks, vonage_callbacks })
}

/// The providers alone, in their order: for a test from the command line.
///
/// # Errors
/// As [`assemble`].
pub fn senders(
    named: Vec<Provider>,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Vec<Arc<dyn Sms>>> {
    providers(named, clock, entropy).map(|providers| providers.senders)
}
