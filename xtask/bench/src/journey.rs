//! One complete sign-in, as a browser without scripts makes it.

use anyhow::{Context, Result, bail};

use crate::client::{Answer, Connection, Jar, parse};
use crate::people::{PASSWORD, Person};

/// How somebody learns the code that was sent.
pub type Phone<'a> = &'a dyn Fn(&mut Connection, &Person) -> Result<String>;

/// From an empty cookie jar to the overview.
///
/// # Errors
/// A step is not answered as a sign-in's step is.
pub fn sign_in(connection: &mut Connection, person: &Person) -> Result<()> {
    signed_in(connection, person).map(drop)
}

/// The same with a code that comes another way than by the built-in inbox.
///
/// # Errors
/// As [`sign_in`].
pub fn sign_in_by(connection: &mut Connection, person: &Person, phone: Phone<'_>) -> Result<()> {
    signed_in_by(connection, person, phone).map(drop)
}

/// The same; the browser's cookies.
///
/// # Errors
/// As [`sign_in`].
pub fn signed_in(connection: &mut Connection, person: &Person) -> Result<Jar> {
    signed_in_by(connection, person, &inbox)
}

fn signed_in_by(connection: &mut Connection, person: &Person, phone: Phone<'_>) -> Result<Jar> {
    let mut jar = Jar::default();
    let waiting = half_by(connection, &mut jar, person, phone)?;
    let fields = [("csrf", waiting.token.as_str()), ("code", &waiting.code)];
    let answer = connection.post("/login/otp", &mut jar, &fields)?;
    goes(&answer, "/security")?;
    let overview = connection.get("/security", &mut jar)?;
    if overview.status != 200 {
        bail!("/security answers {}", overview.status);
    }
    Ok(jar)
}

/// A half sign-in: what is needed for its last step.
pub struct Waiting {
    /// The token of the code page's forms.
    pub token: String,
    /// The code that was sent.
    pub code: String,
}

/// Name and password, the code page, the code from the phone.
///
/// # Errors
/// As [`sign_in`].
pub fn half(connection: &mut Connection, jar: &mut Jar, person: &Person) -> Result<Waiting> {
    half_by(connection, jar, person, &inbox)
}

/// The same with a code that comes another way than by the built-in inbox.
///
/// # Errors
/// As [`sign_in`].
pub fn half_by(
    connection: &mut Connection,
    jar: &mut Jar,
    person: &Person,
    phone: Phone<'_>,
) -> Result<Waiting> {
    let token = connection.get("/login", jar)?.token()?;
    let answer = knock(connection, jar, &token, &person.name, PASSWORD)?;
    goes(&answer, "/login/otp")?;
    let token = connection.get("/login/otp", jar)?.token()?;
    let code = phone(connection, person)?;
    Ok(Waiting { token, code })
}

/// The built-in inbox. The phone is not the browser: it has no cookies.
fn inbox(connection: &mut Connection, person: &Person) -> Result<String> {
    let inbox = format!("/dev/phone.json?to=%2B{}", person.phone.trim_start_matches('+'));
    let answer = connection.get(&inbox, &mut Jar::default())?;
    Ok(parse::code(answer.body).context("no code arrived on the phone")?.to_owned())
}

/// Posts name and password.
///
/// # Errors
/// The connection is broken.
pub fn knock<'a>(
    connection: &'a mut Connection,
    jar: &mut Jar,
    token: &str,
    name: &str,
    password: &str,
) -> Result<Answer<'a>> {
    connection.post("/login", jar, &[("csrf", token), ("username", name), ("password", password)])
}

/// Whether an answer leads there.
///
/// # Errors
/// It does not.
pub fn goes(answer: &Answer<'_>, to: &str) -> Result<()> {
    if answer.status == 303 && answer.location() == to {
        return Ok(());
    }
    bail!("expected 303 to {to}, got {} {}", answer.status, answer.location())
}
