"""A test matrix as one would write it in Python: for each captured state a fresh database in memory, the tables that the
query reads, their rows, the query. Standard library alone. Reads what to do from the first argument, the states from a file of
JSON lines; prints CPU seconds, with and without the reading of JSON, and how many states pass."""

import json
import sqlite3
import sys
import time


def judge(query, tables, state):
    connection = sqlite3.connect(":memory:")
    for name, columns in tables.items():
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        connection.execute(f"CREATE TABLE {name} ({declared})")
        names = [column for column, _ in columns]
        rows = [[row.get(column) for column in names] for row in state["tables"][name]["rows"]]
        places = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
    rows = connection.execute(query).fetchall()
    connection.close()
    return len(rows) == 1 and len(rows[0]) == 1 and str(rows[0][0]) == "1"


def main():
    task = json.loads(sys.argv[1])
    passes = devices = 0
    reading = 0.0
    cpu = time.process_time()
    with open(task["states"], encoding="utf-8") as lines:
        for line in lines:
            before = time.process_time()
            state = json.loads(line)
            reading += time.process_time() - before
            passes += judge(task["query"], task["tables"], state)
            devices += 1
    cpu = time.process_time() - cpu
    print(json.dumps({"devices": devices, "passes": passes, "cpu": cpu, "reading": reading}))


main()
