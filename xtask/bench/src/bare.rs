//! The yardstick of rows `login` and `keys`: a bare answer of the same make, in a process of its own.

use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::get;

use crate::client::parse;

/// Serves the answer in `file` (as it came over the wire) under every path and prints its port. It ends when it is killed.
///
/// # Errors
/// The file is no answer, or nothing can listen.
pub fn serve(file: &Path) -> Result<()> {
    let bytes = std::fs::read(file)?;
    let head = parse::head(&bytes).and_then(Result::ok).context("the file is no answer")?;
    let (head, body) = bytes.split_at(head.length);
    let mut headers = HeaderMap::new();
    for (name, value) in parse::headers(head) {
        // Those two are hyper's own.
        if !["content-length", "date"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
    }
    let body = String::from_utf8(body.to_vec())?;
    let page = move || {
        let answer = (headers.clone(), body.clone());
        async move { answer }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?.port());
        Ok(axum::serve(listener, Router::new().route("/{*path}", get(page))).await?)
    })
}
