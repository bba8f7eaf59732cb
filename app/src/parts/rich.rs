//! Sentences with marked-up pieces inside: the translation says where each piece stands.

use leptos::prelude::*;

use crate::text::{Value, Words};

/// First of a run of private letters that stand in for the pieces while Fluent puts the sentence together.
const FIRST: u32 = 0xe000;

/// The text `key` with `args` as words and `pieces` as views.
pub fn rich<const N: usize, const P: usize>(
    words: Words,
    key: &'static str,
    args: [(&'static str, Value); N],
    pieces: [(&'static str, AnyView); P],
) -> Vec<AnyView> {
    let mut views: [Option<AnyView>; P] = [const { None }; P];
    let mut stand_ins = Vec::with_capacity(P);
    for (at, ((name, view), place)) in (FIRST..).zip(pieces.into_iter().zip(&mut views)) {
        *place = Some(view);
        stand_ins.push((name, char::from_u32(at).map(String::from).unwrap_or_default().into()));
    }
    let sentence = words.with(key, args.into_iter().chain(stand_ins));
    let mut parts = Vec::with_capacity(2 * P + 1);
    let mut rest = sentence.as_str();
    while let Some((at, found)) =
        rest.char_indices().find(|(_, c)| (FIRST..FIRST + 16).contains(&u32::from(*c)))
    {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(before.to_owned().into_any());
        }
        let piece = (u32::from(found) - FIRST) as usize;
        parts.extend(views.get_mut(piece).and_then(Option::take));
        rest = after.strip_prefix(found).unwrap_or_default();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned().into_any());
    }
    parts
}
