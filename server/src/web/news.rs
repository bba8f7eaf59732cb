//! News that the next page tells, such as that a number was added: kept in a cookie on the way there, as a word of ours.
use super::cookies;
use super::site::Site;
use app::view::News;
use http::HeaderValue;

/// The cookie by which the next page tells news.
#[must_use]
pub fn news_cookie(site: &Site, news: News) -> Option<HeaderValue> {
    let word = NEWS.iter().find(|(known, _)| *known == news).map_or("", |(_, word)| *word);
    cookies::set(site, cookies::NEWS, word, Some(60))
}

/// The news that a cookie's word stands for; a word that is not ours is none.
#[must_use]
pub fn news_of(word: &str) -> Option<News> {
    NEWS.iter().find(|(_, known)| *known == word).map(|(news, _)| *news)
}

const NEWS: [(News, &str); 10] = [
    (News::CodeSent, "code-sent"),
    (News::NumberAdded, "number-added"),
    (News::NumberReplaced, "number-replaced"),
    (News::NumberRemoved, "number-removed"),
    (News::AddingCancelled, "adding-cancelled"),
    (News::Renamed, "renamed"),
    (News::Preferred, "preferred"),
    (News::SignedOut, "signed-out"),
    (News::SignInCancelled, "sign-in-cancelled"),
    (News::AppLeft, "app-left"),
];
