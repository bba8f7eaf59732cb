//! An installation's own look: on every page, within the policy, and nothing in it that runs.
use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use std::path::PathBuf;

const SVG: &str = r##"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><style>path{fill:#7a0019}</style><path d="M0 0h4v4z"/></svg>"##;
const LINKS: &str = r#"[{ text = "Privacy & <terms>", url = "https://example.com/privacy?a=1&b=2" }, { text = "Imprint", url = "https://example.com/imprint" }]"#;

struct Branded {
    house: House,
    _folder: tempfile::TempDir,
}

async fn branded(name: &str, picture: &[u8]) -> Branded {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join(name);
    std::fs::write(&file, picture).unwrap();
    let file = file.display().to_string();
    let house = House::with(&[
        ("brand.name", "Miller & Sons"),
        ("brand.logo_file", &file),
        ("brand.accent", "#7a0019"),
        ("brand.footer_links", LINKS),
        ("brand.support_url", "https://help.example.com/"),
    ])
    .await;
    Branded { house, _folder: folder }
}

/// The values of an attribute that begin so.
fn addresses(page: &Answer, attribute: &str, begin: &str) -> Vec<String> {
    let attribute = format!(" {attribute}=\"");
    let found = page.body.split(&attribute).skip(1);
    let found = found.filter_map(|rest| rest.split('"').next()).filter(|value| value.starts_with(begin));
    found.map(str::to_owned).collect()
}

fn has_the_look(page: &Answer, what: &str) {
    let sheets: Vec<String> =
        addresses(page, "href", "/assets/").into_iter().filter(|href| href.ends_with(".css")).collect();
    assert_eq!(sheets.len(), 2, "{what}: {sheets:?}");
    assert!(sheets[0].ends_with("/main.css") && sheets[1].ends_with("/brand.css"), "{what}: {sheets:?}");
    let logos = addresses(page, "src", "/assets/brand/");
    assert_eq!(logos.len(), 1, "{what}");
    assert!(addresses(page, "href", "/assets/brand/").contains(&logos[0]), "{what}: the icon of the tab too");
    assert!(page.text().contains("Miller &amp; Sons") || page.text().contains("Miller & Sons"), "{what}");
    let foot = page.body.split("<footer").nth(1).unwrap_or_else(|| panic!("{what}: a foot"));
    let foot = foot.split("</footer>").next().unwrap();
    for part in [
        "https://help.example.com/",
        "href=\"https://example.com/privacy?a=1&amp;b=2\"",
        "Privacy &amp; &lt;terms&gt;",
        "https://example.com/imprint",
    ] {
        assert!(foot.contains(part), "{what}: {part} in {foot}");
    }
    for bad in [" style=", "<style", "javascript:"] {
        assert!(!page.body.contains(bad), "{what}: {bad}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("style-src 'self'; img-src 'self'"), "{what}: {policy}");
}

#[tokio::test]
async fn every_page_has_the_installations_look() {
    let Branded { house, _folder } = branded("logo.svg", SVG.as_bytes()).await;
    house.account(ADA, &[NUMBER]).await;
    let mut stranger = house.browser();
    has_the_look(&stranger.get("/login").await, "sign-in");
    has_the_look(&stranger.get("/no/such/page").await, "an error");
    has_the_look(&house.browser().speaking("es").get("/login").await, "sign-in in Spanish");
    let mut half = house.half_signed_in(ADA).await;
    has_the_look(&half.get("/login/otp").await, "the code");
    let mut browser = house.signed_in(ADA).await;
    for path in ["/security", "/security/phones/new", "/confirm-identity", "/dev/phone"] {
        let page = browser.get(path).await;
        if page.status == 200 {
            has_the_look(&page, path);
        } else {
            assert_eq!(page.location(), Some("/security/phones/new"), "{path}: nothing to confirm");
        }
    }
    let login = stranger.get("/login").await;
    assert!(!login.body.contains("<script"), "a look brings no script");
}

async fn file_of(browser: &mut Browser, page: &Answer, end: &str) -> (String, Answer) {
    let all = [addresses(page, "href", "/assets/brand/"), addresses(page, "src", "/assets/brand/")].concat();
    let path = all.into_iter().find(|path| path.ends_with(end)).unwrap_or_else(|| panic!("{end} is named"));
    let answer = browser.get(&path).await;
    (path, answer)
}

#[tokio::test]
async fn the_files_are_kept_for_good_and_a_drawing_runs_nothing() {
    let Branded { house, _folder } = branded("logo.txt", SVG.as_bytes()).await;
    let mut browser = house.browser();
    let page = browser.get("/login").await;
    let (path, sheet) = file_of(&mut browser, &page, "brand.css").await;
    assert_eq!((sheet.status.as_u16(), sheet.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(sheet.body.starts_with(":root{--accent:light-dark(#7a0019,"), "{}", sheet.body);
    let (_, logo) = file_of(&mut browser, &page, "logo.svg").await;
    assert_eq!((logo.header("content-type"), logo.body.as_str()), ("image/svg+xml", SVG));
    assert_eq!(
        logo.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    );
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    assert!(logo.cookies().is_empty() && sheet.cookies().is_empty());
    // A node with other settings was asked before: what is here, but not for keeps.
    let stale = browser.get("/assets/brand/0123456789abcdef/brand.css").await;
    assert_eq!((stale.status.as_u16(), stale.header("cache-control")), (200, "no-cache"));
    assert_eq!(stale.body, sheet.body);
    let elsewhere = path.replace("brand.css", "logo.png");
    for gone in [elsewhere.as_str(), "/assets/brand/x/secret.key", "/assets/brand/x/..%2f..%2fCargo.toml"] {
        assert_eq!(browser.get(gone).await.status, 404, "{gone}");
    }
}

#[tokio::test]
async fn without_settings_nothing_of_it_is_there() {
    let house = House::new().await;
    let page = house.browser().get("/login").await;
    assert!(!page.body.contains("/assets/brand/") && !page.body.contains("<footer"), "{}", page.body);
    assert!(page.body.contains("/icon.svg"));
    assert_eq!(house.browser().get("/assets/brand/x/brand.css").await.status, 404);
}

#[tokio::test]
async fn a_picture_of_pixels_is_served_as_one() {
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0; 20]].concat();
    let Branded { house, _folder } = branded("logo", &png).await;
    let mut browser = house.browser();
    let page = browser.get("/login").await;
    let (path, _) = file_of(&mut browser, &page, ".png").await;
    assert!(
        page.body.contains(&format!("<link rel=\"icon\" type=\"image/png\" href=\"{path}\"")),
        "{}",
        page.body
    );
}

/// Bytes as they come over the wire, without compression.
fn weight(answer: &Answer) -> usize {
    let headers = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    "HTTP/1.1 200 OK\r\n\r\n".len() + headers.sum::<usize>() + answer.body.len()
}

#[tokio::test]
async fn the_sign_in_page_with_the_heaviest_look_stays_within_its_weight() {
    let svg = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>", "x".repeat(6 * 1024 - 46));
    let link =
        format!(r#"{{ text = "{}", url = "https://example.com/{}" }}"#, "ñ".repeat(40), "x".repeat(180));
    let links = format!("[{}]", [link.as_str(); 5].join(", "));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("logo.svg");
    std::fs::write(&file, &svg).unwrap();
    assert_eq!(svg.len(), 6 * 1024);
    let house = House::with(&[
        ("brand.name", "Miller Bros"),
        ("brand.logo_file", &file.display().to_string()),
        ("brand.accent", "#7a0019"),
        ("brand.footer_links", &links),
        ("brand.support_url", "https://help.example.com/"),
    ])
    .await;
    let mut browser = house.browser().speaking("es");
    let page = browser.get("/login").await;
    let (_, logo) = file_of(&mut browser, &page, ".svg").await;
    let (_, sheet) = file_of(&mut browser, &page, ".css").await;
    assert_eq!(page.body.matches("<footer").count() + page.body.matches("ñ</a>").count(), 6);
    // The style sheet of all installations is not here: 4 kB compressed and 1 kB of headers, and room for both to grow.
    let all = weight(&page) + weight(&logo) + weight(&sheet) + 6_000;
    assert!(all <= 20_000, "{all} bytes");
}
