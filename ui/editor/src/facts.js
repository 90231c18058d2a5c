// The facts of a table, column or function as a small piece of page; texts only, never markup.
const piece = (tag, name, text) => {
  const element = document.createElement(tag);
  element.className = name;
  if (text) element.textContent = text;
  return element;
};

export function facts(one, of = "") {
  const box = piece("div", "sql-facts");
  const head = piece("div", "sql-facts-head");
  head.append(piece("b", "", one.title || one.name));
  if (one.kind) head.append(piece("span", "sql-facts-kind", one.kind));
  if (of) head.append(piece("span", "sql-facts-of", of));
  box.append(head);
  if (one.about) box.append(piece("p", "", one.about));
  if (one.facts?.length) {
    const list = piece("ul", "");
    list.append(...one.facts.map((text) => piece("li", "", text)));
    box.append(list);
  }
  return box;
}
