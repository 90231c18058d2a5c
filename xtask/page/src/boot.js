// Starts the page. index.html loads this as a module; see xtask/page.
import init from "./ui.js";

await init({ module_or_path: new URL("./ui_bg.wasm", import.meta.url) });
