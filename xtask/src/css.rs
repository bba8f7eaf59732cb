//! Joins the style sheets: `style/main.css` names layers and order, the browser gets one file.
//!
//! `main.css` is a list of `@layer a, b;` and `@import "file.css" layer(a);`, then rules of its own if it must. A
//! file `style/NAME.bundle.css` is written the same way and comes out as `NAME.css`, an output of its own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Imports within imports, at most; more is a circle.
const DEPTH: usize = 8;

/// The outputs: file name and text.
///
/// # Errors
/// A file is missing, or does not close what it opens.
pub fn bundles(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut made = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let output = match name.strip_suffix(".bundle.css") {
            Some(bundle) => format!("{bundle}.css"),
            None if name == "main.css" => name.clone(),
            None => continue,
        };
        made.push((output, join(folder, &name, DEPTH)?));
    }
    if !made.iter().any(|(name, _)| name == "main.css") {
        bail!("style/main.css is not there");
    }
    made.sort();
    Ok(made)
}

fn join(folder: &Path, name: &str, depth: usize) -> Result<String> {
    let Some(depth) = depth.checked_sub(1) else { bail!("{name}: imports go in a circle") };
    let text = fs::read_to_string(folder.join(name)).with_context(|| format!("style/{name}"))?;
    let text = squeeze(&text).with_context(|| format!("style/{name}"))?;
    let (mut rest, mut joined) = (text.as_str(), String::new());
    loop {
        if let Some((head, tail)) = statement(rest, "@import") {
            let import = Import::parse(head).with_context(|| format!("style/{name}: {head}"))?;
            joined.push_str(&import.wrap(&join(folder, import.file, depth)?));
            rest = tail;
        } else if let Some((head, tail)) = statement(rest, "@layer") {
            joined.push_str(&format!("{head};"));
            rest = tail;
        } else {
            break;
        }
    }
    if rest.contains("@import") {
        bail!("style/{name}: an @import after a rule; browsers would skip it");
    }
    joined.push_str(rest);
    Ok(joined)
}

/// The statement `text` begins with, without its semicolon, if it is one of this kind and no block.
fn statement<'a>(text: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let (head, tail) = text.split_once(';')?;
    (head.starts_with(kind) && !head.contains('{')).then_some((head, tail))
}

/// `@import "file" layer(name) media`.
struct Import<'a> {
    file: &'a str,
    layer: Option<&'a str>,
    media: &'a str,
}

impl<'a> Import<'a> {
    fn parse(head: &'a str) -> Result<Self> {
        let rest = head.strip_prefix("@import").unwrap_or(head).trim_start();
        let quote = rest.chars().next().filter(|sign| matches!(sign, '"' | '\''));
        let quote = quote.context("the file has to stand in quotes")?;
        let (file, rest) =
            rest.get(1..).and_then(|rest| rest.split_once(quote)).context("no closing quote")?;
        let rest = rest.trim_start();
        let (layer, media) = match rest.strip_prefix("layer(").and_then(|rest| rest.split_once(')')) {
            Some((layer, media)) => (Some(layer.trim()), media.trim()),
            None => (None, rest),
        };
        if media.contains("supports(") || media.starts_with("layer") {
            bail!("only a named layer and media can follow the file");
        }
        Ok(Self { file, layer, media })
    }

    fn wrap(&self, text: &str) -> String {
        let layered = match self.layer {
            Some(layer) => format!("@layer {layer}{{{text}}}"),
            None => text.to_owned(),
        };
        if self.media.is_empty() { layered } else { format!("@media {}{{{layered}}}", self.media) }
    }
}

/// Takes out comments and needless white space; strings stay as they are.
///
/// # Errors
/// A string, comment or block is not closed: joined, it would swallow the files behind it.
fn squeeze(text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    let (mut depth, mut gap, mut comment) = (0_usize, false, false);
    while let Some(sign) = signs.next() {
        if sign.is_whitespace() {
            gap = true;
            continue;
        }
        if sign == '/' && signs.peek() == Some(&'*') {
            skip_comment(&mut signs)?;
            comment = true;
            continue;
        }
        let tight = |sign: char| matches!(sign, '{' | '}' | ';' | ',');
        let before = out.chars().next_back();
        if before.is_some_and(|before| !tight(before)) && !tight(sign) {
            if gap {
                out.push(' ');
            } else if comment {
                // `a/**/b` are two words without a space between them.
                out.push_str("/**/");
            }
        }
        (gap, comment) = (false, false);
        match sign {
            '"' | '\'' => {
                out.push(sign);
                copy_string(&mut signs, sign, &mut out)?;
                continue;
            }
            '\\' => {
                out.push(sign);
                out.extend(signs.next());
                continue;
            }
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1).context("a } without its {")?;
                if before == Some(';') {
                    out.pop();
                }
            }
            _ => {}
        }
        out.push(sign);
    }
    if depth > 0 {
        bail!("{depth} {{ without their }}");
    }
    Ok(out)
}

fn skip_comment(signs: &mut impl Iterator<Item = char>) -> Result<()> {
    // The star that opens is not the star that closes.
    let (_star, mut last) = (signs.next(), ' ');
    for sign in signs {
        if last == '*' && sign == '/' {
            return Ok(());
        }
        last = sign;
    }
    bail!("a comment is not closed")
}

fn copy_string(signs: &mut impl Iterator<Item = char>, quote: char, out: &mut String) -> Result<()> {
    while let Some(sign) = signs.next() {
        out.push(sign);
        if sign == '\\' {
            out.extend(signs.next());
        } else if sign == quote {
            return Ok(());
        }
    }
    bail!("a string is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn files_are_joined_in_the_order_named_and_put_in_their_layers() {
        let style = folder(&[
            (
                "main.css",
                "/* order */\n@layer base, parts;\n@import \"a.css\" layer(base);\n@import 'b.css';\n",
            ),
            ("a.css", "html { color: red; }"),
            ("b.css", "p { margin: 0 }"),
        ]);
        let made = bundles(style.path()).unwrap();
        let text = "@layer base,parts;@layer base{html{color: red}}p{margin: 0}";
        assert_eq!(made, [("main.css".to_owned(), text.to_owned())]);
    }

    #[test]
    fn a_bundle_is_an_output_of_its_own() {
        let style = folder(&[
            ("main.css", "@import \"a.css\" layer(x) print;"),
            ("code.bundle.css", "@import \"a.css\";"),
            ("a.css", "b{}"),
        ]);
        let made = bundles(style.path()).unwrap();
        let expected = [("code.css", "b{}"), ("main.css", "@media print{@layer x{b{}}}")];
        assert_eq!(made, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn meaning_survives_squeezing() {
        for (given, expected) in [
            ("a :hover , b > c { x : y }", "a :hover,b > c{x : y}"),
            ("a/* x */.b { }", "a/**/.b{}"),
            ("a /* x */ .b{}", "a .b{}"),
            ("a::before{content:\"/* {  \\\" */\"}", "a::before{content:\"/* {  \\\" */\"}"),
            ("a{width:calc(1px + 2px);;}", "a{width:calc(1px + 2px);}"),
            (".a\\{b{}", ".a\\{b{}"),
            ("/***/a{}/* last */", "a{}"),
        ] {
            assert_eq!(squeeze(given).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        for given in ["a{", "a}", "/* x", "a{content:\"x}"] {
            assert!(squeeze(given).is_err(), "{given}");
        }
    }

    #[test]
    fn a_site_without_its_main_sheet_is_refused() {
        assert!(bundles(folder(&[("a.bundle.css", "")]).path()).is_err());
    }

    #[test]
    fn a_broken_list_of_imports_is_refused() {
        for main in
            ["@import \"main.css\";", "@import \"gone.css\";", "a{}@import \"a.css\";", "@import url(a.css);"]
        {
            let style = folder(&[("main.css", main), ("a.css", "")]);
            assert!(bundles(style.path()).is_err(), "{main}");
        }
    }
}
