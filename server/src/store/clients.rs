//! The operator's apps, and hashes of their secrets (R105).
use super::record::record;
use super::tx::{Step, Whose, all, execute, later, optional, statements, steadily};
use super::{Doing as _, Error, Result, Store, at, events};
use async_trait::async_trait;
use domain::client::{AuthMethod, Client, ClientId, ClientSecrets, SecretDigest};
use domain::events::{Event, EventKind, Trail};
use domain::method::Acr;
use domain::ports::{Clients, Fault, Rotated};
use domain::redirect_uri::RedirectUri;
use domain::time::Timestamp;

macro_rules! client_where {
    ($which:literal) => {
        concat!(
            "SELECT id, name, redirect_uris, post_logout_redirect_uris, auth_method, min_acr, pkce_waived_at, ",
            "secret_hash, previous_secret_hash, previous_secret_until, created_at FROM clients ",
            $which
        )
    };
}

statements! {
    FIND = client_where!("WHERE id = $1");
    ALL = client_where!("ORDER BY id");
    ADD = "INSERT INTO clients (id, name, redirect_uris, post_logout_redirect_uris, auth_method, min_acr, pkce_waived_at, \
        secret_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    /// Whether it has a secret stays as it is: one that is given or taken away is another app.
    UPDATE = "UPDATE clients SET name = $2, redirect_uris = $3, post_logout_redirect_uris = $4, auth_method = CAST($5 AS TEXT), min_acr = $6, \
        pkce_waived_at = CASE WHEN CAST($7 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(pkce_waived_at, CAST($7 AS BIGINT)) END \
        WHERE id = $1 AND (auth_method = 'none') = (CAST($5 AS TEXT) = 'none')";
    UNLIST = "DELETE FROM oidc_apps WHERE client_id = $1";
    REMOVE = "DELETE FROM clients WHERE id = $1";
    ROTATE = "UPDATE clients SET previous_secret_hash = secret_hash, previous_secret_until = $3, secret_hash = $2 \
        WHERE id = $1 AND secret_hash IS NOT NULL";
    /// A secret that holds no more is not kept either.
    FORGET = "UPDATE clients SET previous_secret_hash = NULL, previous_secret_until = NULL WHERE previous_secret_until <= $1";
}

record! {
    struct ClientRow {
        id: String,
        name: String,
        redirect_uris: String,
        post_logout_redirect_uris: String,
        auth_method: String,
        min_acr: Option<String>,
        pkce_waived_at: Option<i64>,
        secret_hash: Option<Vec<u8>>,
        previous_secret_hash: Option<Vec<u8>>,
        previous_secret_until: Option<i64>,
        created_at: i64,
    }
}

/// What an app asks for at the least. A name that is none would otherwise mean that anything is enough.
pub(super) fn least(min_acr: Option<String>) -> Result<Option<Acr>> {
    min_acr.map(|acr| Acr::parse(&acr).ok_or(Error::Unknown("sign-in method"))).transpose()
}

impl ClientRow {
    fn read(self) -> Result<(Client, ClientSecrets)> {
        let digest = |kept: Option<Vec<u8>>| {
            kept.map(|bytes| SecretDigest::stored(&bytes).ok_or(Error::Unknown("hash of a secret")))
                .transpose()
        };
        let auth_method =
            AuthMethod::stored(&self.auth_method).ok_or(Error::Unknown("way to show a secret"))?;
        let min_acr = least(self.min_acr)?;
        let secrets = ClientSecrets {
            current: digest(self.secret_hash)?,
            previous: digest(self.previous_secret_hash)?.zip(self.previous_secret_until.map(at)),
        };
        let client = Client {
            id: ClientId::stored(self.id),
            name: self.name,
            redirect_uris: uris(&self.redirect_uris),
            post_logout_redirect_uris: uris(&self.post_logout_redirect_uris),
            public: auth_method == AuthMethod::None,
            min_acr,
            require_pkce: self.pkce_waived_at.is_none(),
            auth_method,
            created_at: at(self.created_at),
        };
        Ok((client, secrets))
    }
}

fn uris(lines: &str) -> Vec<RedirectUri> {
    lines.lines().map(|line| RedirectUri::stored(line.to_owned())).collect()
}

fn lines(uris: &[RedirectUri]) -> String {
    uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join("\n")
}

fn event(kind: EventKind, id: &ClientId) -> Event {
    Event::anonymous(kind).detail(id.as_str())
}

impl Store {
    async fn client_in(&self, id: &ClientId) -> Result<Option<(Client, ClientSecrets)>> {
        let row: Option<ClientRow> = optional!(self.db.read(), FIND, id.as_str())?;
        row.map(ClientRow::read).transpose()
    }

    async fn clients_in(&self) -> Result<Vec<Client>> {
        let rows: Vec<ClientRow> = all!(self.db.read(), ALL)?;
        rows.into_iter().map(|row| row.read().map(|(client, _)| client)).collect()
    }

    async fn add_client_in(
        &self,
        client: &Client,
        secret: Option<&SecretDigest>,
        trail: &Trail,
    ) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let added = execute!(
            tx,
            ADD,
            client.id.as_str(),
            &client.name,
            lines(&client.redirect_uris),
            lines(&client.post_logout_redirect_uris),
            client.auth_method.name(),
            client.min_acr.as_ref().map(Acr::as_str),
            (!client.require_pkce).then_some(trail.at.as_millis()),
            secret.map(SecretDigest::as_bytes),
            client.created_at.as_millis(),
        )?;
        if added == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[event(EventKind::ClientAdded, &client.id)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    async fn update_client_in(&self, client: &Client, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let updated = execute!(
            tx,
            UPDATE,
            client.id.as_str(),
            &client.name,
            lines(&client.redirect_uris),
            lines(&client.post_logout_redirect_uris),
            client.auth_method.name(),
            client.min_acr.as_ref().map(Acr::as_str),
            (!client.require_pkce).then_some(trail.at.as_millis()),
        )?;
        if updated == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[event(EventKind::ClientUpdated, &client.id)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    /// The place where everything of a client ends: its row takes along what refers to it (see the migrations). People's lists of apps
    /// go before the row, in the order in which tokens are kept: whoever keeps some at this moment is done first, or finds no client.
    async fn remove_client_in(&self, id: &ClientId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        later!(tx, UNLIST, id.as_str())?;
        if execute!(tx, REMOVE, id.as_str())? == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[event(EventKind::ClientRemoved, id)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    async fn rotate_in(
        &self,
        id: &ClientId,
        secret: &SecretDigest,
        previous_until: Timestamp,
        trail: &Trail,
    ) -> Result<Rotated> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        if execute!(tx, ROTATE, id.as_str(), secret.as_bytes(), previous_until.as_millis())? == 0 {
            let row: Option<ClientRow> = optional!(tx, FIND, id.as_str())?;
            let why = if row.is_some() { Rotated::Public } else { Rotated::Unknown };
            return tx.finish(Step::Undo(why)).await;
        }
        events::write(&mut tx, &[event(EventKind::ClientSecretRotated, id)], trail).await?;
        tx.finish(Step::Keep(Rotated::Done)).await
    }

    /// Forgets secrets that hold no more.
    pub(super) async fn forget_secrets(&self, now: Timestamp) -> Result<()> {
        execute!(self.db.write(), FORGET, now.as_millis())?;
        Ok(())
    }
}

#[async_trait]
impl Clients for Store {
    async fn find(&self, id: &ClientId) -> Result<Option<Client>, Fault> {
        Ok(self.client_in(id).await.doing("reading a client")?.map(|(client, _)| client))
    }

    async fn with_secrets(&self, id: &ClientId) -> Result<Option<(Client, ClientSecrets)>, Fault> {
        self.client_in(id).await.doing("reading a client")
    }

    async fn all(&self) -> Result<Vec<Client>, Fault> {
        self.clients_in().await.doing("listing clients")
    }

    async fn add(
        &self,
        client: &Client,
        secret: Option<&SecretDigest>,
        trail: &Trail,
    ) -> Result<bool, Fault> {
        steadily!(self.add_client_in(client, secret, trail).await).doing("registering a client")
    }

    async fn update(&self, client: &Client, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.update_client_in(client, trail).await).doing("changing a client")
    }

    async fn remove(&self, id: &ClientId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.remove_client_in(id, trail).await).doing("removing a client")
    }

    async fn rotate(
        &self,
        id: &ClientId,
        secret: &SecretDigest,
        previous_until: Timestamp,
        trail: &Trail,
    ) -> Result<Rotated, Fault> {
        steadily!(self.rotate_in(id, secret, previous_until, trail).await)
            .doing("giving a client a new secret")
    }
}
