//! What an account says of itself: its record, its numbers, its Messaging Services, the countries that it may reach. Read alone.
use crate::check;
use crate::state::{Settings, State};
use crate::{answer, routes};
use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use serde_json::{Value, json};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

type Pairs = Query<Vec<(String, String)>>;

/// Countries that Twilio has among its permissions here; calls to Canada are switched with those to the United States.
const COUNTRIES: [&str; 31] = [
    "US", "CA", "GB", "IE", "FR", "DE", "ES", "PT", "IT", "NL", "BE", "LU", "CH", "AT", "DK", "SE", "NO",
    "FI", "IS", "PL", "CZ", "GR", "AU", "NZ", "JP", "SG", "MX", "BR", "AR", "CL", "IN",
];

/// `GET /2010-04-01/Accounts/{sid}.json`
pub(crate) async fn account(
    Shared(state): Shared<Arc<State>>,
    Path(account): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.settings;
    let sid = account.strip_suffix(".json").unwrap_or_default();
    let found = check::known(settings, sid, &headers).and_then(|()| {
        let by_key = !check::is_user(&headers, &settings.account_sid);
        if by_key && settings.flaws.standard_key { Err(20003) } else { Ok(()) }
    });
    let record = || {
        json!({
            "auth_token": settings.auth_token,
            "date_created": "Thu, 30 Jul 2015 20:00:00 +0000",
            "date_updated": "Thu, 30 Jul 2015 20:00:00 +0000",
            "friendly_name": "An account of tests",
            "owner_account_sid": settings.account_sid,
            "sid": settings.account_sid,
            "status": if settings.flaws.suspended { "suspended" } else { "active" },
            "subresource_uris": {},
            "type": if settings.trial { "Trial" } else { "Full" },
            "uri": format!("/2010-04-01/Accounts/{}.json", settings.account_sid),
        })
    };
    tell(&state, (&method, &uri, &headers), found.map(|()| record()))
}

/// `GET /2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json`
pub(crate) async fn numbers(
    Shared(state): Shared<Arc<State>>,
    Path(account): Path<String>,
    query: Pairs,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.settings;
    let found = check::login(settings, &account, &headers)
        .and_then(|()| allowed(&query, &["PhoneNumber", "PageSize"]))
        .map(|()| {
            let part = value(&query, "PhoneNumber").unwrap_or_default();
            let fits = settings.senders.iter().filter(|number| number.contains(part));
            let list: Vec<Value> = fits.map(|number| number_record(settings, number)).collect();
            let uri = format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json");
            json!({
                "incoming_phone_numbers": list, "page": 0, "page_size": 50, "start": 0, "end": 0, "uri": uri,
                "first_page_uri": uri, "next_page_uri": null, "previous_page_uri": null,
            })
        });
    tell(&state, (&method, &uri, &headers), found)
}

fn number_record(settings: &Settings, number: &str) -> Value {
    let can = |without: &[String]| without.iter().all(|other| other != number);
    json!({
        "account_sid": settings.account_sid,
        "capabilities": {
            "fax": false,
            "mms": false,
            "sms": can(&settings.flaws.without_sms),
            "voice": can(&settings.flaws.without_voice),
        },
        "friendly_name": number,
        "phone_number": number,
        "sid": "PN0123456789abcdef0123456789abcdef",
        "status": "in-use",
    })
}

/// `GET /v1/Services/{sid}` of `messaging.twilio.com`
pub(crate) async fn service(
    Shared(state): Shared<Arc<State>>,
    Path(service): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = own(&state.settings, &headers).and_then(|()| service_of(&state.settings, &service));
    let record =
        |()| json!({ "sid": service, "account_sid": state.settings.account_sid, "friendly_name": "Codes" });
    tell(&state, (&method, &uri, &headers), found.map(record))
}

/// `GET /v1/Services/{sid}/{list}` of `messaging.twilio.com`
pub(crate) async fn senders(
    Shared(state): Shared<Arc<State>>,
    Path((service, list)): Path<(String, String)>,
    query: Pairs,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.settings;
    let key = match list.as_str() {
        "PhoneNumbers" => Ok("phone_numbers"),
        "ShortCodes" => Ok("short_codes"),
        "AlphaSenders" => Ok("alpha_senders"),
        _ => Err(20404),
    };
    let found = own(settings, &headers)
        .and_then(|()| service_of(settings, &service))
        .and_then(|()| allowed(&query, &["PageSize"]))
        .and(key)
        .map(|key| {
            let filled = key == "phone_numbers" && !settings.flaws.empty_services;
            let numbers = settings.senders.iter().filter(|_| filled);
            let list: Vec<Value> = numbers.map(|number| json!({ "phone_number": number })).collect();
            let mut page = json!({ "meta": { "key": key, "page": 0, "next_page_url": null } });
            if let Some(page) = page.as_object_mut() {
                page.insert(key.to_owned(), Value::Array(list));
            }
            page
        });
    tell(&state, (&method, &uri, &headers), found)
}

/// `GET /v1/Messaging/GeoPermissions` of `accounts.twilio.com`
pub(crate) async fn text_countries(
    Shared(state): Shared<Arc<State>>,
    query: Pairs,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.settings;
    let found = own(settings, &headers).and_then(|()| allowed(&query, &["CountryCode"])).map(|()| {
        let wanted = value(&query, "CountryCode");
        let listed = COUNTRIES.into_iter().filter(|country| wanted.is_none_or(|wanted| wanted == *country));
        let on = |country: &str| settings.flaws.countries_off.iter().all(|off| off != country);
        let permissions: Vec<Value> = listed
            .map(|country| json!({ "country_code": country, "type": "country", "enabled": on(country) }))
            .collect();
        json!({ "permissions": permissions })
    });
    tell(&state, (&method, &uri, &headers), found)
}

/// `GET /v1/DialingPermissions/Countries/{iso}` of `voice.twilio.com`
pub(crate) async fn call_country(
    Shared(state): Shared<Arc<State>>,
    Path(iso): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.settings;
    let found = own(settings, &headers).and_then(|()| {
        let known = COUNTRIES.contains(&iso.as_str());
        known.then(|| call_record(settings, &iso)).ok_or(20404)
    });
    tell(&state, (&method, &uri, &headers), found)
}

fn call_record(settings: &Settings, iso: &str) -> Value {
    json!({
        "iso_code": iso,
        "name": iso,
        "low_risk_numbers_enabled": settings.flaws.countries_not_called.iter().all(|off| off != iso),
        "high_risk_special_numbers_enabled": false,
        "high_risk_tollfraud_numbers_enabled": false,
        "url": format!("https://voice.twilio.com/v1/DialingPermissions/Countries/{iso}"),
        "links": {},
    })
}

/// The login alone: these addresses name no account.
fn own(settings: &Settings, headers: &HeaderMap) -> Result<(), u32> {
    check::login(settings, &settings.account_sid, headers)
}

fn service_of(settings: &Settings, service: &str) -> Result<(), u32> {
    if settings.services.iter().any(|own| own == service) { Ok(()) } else { Err(20404) }
}

/// Unknown parameters are a fault here, though the real one forgives them.
fn allowed(query: &Pairs, names: &[&str]) -> Result<(), u32> {
    if query.iter().all(|(name, _)| names.contains(&name.as_str())) { Ok(()) } else { Err(20001) }
}

fn value<'q>(query: &'q Pairs, name: &str) -> Option<&'q str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn tell(state: &State, request: (&Method, &Uri, &HeaderMap), found: Result<Value, u32>) -> Response {
    let (method, uri, headers) = request;
    let mut seen = routes::seen(method, uri, headers);
    seen.refused = found.as_ref().err().copied();
    state.record(seen);
    let mut told = match found {
        Ok(record) => Json(record).into_response(),
        Err(code) => answer::error(code, None, None),
    };
    let ahead = state.settings.flaws.seconds_ahead;
    if ahead != 0
        && let Some(date) = date(OffsetDateTime::now_utc().saturating_add(Duration::seconds(ahead)))
    {
        told.headers_mut().insert(header::DATE, date);
    }
    told
}

/// As HTTP writes it.
fn date(at: OffsetDateTime) -> Option<HeaderValue> {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    HeaderValue::from_str(&at.format(&format).ok()?).ok()
}
