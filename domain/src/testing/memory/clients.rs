//! Clients in memory.
use super::Memory;
use crate::client::{Client, ClientId, ClientSecrets, SecretDigest};
use crate::events::{Event, EventKind, Trail};
use crate::ports::{Clients, Fault, Rotated};
use crate::time::Timestamp;
use async_trait::async_trait;

fn event(kind: EventKind, id: &ClientId) -> Event {
    Event::anonymous(kind).detail(id.as_str())
}

#[async_trait]
impl Clients for Memory {
    async fn find(&self, id: &ClientId) -> Result<Option<Client>, Fault> {
        self.step("reading a client", |world| Ok(world.clients.get(id).map(|(client, _)| client.clone())))
            .await
    }

    async fn with_secrets(&self, id: &ClientId) -> Result<Option<(Client, ClientSecrets)>, Fault> {
        self.step("reading a client", |world| Ok(world.clients.get(id).cloned())).await
    }

    async fn all(&self) -> Result<Vec<Client>, Fault> {
        self.step("listing clients", |world| {
            Ok(world.clients.values().map(|(client, _)| client.clone()).collect())
        })
        .await
    }

    async fn add(
        &self,
        client: &Client,
        secret: Option<&SecretDigest>,
        trail: &Trail,
    ) -> Result<bool, Fault> {
        self.step("registering a client", |world| {
            if world.clients.contains_key(&client.id) {
                return Ok(false);
            }
            let secrets = ClientSecrets { current: secret.cloned(), previous: None };
            world.clients.insert(client.id.clone(), (client.clone(), secrets));
            world.events.push((event(EventKind::ClientAdded, &client.id), trail.clone()));
            Ok(true)
        })
        .await
    }

    async fn update(&self, client: &Client, trail: &Trail) -> Result<bool, Fault> {
        self.step("changing a client", |world| {
            let Some((known, _)) = world.clients.get_mut(&client.id) else { return Ok(false) };
            if known.public != client.public {
                return Ok(false);
            }
            *known = Client { created_at: known.created_at, ..client.clone() };
            world.events.push((event(EventKind::ClientUpdated, &client.id), trail.clone()));
            Ok(true)
        })
        .await
    }

    async fn remove(&self, id: &ClientId, trail: &Trail) -> Result<bool, Fault> {
        self.step("removing a client", |world| {
            let removed = world.clients.remove(id).is_some();
            if removed {
                world.forget_app(id);
                world.events.push((event(EventKind::ClientRemoved, id), trail.clone()));
            }
            Ok(removed)
        })
        .await
    }

    async fn rotate(
        &self,
        id: &ClientId,
        secret: &SecretDigest,
        previous_until: Timestamp,
        trail: &Trail,
    ) -> Result<Rotated, Fault> {
        self.step("giving a client a new secret", |world| {
            let Some((client, secrets)) = world.clients.get_mut(id) else { return Ok(Rotated::Unknown) };
            if client.public {
                return Ok(Rotated::Public);
            }
            let before = secrets.current.replace(secret.clone());
            secrets.previous = before.map(|before| (before, previous_until));
            world.events.push((event(EventKind::ClientSecretRotated, id), trail.clone()));
            Ok(Rotated::Done)
        })
        .await
    }
}
