//! A plot as a picture that stands alone: on the theme's ground, with its title, what it says, and what its colours mean, for
//! these stand beside it on the page only.

use super::{Palette, draw, token};
use plotters::prelude::*;

/// Pixels around everything.
const MARGIN: u32 = 20;
/// Title and summary.
const HEAD: u32 = 44;
/// The line of colours.
const FOOT: u32 = 26;
/// A letter of the legend takes at most about so much.
const LETTER: i32 = 7;

/// What a picture says beside the plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Legend {
    pub title: String,
    pub summary: String,
    /// The token of each colour, and what it stands for.
    pub colors: Vec<(&'static str, String)>,
}

/// The picture of a plot that was painted in this size.
pub fn picture(size: (u32, u32), legend: &Legend, plot: &str) -> String {
    let foot = if legend.colors.is_empty() { 0 } else { FOOT };
    let whole = (size.0 + 2 * MARGIN, size.1 + 2 * MARGIN + HEAD + foot);
    let palette = Palette::of_theme();
    let mut svg = String::new();
    draw(&mut svg, whole, |area| {
        area.fill(&token("--surface"))?;
        let text = |size: i32, color: &RGBColor| ("Inter", size).into_font().color(color);
        let left = MARGIN as i32;
        area.draw(&Text::new(legend.title.clone(), (left, left), text(16, &token("--ink"))))?;
        area.draw(&Text::new(legend.summary.clone(), (left, left + 22), text(12, &palette.ink)))?;
        let (mut x, y) = (left, (whole.1 - MARGIN) as i32 - 12);
        for (color, name) in &legend.colors {
            area.draw(&Rectangle::new([(x, y), (x + 10, y + 10)], token(color).filled()))?;
            area.draw(&Text::new(name.clone(), (x + 16, y), text(12, &palette.ink)))?;
            x += 16 + name.chars().count() as i32 * LETTER + 18;
        }
        Ok(())
    });
    within(&svg, plot, (MARGIN, MARGIN + HEAD))
}

/// One picture in the other, at this place: an `svg` element may stand in another one.
fn within(outer: &str, inner: &str, (x, y): (u32, u32)) -> String {
    let placed = inner.trim().replacen("<svg ", &format!("<svg x=\"{x}\" y=\"{y}\" "), 1);
    match outer.rfind("</svg>") {
        Some(end) => format!("{}{placed}\n</svg>", &outer[..end]),
        None => placed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_stands_in_its_picture() {
        let both = within("<svg a=\"1\">\n<rect/>\n</svg>\n", "<svg b=\"2\"><g/></svg>\n", (3, 4));
        assert_eq!(both, "<svg a=\"1\">\n<rect/>\n<svg x=\"3\" y=\"4\" b=\"2\"><g/></svg>\n</svg>");
    }
}
