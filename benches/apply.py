#!/usr/bin/env python3
"""Applying and the no-op, against a script sent with psql.

usage: benches/apply.py [--migrate target/release/migrate] [--rounds 7] [--counts 100,1000]

Starts a throw-away PostgreSQL server (fsync on, as in production) with the machine's own binaries, and a proxy that
counts round trips and can delay each direction. Prints a table: wall milliseconds (median and range), CPU milliseconds
of the client, round trips after the connection is open.
Needs Python 3.9, PostgreSQL's server binaries and psql, and `cargo build --release`.
"""
import argparse, glob, os, selectors, shutil, socket, statistics, subprocess, tempfile, threading, time

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--migrate", default="target/release/migrate")
arguments.add_argument("--rounds", type=int, default=7)
arguments.add_argument("--counts", default="100,1000")
arguments.add_argument("--noop-counts", default="100,1000,5000")
OPTIONS = arguments.parse_args()


class Server:
    """A PostgreSQL server in a temporary directory, on a unix socket."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="migrate-bench-")
        binaries = shutil.which("initdb") or sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]
        self.binaries = os.path.dirname(binaries)
        self.prefix = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            os.chmod(self.folder, 0o755)
            self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_locks_per_transaction=4096 -c autovacuum=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", os.path.join(self.folder, "log"), "-o", settings, "start")

    def run(self, program, *args):
        subprocess.run([*self.prefix, os.path.join(self.binaries, program), *args], check=True, stdout=subprocess.DEVNULL)

    def sql(self, text):
        subprocess.run(["psql", "-X", "-q", "-h", self.folder, "-U", "postgres", "-d", "postgres", "-c", text], check=True)

    def stop(self):
        self.run("pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Proxy:
    """Between a client and the server: counts the client's bursts that the server answers, and delays each direction."""

    def __init__(self, server, delay):
        self.target, self.delay = os.path.join(server.folder, ".s.PGSQL.5432"), delay
        self.folder = tempfile.mkdtemp(prefix="migrate-proxy-")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(self.folder, ".s.PGSQL.5432"))
        self.listener.listen(8)
        self.turns = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.target)
        selector = selectors.DefaultSelector()
        selector.register(client, selectors.EVENT_READ, server)
        selector.register(server, selectors.EVENT_READ, client)
        last = None
        try:
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(1 << 20)
                    if not data:
                        return
                    if key.fileobj is not last and self.delay:
                        time.sleep(self.delay)
                    # The last message of a client is Terminate, which has no answer.
                    if key.fileobj is server and last is client:
                        self.turns += 1
                    last = key.fileobj
                    key.data.sendall(data)
        except OSError:
            pass
        finally:
            client.close()
            server.close()


def migrations(count):
    """A folder of migrations of about 400 bytes, and all of them as one script."""
    folder, script = tempfile.mkdtemp(prefix="migrate-bench-sql-"), []
    for n in range(count):
        up = (f"CREATE TABLE bench_{n} (\n    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    name VARCHAR(100) NOT NULL,\n"
              f"    amount NUMERIC(12, 2) NOT NULL DEFAULT 0,\n    created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n"
              f"CREATE INDEX bench_{n}_name ON bench_{n} (name);\nINSERT INTO bench_{n} (name) VALUES ('first');\n")
        script.append(f"BEGIN;\n{up}COMMIT;\n")
        with open(os.path.join(folder, f"{20260101000000 + n}_bench_{n}.sql"), "w") as file:
            file.write(f"-- migrate:up\n{up}\n-- migrate:down\nDROP TABLE bench_{n};\n")
    path = os.path.join(folder, "all.script")
    with open(path, "w") as file:
        file.write("".join(script))
    return folder, path


def timed(command):
    """Wall and CPU milliseconds of a command."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
    _, status, usage = os.wait4(process.pid, 0)
    wall = (time.monotonic() - started) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return wall, (usage.ru_utime + usage.ru_stime) * 1000


def measure(name, count, host, proxy, make, before):
    rows, turns = [], 0
    for _ in range(OPTIONS.rounds):
        before()
        if proxy:
            proxy.turns = 0
        rows.append(timed(make(host)))
        turns = proxy.turns - 1 if proxy else turns      # the start-up is the first
    walls = [row[0] for row in rows]
    print(f"| {name} | {count} | {statistics.median(walls):.0f} ({min(walls):.0f}–{max(walls):.0f}) | "
          f"{statistics.median(row[1] for row in rows):.0f} | {turns if proxy else ''} |", flush=True)


def main():
    migrate, server = os.path.abspath(OPTIONS.migrate), Server()
    psql = lambda file: lambda host: ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "postgres", "-d", "bench", "-f", file]
    one = lambda sql: lambda host: ["psql", "-X", "-q", "-h", host, "-U", "postgres", "-d", "bench", "-c", sql]
    up = lambda folder: lambda host: [migrate, "up", "-m", folder, "-d", f"postgres:///bench?host={host}&user=postgres"]

    def recreate():
        server.sql("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        server.sql("CREATE DATABASE bench")
        server.sql("CHECKPOINT")

    try:
        proxies = {"local": None, "local, counted": Proxy(server, 0), "5 ms each way": Proxy(server, 0.005)}
        for link, proxy in proxies.items():
            host = proxy.folder if proxy else server.folder
            print(f"\n{link}\n\n| apply | migrations | wall ms | CPU ms | round trips |\n|---|--:|--:|--:|--:|")
            for count in map(int, OPTIONS.counts.split(",")):
                folder, script = migrations(count)
                text = open(script).read()
                if len(text) < 100_000:
                    measure("psql -c, one message", count, host, proxy, one(text), recreate)
                measure("psql -f", count, host, proxy, psql(script), recreate)
                measure("migrate up", count, host, proxy, up(folder), recreate)
                shutil.rmtree(folder)
            print("\n| nothing to do | migrations | wall ms | CPU ms | round trips |\n|---|--:|--:|--:|--:|")
            for count in map(int, OPTIONS.noop_counts.split(",")):
                folder, _ = migrations(count)
                recreate()
                subprocess.run(up(folder)(server.folder), check=True, stdout=subprocess.DEVNULL)
                floor = "SELECT version, checksum FROM _migrations"
                quiet = lambda host: ["sh", "-c", f"psql -X -q -h {host} -U postgres -d bench -c '{floor}' > /dev/null"]
                measure("psql, one query", count, host, proxy, quiet, lambda: None)
                measure("migrate up", count, host, proxy, up(folder), lambda: None)
                shutil.rmtree(folder)
    finally:
        server.stop()


main()
