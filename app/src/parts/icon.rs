//! Line icons, drawn inline; colour and size come from the style sheet. All are decoration: a word stands beside them.

use leptos::tachys::html::InertElement;

/// An icon of the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The product's mark.
    Mark,
    /// Protected.
    Shield,
    /// Not protected.
    ShieldOpen,
    /// An error.
    Alert,
    /// Needs attention.
    Warning,
    /// Good to know.
    Info,
    /// Done.
    Check,
    /// Done, in a note.
    CheckCircle,
    /// Time.
    Clock,
    /// A phone.
    Phone,
    /// A call.
    Handset,
    /// Leave.
    Cross,
    /// Add.
    Plus,
    /// Preferred.
    Star,
    /// Back.
    Back,
    /// Opens below.
    Down,
    /// A text message.
    Message,
    /// Locked.
    Lock,
    /// Take the place of.
    Swap,
    /// Turns in other places end.
    Leave,
}

macro_rules! svg {
    ($class:literal, $($body:literal),+) => {
        concat!("<svg class=\"", $class, "\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">", $($body),+, "</svg>")
    };
}

/// The icon as a view.
pub fn icon(icon: Icon) -> InertElement {
    let drawing = match icon {
        Icon::Mark => svg!(
            "mark",
            "<rect x=\"2\" y=\"2\" width=\"20\" height=\"20\" rx=\"5.5\"/>",
            "<circle cx=\"12\" cy=\"9.6\" r=\"2.7\"/><path d=\"M12 12.4v5\"/>"
        ),
        Icon::Shield => svg!(
            "icon",
            "<path d=\"M12 2.8 20 5.6v6c0 4.7-3.2 8-8 9.6-4.8-1.6-8-4.9-8-9.6v-6z\"/>",
            "<path d=\"m8.6 11.9 2.4 2.4 4.5-4.6\"/>"
        ),
        Icon::ShieldOpen => svg!(
            "icon",
            "<path d=\"M12 2.8 20 5.6v6c0 4.7-3.2 8-8 9.6-4.8-1.6-8-4.9-8-9.6v-6z\"/>",
            "<path d=\"M12 7.8v4.6M12 15.9v.1\"/>"
        ),
        Icon::Alert => {
            svg!("icon", "<circle cx=\"12\" cy=\"12\" r=\"9\"/>", "<path d=\"M12 7.5v5M12 16.2v.1\"/>")
        }
        Icon::Warning => {
            svg!("icon", "<path d=\"M12 3.8 21.3 19.8H2.7z\"/>", "<path d=\"M12 10v4.3M12 17v.1\"/>")
        }
        Icon::Info => {
            svg!("icon", "<circle cx=\"12\" cy=\"12\" r=\"9\"/>", "<path d=\"M12 11.2v5M12 7.8v.1\"/>")
        }
        Icon::Check => svg!("icon", "<path d=\"m5 12.6 4.6 4.6L19 7.4\"/>"),
        Icon::CheckCircle => {
            svg!("icon", "<circle cx=\"12\" cy=\"12\" r=\"9\"/>", "<path d=\"m8.3 12.3 2.6 2.6 4.9-5.2\"/>")
        }
        Icon::Clock => {
            svg!("icon", "<circle cx=\"12\" cy=\"12\" r=\"9\"/>", "<path d=\"M12 7v5.3l3.2 1.9\"/>")
        }
        Icon::Phone => svg!(
            "icon",
            "<rect x=\"7\" y=\"2.8\" width=\"10\" height=\"18.4\" rx=\"2.2\"/>",
            "<path d=\"M11 18h2\"/>"
        ),
        Icon::Handset => svg!(
            "icon",
            "<path d=\"M4.5 3.8h4l1.8 4.6-2.4 1.7a12.6 12.6 0 0 0 6 6l1.7-2.4 4.6 1.8v4",
            "c0 .6-.5 1-1.1 1A16.6 16.6 0 0 1 3.5 4.9c0-.6.4-1.1 1-1.1z\"/>"
        ),
        Icon::Cross => svg!("icon", "<path d=\"m6 6 12 12M18 6 6 18\"/>"),
        Icon::Plus => svg!("icon", "<path d=\"M12 5v14M5 12h14\"/>"),
        Icon::Star => svg!(
            "icon",
            "<path d=\"m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1.1 5.9-5.3-2.9-5.3 2.9 1.1-5.9-4.3-4.1 5.9-.8z\"/>"
        ),
        Icon::Back => svg!("icon flip", "<path d=\"m14.5 5.5-6.5 6.5 6.5 6.5\"/>"),
        Icon::Down => svg!("icon", "<path d=\"m5.5 9 6.5 6.5L18.5 9\"/>"),
        Icon::Message => svg!("icon", "<path d=\"M3.8 4.8h16.4v11.4H9.8L6 20v-3.8H3.8z\"/>"),
        Icon::Lock => svg!(
            "icon",
            "<rect x=\"5\" y=\"10.5\" width=\"14\" height=\"10\" rx=\"2\"/>",
            "<path d=\"M8 10.5V7.8a4 4 0 0 1 8 0v2.7\"/>"
        ),
        Icon::Swap => svg!("icon", "<path d=\"M4 8.5h15M15 4.5l4 4-4 4M20 15.5H5M9 11.5l-4 4 4 4\"/>"),
        Icon::Leave => svg!("icon flip", "<path d=\"M10 4H5v16h5M10 12h10M16 8l4 4-4 4\"/>"),
    };
    InertElement::new(drawing)
}
