// How CodeMirror's own styles reach the page. Its way is a <style> element, which the page's content security policy
// (style-src 'self') refuses; a sheet that a script constructs and the document adopts is no inline style. The rules go into
// the layer of the ground, so that ui/styles/kit/sql_editor.css has the last word on every look.
import { StyleModule } from "style-mod";

const sheet = new CSSStyleSheet();
let mounted = [];

// CodeMirror calls this with its modules, the weakest first, whenever an editor appears.
StyleModule.mount = (_root, modules) => {
  const wanted = [modules].flat();
  const fresh = wanted.filter((module) => !mounted.includes(module));
  if (fresh.length) {
    mounted = [...mounted.filter((module) => !wanted.includes(module)), ...wanted];
    sheet.replaceSync(`@layer base {\n${mounted.map((module) => module.getRules()).join("\n")}\n}`);
  }
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
};
