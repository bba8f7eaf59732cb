//! What a browser got: status, headers and a page, read as far as promises need it.
use http::{HeaderMap, StatusCode};

/// One answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header as text; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        (self.status == StatusCode::SEE_OTHER).then(|| self.header("location"))
    }

    /// `Retry-After`, in seconds.
    pub fn retry_after(&self) -> Option<u64> {
        self.headers.get("retry-after")?.to_str().ok()?.parse().ok()
    }

    /// The cookies that are set, whole lines.
    pub fn cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    /// The words of the page without its markup.
    pub fn text(&self) -> String {
        words(self.body.split_once("<body").map_or(&*self.body, |(_, body)| body))
    }

    /// The words of the element with `role="alert"`.
    pub fn alert(&self) -> Option<String> {
        self.element("role=\"alert\"").map(words)
    }

    /// The one title of the page.
    pub fn h1(&self) -> String {
        self.element("<h1").map(words).unwrap_or_default()
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> Option<&str> {
        let field = format!("name=\"{name}\" value=\"");
        self.body.split(&field).nth(1)?.split('"').next()
    }

    /// What the field of that name holds.
    pub fn value(&self, name: &str) -> Option<&str> {
        let tag = self.body.split("<input").find(|tag| tag.contains(&format!(" name=\"{name}\"")))?;
        let tag = tag.split('>').next()?;
        Some(tag.split(" value=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap_or_default()))
    }

    /// The page without what is new each time it is shown: nonces, form tokens and ids.
    pub fn bare(&self) -> String {
        let mut bare = String::with_capacity(self.body.len());
        for (at, piece) in self.body.split("nonce=\"").enumerate() {
            bare.push_str(if at == 0 { piece } else { piece.split_once('"').map_or("", |(_, rest)| rest) });
        }
        let mut left = bare.as_str();
        let mut done = String::with_capacity(bare.len());
        while let Some(start) = left.find(|c: char| c.is_ascii_hexdigit()) {
            let (before, rest) = left.split_at(start);
            let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            done.push_str(before);
            done.push_str(if matches!(run.len(), 16 | 32) { "*" } else { run });
            left = after;
        }
        done.push_str(left);
        done
    }

    /// The piece of the page from `mark` to the end of the section it begins; long enough to hold its words.
    fn element(&self, mark: &str) -> Option<&str> {
        let rest = self.body.split_once(mark)?.1;
        let rest = rest.split_once('>')?.1;
        let end = ["</h1>", "<form", "</main>"].iter().filter_map(|end| rest.find(end)).min();
        Some(&rest[..end.unwrap_or(rest.len())])
    }
}

/// Text without tags, white space folded.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
