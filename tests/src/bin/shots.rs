//! `cargo xtask shots [folder]`: a picture of every page × theme × size × state, so that the look can be judged at a
//! glance. It takes the scenes from one list and knows no page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use postern_tests::{
    Result, driver,
    page::Page,
    program::browser_mode,
    scenes::{PAGES, SIZES, STATES, THEMES, themed},
};

const DEVICES: u32 = 10_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = env::args().nth(1).map_or_else(|| PathBuf::from("shots"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let start = Instant::now();
    let mut taken = 0;
    for state in STATES {
        let (_browser_mode, address) = browser_mode(DEVICES, state)?;
        let page = driver::chromium(SIZES[0], &address).await?;
        page.run("shots", async |page| {
            for size in SIZES {
                page.size(*size).await?;
                taken += pictures(page, &folder, state, *size).await?;
            }
            Ok(())
        })
        .await?;
    }
    println!("{taken} pictures in {} after {} s", folder.display(), start.elapsed().as_secs());
    Ok(())
}

async fn pictures(page: &Page, folder: &Path, state: &str, (width, height): (u32, u32)) -> Result<usize> {
    let themes = &THEMES[..2];
    for (name, path) in PAGES {
        for theme in themes {
            page.goto(&themed(path, theme)).await?;
            // Whatever a state leaves to show has settled then: data, or a notice that says why there is none.
            page.see("[data-ready], .notice").await?;
            page.picture(&folder.join(format!("{name}-{state}-{theme}-{width}x{height}.png"))).await?;
        }
    }
    Ok(PAGES.len() * themes.len())
}
