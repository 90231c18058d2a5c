//! Whether a picture may go into a case: SVG that draws, and does nothing else. Nothing is mended; what is not known to be
//! harmless is refused.

/// Larger pictures are refused.
const MOST: usize = 8 << 20;

/// Elements that draw, or hold what draws.
const ELEMENTS: &[&str] = &[
    "svg",
    "g",
    "defs",
    "symbol",
    "title",
    "desc",
    "path",
    "line",
    "polyline",
    "polygon",
    "rect",
    "circle",
    "ellipse",
    "text",
    "tspan",
    "clipPath",
    "mask",
    "pattern",
    "linearGradient",
    "radialGradient",
    "stop",
    "marker",
];
/// Attributes whose value is an address; it may lead to a part of the picture only.
const ADDRESSES: &[&str] = &["href", "xlink:href", "src"];

/// Why a picture was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is no SVG")]
    NoSvg,
    #[error("it is larger than 8 MB")]
    TooLarge,
    #[error("it holds the element {0}")]
    Element(String),
    #[error("it holds the attribute {0}")]
    Attribute(String),
    #[error("it points outside of itself")]
    Outside,
}

/// Looks through a picture.
///
/// # Errors
/// Why it may not be kept.
pub fn check_svg(text: &str) -> Result<(), Refused> {
    if text.len() > MOST {
        return Err(Refused::TooLarge);
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.trim();
    if !rest.starts_with("<svg") {
        return Err(Refused::NoSvg);
    }
    loop {
        // Characters that are no text in XML could end it for one reader and not for another.
        let (words, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if (open.is_empty() && !words.trim().is_empty()) || words.contains('\0') || bad_entity(words) {
            return Err(Refused::NoSvg);
        }
        if tag.is_empty() && !rest.contains('<') {
            return if open.is_empty() { Ok(()) } else { Err(Refused::NoSvg) };
        }
        let (inside, after) = end_of_tag(tag).ok_or(Refused::NoSvg)?;
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return Err(Refused::NoSvg);
            }
            if open.is_empty() && !rest.trim().is_empty() {
                return Err(Refused::NoSvg);
            }
            continue;
        }
        let (inside, closed) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let name = inside.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        // Comments, instructions, declarations and what has a prefix are no elements of these names either.
        if !ELEMENTS.contains(&name) || (open.is_empty() && name != "svg") {
            return Err(Refused::Element(name.chars().take(40).collect()));
        }
        attributes(&inside[name.len()..])?;
        if !closed {
            open.push(name);
        } else if open.is_empty() {
            return if rest.trim().is_empty() { Ok(()) } else { Err(Refused::NoSvg) };
        }
    }
}

/// The tag's inside and what comes after it; a `>` inside quotes does not end it.
fn end_of_tag(tag: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((&tag[..at], &tag[at + 1..])),
            (None, '<') | (Some(_), '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(text: &str) -> Result<(), Refused> {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(Refused::NoSvg)?;
        let (name, after) = (name.trim_end(), after.trim_start());
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(Refused::NoSvg)?;
        let (value, after) = after[1..].split_once(quote).ok_or(Refused::NoSvg)?;
        if !after.is_empty() && !after.starts_with(|c: char| c.is_ascii_whitespace()) {
            return Err(Refused::NoSvg);
        }
        attribute(name, value)?;
        rest = after.trim_start();
    }
    Ok(())
}

fn attribute(name: &str, value: &str) -> Result<(), Refused> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    let low = name.to_ascii_lowercase();
    if name.is_empty() || !name.chars().all(known) || low.starts_with("on") || low == "xml:base" {
        return Err(Refused::Attribute(name.chars().take(40).collect()));
    }
    if low == "xmlns" || low.starts_with("xmlns:") {
        return if value.starts_with("http://www.w3.org/") { Ok(()) } else { Err(Refused::Outside) };
    }
    // An entity could spell any of the words below.
    if value.contains('\\') || bad_entity(value) {
        return Err(Refused::Attribute(name.to_owned()));
    }
    let squeezed: String =
        value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if ADDRESSES.contains(&low.as_str()) && !squeezed.starts_with('#') {
        return Err(Refused::Outside);
    }
    let outside = [
        "javascript:",
        "data:",
        "@import",
        "expression(",
        "image(",
        "image-set(",
        "http:",
        "https:",
        "file:",
        "//",
    ];
    let leads = squeezed.match_indices("url(").any(|(at, _)| {
        let inside = squeezed[at + 4..].trim_start_matches(['"', '\'']);
        !inside.starts_with('#')
    });
    if leads || outside.iter().any(|word| squeezed.contains(word)) { Err(Refused::Outside) } else { Ok(()) }
}

/// Whether a text has an entity that is not one of the five that XML knows by itself.
fn bad_entity(text: &str) -> bool {
    let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
    text.match_indices('&').any(|(at, _)| !known.iter().any(|entity| text[at + 1..].starts_with(entity)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_may_be_kept() {
        let plot = r##"<svg width="640" height="200" viewBox="0 0 640 200" xmlns="http://www.w3.org/2000/svg">
<defs><clipPath id="c"><rect x="0" y="0" width="1" height="1"/></clipPath></defs>
<g clip-path="url(#c)" style="fill: none"><polyline fill="none" stroke="var(--plot-1)" points="1,2 3,4 "/></g>
<text x="5" y='6' font-family="sans-serif">a &lt; b &amp; c</text>
</svg>
"##;
        assert_eq!(check_svg(plot), Ok(()));
    }

    #[test]
    fn whatever_could_act_is_refused() {
        let refused =
            |inside: &str| check_svg(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>"));
        assert_eq!(refused(""), Ok(()));
        for sly in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<foreignObject><p/></foreignObject>",
            "<image href=\"#a\"/>",
            "<use href=\"#a\"/>",
            "<a href=\"#\"/>",
            "<animate attributeName=\"href\"/>",
            "<set/>",
            "<style>@import 'x'</style>",
            "<iframe/>",
            "<svg:script/>",
            "<g onload=\"x\"/>",
            "<g ONCLICK='x'/>",
            "<g\nonload=\"x\"/>",
            "<g xml:base=\"//x\"/>",
            "<g href=\"http://x\"/>",
            "<g xlink:href='data:x'/>",
            "<g style=\"fill: url(http://x)\"/>",
            "<g style=\"fill: u\\72l(x)\"/>",
            "<g style=\"x: &#117;rl(x)\"/>",
            "<g style=\"fill:url( 'http://x#a')\"/>",
            "<g fill=\"url(x)\"/>",
            "<g style='background: IMAGE-SET(x)'/>",
            "<!-- x -->",
            "<?xml-stylesheet href='x'?>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]>",
            "<![CDATA[x]]>",
            "<g a=\"x\"b=\"y\"/>",
            "<g a=x/>",
            "<g a/>",
            "<g>",
            "</g>",
            "<g></svg>",
            "&x;",
            "<g a=\"<\"/>",
            "<text>a\0b</text>",
            "<g",
        ] {
            assert!(refused(sly).is_err(), "{sly}");
        }
        for no_svg in
            ["", "x", "<g/>", "<svg", "<svg/>x", "x<svg/>", "<svg/><svg/>", "<html><svg/></html>", "<svgx/>"]
        {
            assert!(check_svg(no_svg).is_err(), "{no_svg}");
        }
        assert_eq!(check_svg("<svg/>"), Ok(()));
    }
}
