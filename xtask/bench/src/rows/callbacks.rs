//! Status callbacks of the provider, taken in at a steady rate while people sign in.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use secrecy::SecretString;
use server::sms::twilio::signature::Signatures;

use crate::client::{Connection, Jar, form};
use crate::clock::{median, ms, now, quantile};
use crate::crowd;
use crate::journey;
use crate::people::CROWD;
use crate::provider::{ACCOUNT, Message, Provider, TOKEN};
use crate::table::{Line, line};
use crate::world::{Server, World};

/// Callbacks a second.
const RATE: u32 = 200;
const TIME: Duration = Duration::from_secs(10);
/// What is told of each message, one after the other; each is news.
const STEPS: [&str; 4] = ["queued", "sending", "sent", "delivered"];
/// Connections that they come by, as from a provider.
const LINES: usize = 8;
/// The crowd signs in before the first callback comes.
const WARM_UP: Duration = Duration::from_secs(1);

/// A callback and when it is due after the beginning.
struct Due {
    after: Duration,
    request: Vec<u8>,
}

/// Messages are handed over first; then the crowd signs in and callbacks about these messages come.
///
/// # Errors
/// A sign-in fails, or a callback is not taken in.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let provider = Provider::start()?;
    let server = world.serve_with(&provider.settings())?;
    let count = usize::try_from(RATE)? * usize::try_from(TIME.as_secs())?;
    let messages = handed_over(world, &server, &provider, count / STEPS.len())?;
    let due = due(&messages, &server);
    let by_provider = |connection: &mut Connection, person: &_| {
        journey::sign_in_by(connection, person, &|_, person| Ok(provider.newest(person)?.code))
    };
    let (seen, answers) = thread::scope(|scope| -> Result<_> {
        let sending = scope.spawn(|| {
            thread::sleep(WARM_UP);
            send(server.address, &due)
        });
        let with = (server.address, server.process());
        let seen = crowd::go(&world.people, with, WARM_UP, TIME, &by_provider)?;
        match sending.join() {
            Ok(answers) => Ok((seen, answers?)),
            Err(_) => bail!("a thread of the client panicked"),
        }
    })?;
    server.stop()?;
    let (slowest, middle) = (quantile(&answers, 0.99), median(&answers));
    Ok(vec![
        line(
            format!(
                "{RATE} status callbacks/s for {} s while {CROWD} people sign in: slowest of a hundred, ms",
                TIME.as_secs()
            ),
            "< 50",
            format!("{slowest:.2} (median {middle:.2}, {} taken in)", answers.len()),
            slowest,
        ),
        line("… sign-ins/s meanwhile", "", format!("{:.0}", seen.per_second()), seen.per_second()),
    ])
}

/// So many messages, by as many people between the factors.
fn handed_over(world: &World, server: &Server, provider: &Provider, count: usize) -> Result<Vec<Message>> {
    let mut connection = Connection::open(server.address)?;
    let mut messages = Vec::with_capacity(count);
    for _ in 0..count {
        let person = world.people.next()?;
        journey::half_by(&mut connection, &mut Jar::default(), person, &|_, person| {
            Ok(provider.newest(person)?.code)
        })?;
        messages.push(provider.newest(person)?);
    }
    Ok(messages)
}

/// First the first step of all messages, then the second one: each message's in order, as they come in life.
fn due(messages: &[Message], server: &Server) -> Vec<Due> {
    let signatures = Signatures::new(SecretString::from(TOKEN).into());
    let origin = format!("http://localhost:{}", server.address.port());
    let all = STEPS.iter().flat_map(|step| messages.iter().map(move |message| (step, message)));
    let times = (0u32..).map(|nth| Duration::from_secs(1) * nth / RATE);
    times
        .zip(all)
        .map(|(after, (step, message))| {
            let fields = [("AccountSid", ACCOUNT), ("MessageSid", &message.sid), ("MessageStatus", step)];
            let form: Vec<(String, String)> =
                fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            let signature = signatures.sign(&format!("{origin}{}", message.callback), &form);
            let header = format!("x-twilio-signature: {signature}\r\n");
            Due { after, request: form::post_with(&message.callback, &Jar::default(), &header, &fields) }
        })
        .collect()
}

/// Milliseconds from the moment at which each was due to the end of its answer: one that has to wait for others counts its waiting.
fn send(address: SocketAddr, due: &[Due]) -> Result<Vec<f64>> {
    let begun = now();
    thread::scope(|scope| {
        let lines: Vec<_> =
            (0..LINES).map(|nth| scope.spawn(move || by_one_line(address, due, nth, begun))).collect();
        let mut all = Vec::with_capacity(due.len());
        for line in lines {
            match line.join() {
                Ok(answers) => all.extend(answers?),
                Err(_) => bail!("a thread of the client panicked"),
            }
        }
        Ok(all)
    })
}

fn by_one_line(address: SocketAddr, due: &[Due], nth: usize, begun: Instant) -> Result<Vec<f64>> {
    let mut connection = Connection::open(address)?;
    let mut answers = Vec::new();
    for due in due.iter().skip(nth).step_by(LINES) {
        let at = begun.checked_add(due.after).context("a time")?;
        thread::sleep(at.saturating_duration_since(now()));
        connection.send(&due.request)?;
        let status = connection.receive()?.status;
        if status != 204 {
            bail!("a callback was answered {status}");
        }
        answers.push(ms(now().saturating_duration_since(at)));
    }
    Ok(answers)
}
