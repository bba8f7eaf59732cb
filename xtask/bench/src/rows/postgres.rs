//! Sign-ins on PostgreSQL against those on SQLite, in turns on the same machine: the server of PostgreSQL shares its cores.

use std::time::Duration;

use anyhow::Result;

use crate::clock::median;
use crate::crowd::{self, Seen};
use crate::journey;
use crate::people::CROWD;
use crate::table::{Line, line};
use crate::world::{Server, World};

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(1);
const WATCHED: Duration = Duration::from_secs(6);

/// Rounds on either database.
///
/// # Errors
/// A sign-in fails.
pub fn measure(sqlite: &World) -> Result<Vec<Line>> {
    let Some(postgres) = sqlite.on_postgres()? else {
        return Ok(vec![line(
            "sign-ins/s on PostgreSQL",
            ">= 0.9 of SQLite",
            "SKIPPED: no server",
            f64::NAN,
        )]);
    };
    let servers = [(sqlite, sqlite.serve()?), (&postgres, postgres.serve()?)];
    for (world, server) in &servers {
        let mut connection = crate::client::Connection::open(server.address)?;
        (0..CROWD).try_for_each(|_| journey::sign_in(&mut connection, world.people.next()?))?;
    }
    let (mut file, mut shared, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let [on_file, on_server] = [&servers[0], &servers[1]].map(round);
        let (on_file, on_server) = (on_file?, on_server?);
        ratios.push(on_server.per_second() / on_file.per_second());
        file.push(on_file);
        shared.push(on_server);
    }
    for (_, server) in servers {
        server.stop()?;
    }
    let each = |rounds: &[Seen]| median(&rounds.iter().map(Seen::per_second).collect::<Vec<_>>());
    let (file, shared, ratio) = (each(&file), each(&shared), median(&ratios));
    let listed: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    Ok(vec![
        line("sign-ins/s on PostgreSQL, its server on the same cores", "", format!("{shared:.0}"), shared),
        line("… on SQLite in turns with it", "", format!("{file:.0}"), file),
        line(
            "… PostgreSQL against SQLite",
            ">= 0.9",
            format!("{ratio:.2} (rounds: {})", listed.join(", ")),
            ratio,
        ),
    ])
}

fn round((world, server): &(&World, Server)) -> Result<Seen> {
    crowd::sign_in(&world.people, (server.address, server.process()), WARM_UP, WATCHED)
}
