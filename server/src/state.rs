//! What every request can reach.
use crate::delivery_health::LatestHealth;
use crate::keys::Keys;
use crate::log_throttle::LogThrottle;
use crate::metrics::Metrics;
use crate::oidc::discovery::Written;
use crate::sms::live_secret::LiveSecret;
use crate::sms::outbox::Outbox;
use crate::sms::twilio::callback::Callbacks;
use crate::sms::vonage::callback::Callbacks as VonageCallbacks;
use crate::web::live::Lines;
use crate::web::request_id::RequestIds;
use crate::web::site::Site;
use app::view::Country;
use async_trait::async_trait;
use domain::core::Core;
use domain::delivery_test::DeliveryTests;
use domain::fresh_proof::FreshProof;
use domain::oidc::provider::Provider;
use domain::phones::PhoneBook;
use domain::ports::Fault;
use domain::sign_in::SignIn;
use domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The application: use cases, what pages need to know of the settings, and nothing of stores or providers.
pub struct AppState {
    /// What the use cases stand on.
    pub core: Arc<Core>,
    /// Signing in.
    pub sign_in: SignIn,
    /// Phones.
    pub phones: PhoneBook,
    /// Fresh proof.
    pub fresh: FreshProof,
    /// Tests of delivery.
    pub tests: DeliveryTests,
    /// Apps.
    pub provider: Provider,
    /// What apps read of this installation, as it was written last.
    pub discovery: Written,
    /// The installation as its visitors meet it.
    pub site: Site,
    /// Derived keys; pages use the one for form tokens.
    pub keys: Arc<Keys>,
    /// The built-in provider's inbox, where that provider is on.
    pub outbox: Option<Arc<Outbox>>,
    /// How callbacks of Twilio are read, where that provider is on and can reach us.
    pub callbacks: Option<Arc<Callbacks>>,
    /// The same of Vonage.
    pub vonage_callbacks: Option<Arc<VonageCallbacks>>,
    /// How requests are named.
    pub request_ids: RequestIds,
    /// Pages that wait for news of a message.
    pub lines: Arc<Lines>,
    /// Secrets of providers: looked after as long as the program runs.
    pub secrets: Vec<LiveSecret>,
    /// How it stands with text messages.
    pub delivery_health: LatestHealth,
    /// Whether it is time to tell of an app's request that was refused.
    pub app_refused: LogThrottle,
    /// We were told to stop: whoever asks is told to send nobody any more.
    pub stopping: AtomicBool,
    /// Whether we can serve.
    pub readiness: Arc<dyn Readiness>,
    /// Tidying.
    pub upkeep: Arc<dyn Upkeep>,
    /// What this node counts.
    pub metrics: Arc<Metrics>,
    /// Countries that codes can go to.
    pub countries: Vec<Country>,
    /// The country of numbers typed without `+`.
    pub default_country: Country,
}

/// Says whether database and migrations are there.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Right now.
    async fn ready(&self) -> bool;
}

/// What is done now and then.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Takes away everything whose time is over at `now`.
    async fn tidy(&self, now: Timestamp) -> Result<(), Fault>;
    /// Asks what time it is, where nodes share the database's.
    async fn agree_on_time(&self) -> Result<(), Fault>;
}
