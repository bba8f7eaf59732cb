//! The sign-in page as everybody finds it first: rendered once, but for the form token.
//!
//! It is asked for more often than any other page, by people and by whoever floods the portal, and nothing about anybody stands in it.
use app::page::render;
use app::view::{Frame, LoginPage, Page};
use std::sync::{PoisonError, RwLock};

/// Stands where the token belongs: private signs that no text has.
const TOKEN: &str = "\u{e000}\u{e001}\u{e000}";

/// Two languages, and how it stands with text messages before and after a change.
const MOST: usize = 4;

/// A page between its tokens, and what stands around it.
struct Kept {
    frame: Frame,
    parts: Vec<String>,
}

static KEPT: RwLock<Vec<Kept>> = RwLock::new(Vec::new());

/// The document of a page.
#[must_use]
pub fn html(page: &Page, frame: &Frame) -> String {
    if !is_first(page) {
        return render(page, frame);
    }
    let around = Frame { csrf: TOKEN.to_owned(), now: 0, ..frame.clone() };
    let known = KEPT.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = known.iter().find(|kept| kept.frame == around) {
        return kept.parts.join(&frame.csrf);
    }
    drop(known);
    let parts: Vec<String> = render(page, &around).split(TOKEN).map(str::to_owned).collect();
    let html = parts.join(&frame.csrf);
    let mut known = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    known.truncate(MOST - 1);
    known.insert(0, Kept { frame: around, parts });
    html
}

/// The sign-in page that says nothing of what was before, on the way to no app. It tells no times.
fn is_first(page: &Page) -> bool {
    let first = LoginPage { username: String::new(), app: None, resume: None, problem: None, news: None };
    matches!(page, Page::Login(page) if *page == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::{Lang, Look, News, TextMessages};
    use std::sync::Arc;

    fn frame(lang: Lang, csrf: &str, now: i64) -> Frame {
        Frame {
            lang,
            brand: "Example & Co".to_owned(),
            support_url: None,
            look: Arc::new(Look::default()),
            account: None,
            csrf: csrf.to_owned(),
            build: "build".to_owned(),
            nonce: String::new(),
            texts: TextMessages::Well,
            session: None,
            now,
        }
    }

    fn login(news: Option<News>) -> Page {
        Page::Login(LoginPage { username: String::new(), app: None, resume: None, problem: None, news })
    }

    #[test]
    fn a_kept_page_is_the_one_that_would_be_rendered() {
        for round in 0..3 {
            for lang in Lang::ALL {
                for texts in [TextMessages::Well, TextMessages::Slow, TextMessages::Broken] {
                    let token = format!("{round}{round}");
                    let frame = Frame { texts, ..frame(lang, &token, 1_800_000_000_000 + round) };
                    let html = html(&login(None), &frame);
                    assert_eq!(html, render(&login(None), &frame));
                    assert!(html.contains(&token) && !html.contains('\u{e000}'));
                }
            }
        }
    }

    #[test]
    fn what_was_said_once_is_said_to_nobody_else() {
        let frame = frame(Lang::En, "token", 1);
        let told = html(&login(Some(News::SignedOut)), &frame);
        assert_eq!(told, render(&login(Some(News::SignedOut)), &frame));
        assert_eq!(html(&login(None), &frame), render(&login(None), &frame));
        assert_ne!(told, html(&login(None), &frame));
    }
}
