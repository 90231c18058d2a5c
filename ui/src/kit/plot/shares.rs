//! One bar per thing, lying, made of parts beside each other: how much of each, and of what.

use super::{Palette, draw};
use crate::kit::text;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// Height of one bar with its gap, in pixels.
const ROW: u32 = 26;
/// Room for the names.
const NAMES: i32 = 210;
/// Room for the number at the end of a bar.
const NUMBER: i32 = 56;
/// Letters of a name that fit.
const LETTERS: usize = 34;

/// One thing with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Share<const N: usize> {
    pub name: String,
    pub parts: [u64; N],
}

/// Pixels that so many bars need.
pub fn height(bars: usize) -> u32 {
    bars.max(1) as u32 * ROW + 4
}

/// The plot; parts have the colours of `parts` from the left.
pub fn shares<const N: usize>(
    size: (u32, u32),
    palette: Palette,
    parts: [RGBColor; N],
    bars: &[Share<N>],
) -> String {
    let mut svg = String::new();
    let sum = |bar: &Share<N>| bar.parts.iter().sum::<u64>();
    let top = bars.iter().map(sum).max().unwrap_or(0).max(1);
    let room = (size.0 as i32 - NAMES - NUMBER).max(10);
    draw(&mut svg, size, |area| {
        let font = ("Inter", 12).into_font().color(&palette.ink);
        let right = font.pos(Pos::new(HPos::Right, VPos::Center));
        let left = font.pos(Pos::new(HPos::Left, VPos::Center));
        for (at, bar) in bars.iter().enumerate() {
            let (upper, lower) = (at as i32 * ROW as i32 + 6, at as i32 * ROW as i32 + 20);
            area.draw(&Text::new(short(&bar.name), (NAMES - 10, (upper + lower) / 2), right.clone()))?;
            let mut before = 0;
            let x = |n: u64| NAMES + (n as f64 / top as f64 * f64::from(room)).round() as i32;
            for (part, color) in bar.parts.iter().zip(&parts).filter(|(part, _)| **part > 0) {
                let edges = [(x(before), upper), (x(before + part), lower)];
                area.draw(&Rectangle::new(edges, color.filled()))?;
                before += part;
            }
            area.draw(&Text::new(text::count(before), (x(before) + 6, (upper + lower) / 2), left.clone()))?;
        }
        Ok(())
    });
    svg
}

fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_between_letters() {
        assert_eq!(short("Brute force"), "Brute force");
        assert_eq!(short(&"ü".repeat(50)).chars().count(), LETTERS);
    }
}
