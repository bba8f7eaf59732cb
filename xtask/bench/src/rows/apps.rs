//! Apps: from the request to the tokens for browsers that are signed in already, and what apps read again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{beside_bare, codes};
use crate::client::{Connection, Jar};
use crate::clock::{ms, now};
use crate::journey;
use crate::process::Of;
use crate::table::{Line, line};
use crate::world::{Server, World};

const BROWSERS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(1);
const WATCHED: Duration = Duration::from_secs(6);
const BACK: &str = "http://127.0.0.1:9/callback";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Sign-ins to an app, discovery, keys.
///
/// # Errors
/// The app gets no tokens.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let secret = register(world)?;
    let server = world.serve()?;
    let mut lines = tokens(world, &server, &secret)?;
    for path in ["/.well-known/openid-configuration", "/oidc/jwks"] {
        lines.extend(beside_bare::measure(&server, path, 1, Duration::from_secs(3))?);
    }
    server.stop()?;
    Ok(lines)
}

fn register(world: &World) -> Result<String> {
    let printed = world.command(&["client", "add", "bench", "--redirect-uri", BACK])?;
    let printed: serde_json::Value = serde_json::from_str(&printed).context("client add")?;
    let secret = printed.get("client_secret").and_then(serde_json::Value::as_str);
    Ok(secret.context("a secret")?.to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn tokens(world: &World, server: &Server, secret: &str) -> Result<Vec<Line>> {
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let browser = || -> Result<()> {
        let mut connection = Connection::open(server.address)?;
        let mut jar = journey::signed_in(&mut connection, world.people.next()?)?;
        while !stop.load(Ordering::Relaxed) {
            one(&mut connection, &mut jar, secret)?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    let (rate, cpu) = thread::scope(|scope| -> Result<(f64, f64)> {
        let threads: Vec<_> = (0..BROWSERS).map(|_| scope.spawn(browser)).collect();
        // Signing in takes its time first.
        thread::sleep(WARM_UP + Duration::from_secs(1));
        let (begun, before, used) = (now(), done.load(Ordering::Relaxed), server.process().cpu());
        thread::sleep(WATCHED);
        let (took, after) = (begun.elapsed(), done.load(Ordering::Relaxed));
        let used = server.process().cpu()?.saturating_sub(used?);
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().ok().context("a thread of the client panicked")??;
        }
        let count = (after - before) as f64;
        Ok((count / took.as_secs_f64(), ms(used) / count))
    })?;
    let signing = signing_ms(world)?;
    let share = signing / cpu;
    Ok(vec![
        line(
            "from authorize to tokens per second, signed in already, RSA 2048",
            ">= 400",
            format!("{rate:.0}"),
            rate,
        ),
        line("… server processor time of each, ms", "", format!("{cpu:.2}"), cpu),
        line("… share that signing takes", "", format!("{share:.2} ({signing:.2} ms each)"), share),
    ])
}

fn one(connection: &mut Connection, jar: &mut Jar, secret: &str) -> Result<()> {
    let asked = format!(
        "/oidc/authorize?response_type=code&client_id=bench&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback&\
         scope=openid+profile&state=s&nonce=n&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = connection.get(&asked, jar)?;
    let back = answer.location().to_owned();
    let code = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
    let code = code.with_context(|| format!("authorize answers {} {back}", answer.status))?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", "bench"),
        ("client_secret", secret),
    ];
    let answer = connection.post("/oidc/token", &mut Jar::default(), &fields)?;
    if answer.status != 200 {
        bail!("token answers {} {}", answer.status, answer.text());
    }
    Ok(())
}

/// Milliseconds of a core for one signature of the size used here.
fn signing_ms(world: &World) -> Result<f64> {
    const SIGNED: u32 = 400;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (app, _) = codes::assembled(world).await?;
        let (signer, at) = (Arc::clone(&app.core.signer), app.core.clock.now());
        signer.sign("{}", at).await?;
        let before = Of::Own.cpu()?;
        for _ in 0..SIGNED {
            signer.sign("{}", at).await?;
        }
        Ok(ms(Of::Own.cpu()?.saturating_sub(before)) / f64::from(SIGNED))
    })
}
