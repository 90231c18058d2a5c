// What the host told about tables and functions, with names found in either case.
const key = (name) => name.toLowerCase();
const byName = (list) => new Map(list.map((one) => [key(one.name), one]));

export class Model {
  constructor({ tables = [], functions = [], keywords = [] } = {}) {
    Object.assign(this, { tables, functions, keywords });
    this.tableNames = byName(tables);
    this.functionNames = byName(functions);
    this.table = (name) => this.tableNames.get(key(name));
  }
  function(name) {
    return this.functionNames.get(key(name));
  }
}
