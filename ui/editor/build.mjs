// Bundles the editor: `node build.mjs <out>`, with the packages where NODE_PATH says. `cargo xtask ui` is how people call it.
// Writes editor.js and, because their licences ask for it, the notices of all packages that are in it. `node build.mjs <out>
// tests` bundles the tests instead, for `node --test`.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// An ES module can't be found through NODE_PATH, a required one can.
const esbuild = createRequire(import.meta.url)("esbuild");
const [out, what] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const always = { bundle: true, format: "esm", nodePaths: [process.env.NODE_PATH ?? ""], logLevel: "warning" };

if (what === "tests") {
  const tests = readdirSync(join(here, "tests")).map((name) => join(here, "tests", name));
  await esbuild.build({ ...always, entryPoints: tests, outdir: out, platform: "node", outExtension: { ".js": ".mjs" } });
} else {
  const { metafile } = await esbuild.build({
    ...always,
    entryPoints: [join(here, "src/editor.js")],
    outfile: join(out, "editor.js"),
    minify: true,
    // What WebKitGTK 4.1 and every browser of its age understand.
    target: ["es2022", "safari16.4"],
    charset: "utf8",
    metafile: true,
  });
  const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
  const notices = [...packages].sort().map(notice).join(`\n${"-".repeat(72)}\n\n`);
  writeFileSync(join(out, "editor.licences.txt"), `editor.js contains these packages.\n\n${notices}`);
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name} has no licence text`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
