//! Lays out the page: bindings for the compiled `ui`, its styles, the bundled editor, the fonts and the icon, in one folder.
//!
//! Usage: `page <ui.wasm> <editor> <dist>`, from the root of the workspace; `cargo xtask ui` is how people call it.
//! It is a package of its own so that xtask does not wait for wasm-bindgen's compiler. It must not know what the page
//! shows, nor who serves it: the shell embeds this folder, browser mode reads it, and both rely on the file names.

mod folder;

use std::{env, fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};
use folder::Folder;
use wasm_bindgen_cli_support::Bindgen;

/// Starts the wasm. A file, not an inline script, because the page's content security policy forbids those.
const BOOT: &str = include_str!("boot.js");
/// The bundled editor, which the page imports when it shows one, and the licences of what is in it.
const EDITOR: [&str; 2] = ["editor.js", "editor.licences.txt"];

fn main() -> ExitCode {
    match lay_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("page: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn lay_out() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [wasm, editor, dist] = args.as_slice() else { bail!("usage: page <ui.wasm> <editor> <dist>") };

    let mut folder = Folder::new(dist);
    bind(Path::new(wasm), &mut folder)?;
    folder.put("boot.js", BOOT.as_bytes())?;
    for name in EDITOR {
        let path = Path::new(editor).join(name);
        folder.put(name, &fs::read(&path).with_context(|| path.display().to_string())?)?;
    }
    folder.put("index.html", &fs::read("ui/index.html").context("ui/index.html")?)?;
    folder.put("icon.svg", &fs::read("assets/icons/icon.svg").context("assets/icons/icon.svg")?)?;
    folder.copy_all(Path::new("ui/styles"), "styles", &["css"])?;
    // The licence texts travel with the fonts, as the Open Font License asks.
    folder.copy_all(Path::new("assets/fonts"), "fonts", &["woff2", "txt"])?;
    let report = folder.finish()?;
    println!("{dist}: {report}");
    Ok(())
}

/// `ui.js` and `ui_bg.wasm`, under names that stay: nothing here is cached by a proxy, so no hashes.
fn bind(wasm: &Path, folder: &mut Folder) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("ui").typescript(false).web(true)?;
    let mut output = bindgen.generate_output().with_context(|| format!("bindings for {}", wasm.display()))?;
    folder.put("ui.js", output.js().as_bytes())?;
    for (name, text) in output.local_modules() {
        folder.put(&format!("snippets/{name}"), text.as_bytes())?;
    }
    for (dir, texts) in output.snippets() {
        for (i, text) in texts.iter().enumerate() {
            folder.put(&format!("snippets/{dir}/inline{i}.js"), text.as_bytes())?;
        }
    }
    folder.put("ui_bg.wasm", &output.wasm_mut().emit_wasm())?;
    Ok(())
}
