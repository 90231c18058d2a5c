//! A square per thing, group after group: how much of a whole is covered, seen at a glance. Groups differ in shape, not in
//! colour alone. Where there are too many for the room, a square stands for several, and the plot says for how many.

use super::{Palette, draw};
use plotters::prelude::*;

/// How the squares of a group look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Filled,
    /// The lower half filled.
    Half,
    Outline,
    Crossed,
    Round,
}

/// The smallest square in pixels, its gap included.
const LEAST: u32 = 9;
/// The largest.
const MOST: u32 = 22;
/// Room for the line that says what a square stands for.
const LINE: u32 = 16;

/// How large a square is, gap included, and for how many things it stands.
fn fit(width: u32, height: u32, whole: u64) -> (u32, u64) {
    let mut side = MOST;
    let holds = |side: u32| u64::from(width / side) * u64::from(height / side);
    while side > LEAST && holds(side) < whole {
        side -= 1;
    }
    (side, whole.div_ceil(holds(side).max(1)).max(1))
}

/// The plot.
pub fn squares(size: (u32, u32), palette: Palette, groups: &[(Mark, RGBColor, u64)]) -> String {
    let mut svg = String::new();
    let whole: u64 = groups.iter().map(|(_, _, n)| n).sum();
    let room = size.1.saturating_sub(LINE).max(LEAST);
    let (side, each) = fit(size.0, room, whole);
    let across = (size.0 / side).max(1) as usize;
    // What is there at all has a square.
    let marks = groups
        .iter()
        .flat_map(|(mark, color, n)| std::iter::repeat_n((*mark, *color), n.div_ceil(each) as usize));
    let places = marks.enumerate().map(|(at, (mark, color))| {
        let (x, y) = ((at % across) as i32 * side as i32, (at / across) as i32 * side as i32);
        (mark, color, x, y)
    });
    let inner = side as i32 - 3;
    draw(&mut svg, size, |area| {
        for (mark, color, x, y) in places {
            let corner = |dx: i32, dy: i32| (x + 1 + dx, y + 1 + dy);
            let edge = color.stroke_width(1);
            match mark {
                Mark::Filled => {
                    area.draw(&Rectangle::new([corner(0, 0), corner(inner, inner)], color.filled()))?
                }
                Mark::Half => {
                    area.draw(&Rectangle::new([corner(0, inner / 2), corner(inner, inner)], color.filled()))?;
                    area.draw(&Rectangle::new([corner(0, 0), corner(inner, inner)], edge))?;
                }
                Mark::Outline => area.draw(&Rectangle::new([corner(0, 0), corner(inner, inner)], edge))?,
                Mark::Crossed => {
                    area.draw(&PathElement::new([corner(1, 1), corner(inner - 1, inner - 1)], edge))?;
                    area.draw(&PathElement::new([corner(inner - 1, 1), corner(1, inner - 1)], edge))?;
                }
                Mark::Round => {
                    area.draw(&Circle::new(corner(inner / 2, inner / 2), (inner / 2 - 1).max(2), edge))?
                }
            }
        }
        if each > 1 {
            let words = format!("A square stands for up to {}.", crate::kit::text::count(each));
            let style = ("Inter", 11).into_font().color(&palette.ink);
            area.draw(&Text::new(words, (0, size.1 as i32 - LINE as i32 + 3), style))?;
        }
        Ok(())
    });
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_shrink_before_one_stands_for_several() {
        assert_eq!(fit(400, 80, 40), (MOST, 1));
        let (side, each) = fit(400, 80, 200);
        assert!(side < MOST && each == 1, "{side} {each}");
        let (side, each) = fit(400, 80, 5_000);
        assert_eq!(side, LEAST);
        let holds = u64::from(400 / LEAST) * u64::from(80 / LEAST);
        assert!(each * holds >= 5_000 && (each - 1) * holds < 5_000);
        assert_eq!(fit(0, 0, 0).1, 1);
    }
}
