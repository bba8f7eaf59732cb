//! What messages cost, as their providers tell later. Nothing that decides depends on it.
use super::delivery_words::read_channel;
use super::record::record;
use super::tx::{execute, optional, statements};
use super::{Result, Store, at};
use domain::progress::{About, News};

statements! {
    /// Where they were not known: a provider may count only once the message has gone out.
    SEGMENTS = "UPDATE deliveries SET segments = $4 WHERE callback_token = $1 AND provider = $2 AND provider_id = $3 \
        AND COALESCE(segments, 0) = 0 RETURNING channel, reference, created_at, \
        (SELECT p.calling_code FROM phones p WHERE p.id = deliveries.phone_id) AS calling_code";
    PRICE = "UPDATE deliveries SET price_micros = $4, price_currency = $5 WHERE callback_token = $1 AND provider = $2 \
        AND provider_id = $3 AND price_micros IS NULL";
}

record! {
    struct CountedRow {
        channel: String,
        reference: String,
        created_at: i64,
        calling_code: Option<String>,
    }
}

impl Store {
    pub(super) async fn charge_in(&self, news: &News) -> Result<Option<About>> {
        let (token, provider, id) = (&news.token, news.provider, &news.provider_id);
        if let Some(price) = &news.bill.price {
            execute!(self.db.write(), PRICE, token, provider, id, price.micros, &price.currency)?;
        }
        let Some(segments) = news.bill.segments else { return Ok(None) };
        let row: Option<CountedRow> =
            optional!(self.db.write(), SEGMENTS, token, provider, id, i64::from(segments))?;
        let about = row.map(|row| {
            Ok(About {
                channel: read_channel(Some(&row.channel))?,
                reference: row.reference,
                calling_code: row.calling_code.unwrap_or_default(),
                created_at: at(row.created_at),
            })
        });
        about.transpose()
    }
}
