//! Values of a statement, bound to it or written out in the text of a message.
use super::Statement;

/// A value, or the lack of one; a column has one kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Value<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

/// What a statement takes.
pub(in crate::store) trait AsValue {
    /// As a value; nothing for nothing, of the same kind.
    fn value(this: Option<&Self>) -> Value<'_>;
}

impl AsValue for i64 {
    fn value(this: Option<&Self>) -> Value<'_> {
        Value::Number(this.copied())
    }
}

impl AsValue for str {
    fn value(this: Option<&Self>) -> Value<'_> {
        Value::Text(this)
    }
}

impl AsValue for String {
    fn value(this: Option<&Self>) -> Value<'_> {
        Value::Text(this.map(Self::as_str))
    }
}

impl AsValue for [u8] {
    fn value(this: Option<&Self>) -> Value<'_> {
        Value::Bytes(this)
    }
}

impl AsValue for Vec<u8> {
    fn value(this: Option<&Self>) -> Value<'_> {
        Value::Bytes(this.map(Self::as_slice))
    }
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn value<'a>(this: Option<&'a Self>) -> Value<'a> {
        T::value(this.map(|value| &**value))
    }
}

impl<T: AsValue> AsValue for Option<T> {
    fn value(this: Option<&Self>) -> Value<'_> {
        T::value(this.and_then(Self::as_ref))
    }
}

impl<'a> Value<'a> {
    /// Of what a statement takes.
    pub(in crate::store) fn of<T: AsValue + ?Sized>(value: &'a T) -> Self {
        T::value(Some(value))
    }

    /// The name of its kind.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Number(_) => "BIGINT",
            Self::Text(_) => "TEXT",
            Self::Bytes(_) => "BYTEA",
        }
    }

    pub(super) fn bind(self, statement: Statement<'a>) -> Statement<'a> {
        match self {
            Self::Number(number) => statement.bind(number),
            Self::Text(text) => statement.bind(text),
            Self::Bytes(bytes) => statement.bind(bytes),
        }
    }

    /// Writes it as a constant. Nothing but digits, letters and signs that mean nothing there comes to stand between quotes: what else
    /// there is in a text goes as the hexadecimal digits of its bytes, and can end nothing.
    pub(super) fn write(self, text: &mut String) {
        match self {
            Self::Number(Some(number)) => text.push_str(&number.to_string()),
            Self::Text(Some(value)) if value.bytes().all(is_plain) => {
                text.push('\'');
                text.push_str(value);
                text.push('\'');
            }
            Self::Text(Some(value)) => {
                text.push_str("convert_from(");
                hexadecimal(value.as_bytes(), text);
                text.push_str(", 'UTF8')");
            }
            Self::Bytes(Some(bytes)) => hexadecimal(bytes, text),
            Self::Number(None) | Self::Text(None) | Self::Bytes(None) => text.push_str("NULL"),
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" .,:_+/=@()-".contains(&byte)
}

fn hexadecimal(bytes: &[u8], text: &mut String) {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' - 10 + value });
    text.push_str("'\\x");
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: Value<'_>) -> String {
        let mut text = String::new();
        value.write(&mut text);
        text
    }

    #[test]
    fn values_are_written_as_the_server_reads_them() {
        assert_eq!(written(Value::of(&-5)), "-5");
        assert_eq!(written(Value::of("Mozilla/5.0 (X11)")), "'Mozilla/5.0 (X11)'");
        assert_eq!(written(Value::of("it's")), "convert_from('\\x69742773', 'UTF8')");
        assert_eq!(written(Value::of(&vec![0u8, 255])), "'\\x00ff'");
        assert_eq!(written(Value::of(&None::<&str>)), "NULL");
        assert_eq!(Value::of(&None::<&str>).kind(), "TEXT");
        assert_eq!(Value::of(&Some(7)).kind(), "BIGINT");
    }

    proptest! {
        #[test]
        fn no_text_ends_the_quotes_it_stands_in(value in any::<String>()) {
            let text = written(Value::of(value.as_str()));
            let inside = text.strip_prefix("convert_from(").and_then(|rest| rest.strip_suffix(", 'UTF8')"));
            let inside = inside.unwrap_or(&text).strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
            prop_assert!(!inside.contains(['\'', ';', '$', '\0']));
            let bare = inside.strip_prefix("\\x").unwrap_or(inside);
            prop_assert!(!bare.contains('\\'));
        }
    }
}
