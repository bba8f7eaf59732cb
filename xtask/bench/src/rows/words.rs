//! A wrong password for a name that is known and for one that is not (R50): same status, same words, same time.

use anyhow::Result;

use crate::client::{Connection, Jar};
use crate::clock::{median, ms, now};
use crate::journey;
use crate::table::{Line, line};
use crate::world::World;

/// As long as the right one.
const WRONG: &str = "violet anchor meadow 18";

struct Told {
    status: u16,
    page: String,
    ms: f64,
}

/// Known and unknown names in turn, each with a browser of its own.
///
/// # Errors
/// The connection breaks.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (n, person) in world.people.quiet.iter().enumerate() {
        let nobody = person.name.replace("reader", "nobody");
        // Who is first changes, so that a drift of the machine meets both alike.
        if n % 2 == 0 {
            known.push(knock(&mut connection, &person.name)?);
            unknown.push(knock(&mut connection, &nobody)?);
        } else {
            unknown.push(knock(&mut connection, &nobody)?);
            known.push(knock(&mut connection, &person.name)?);
        }
    }
    server.stop()?;
    let same = known.iter().chain(&unknown).all(|told| {
        known.first().is_some_and(|first| told.status == first.status && told.page == first.page)
    });
    let status = known.first().map_or(0, |told| told.status);
    let times = |all: &[Told]| median(&all.iter().map(|told| told.ms).collect::<Vec<_>>());
    let (with, without) = (times(&known), times(&unknown));
    let apart = (with - without).abs() / with.min(without) * 100.0;
    Ok(vec![
        line(
            "wrong password, known and unknown name: status and words",
            "the same",
            if same {
                format!("the same ({status}), {} answers each", known.len())
            } else {
                different(&known, &unknown)
            },
            f64::from(u8::from(same)),
        ),
        line(
            "… medians apart, per cent",
            "<= 5",
            format!("{apart:.1} (known {with:.2} ms, unknown {without:.2} ms)"),
            apart,
        ),
    ])
}

fn knock(connection: &mut Connection, name: &str) -> Result<Told> {
    let mut jar = Jar::default();
    let token = connection.get("/login", &mut jar)?.token()?;
    let begun = now();
    let answer = journey::knock(connection, &mut jar, &token, name, WRONG)?;
    let took = ms(begun.elapsed());
    Ok(Told {
        status: answer.status,
        page: answer.text().replace(&token, "TOKEN").replace(name, "NAME"),
        ms: took,
    })
}

/// The first pair that differs.
fn different(known: &[Told], unknown: &[Told]) -> String {
    let pairs = known.iter().zip(unknown);
    let mut odd = pairs.filter(|(a, b)| a.status != b.status || a.page != b.page);
    odd.next().map_or_else(
        || "answers for names of one kind differ among themselves".to_owned(),
        |(a, b)| {
            let at = a.page.bytes().zip(b.page.bytes()).take_while(|(a, b)| a == b).count();
            format!(
                "DIFFERENT: {} and {}, pages part at byte {at} of {} and {}",
                a.status,
                b.status,
                a.page.len(),
                b.page.len()
            )
        },
    )
}
