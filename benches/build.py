#!/usr/bin/env python3
"""What embedded migrations cost while a program is built.

    benches/build.py [--counts 0,100,1000,4000] [--rounds 5] [--settings dev,O3] [--against DIRECTORY]

An application crate in a temporary directory embeds so many migrations, of the `sections` layout: tables, columns,
indexes, foreign keys, backfills and defaults, with their downs. Measured is `cargo build` after an edit of one
migration, and with nothing to do: wall time and CPU time (the best of the rounds, each), in these settings:

    dev         as cargo is
    O3          with [profile.dev.build-override] opt-level = 3
    core        with the packages that check the SQL at opt-level 3, and no other
    release     with --release

Printed with them is the CPU time of each migration: what the build takes more than that with the smallest number. It is
to be the same whatever the number is. Nothing turns the checks off; `--against` measures another checkout of
this repository as well, and prints the ratio: before there were checks of the schema and rules, that is

    git worktree add /tmp/before add11c3 && benches/build.py --against /tmp/before

Last comes what it costs to build migrate-macros from nothing, and of how many crates.
"""

import argparse
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

MANIFEST = """\
[package]
name = "app"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
migrate-runtime = {{ path = "{runtime}" }}
"""

OVERRIDE = """
[profile.dev.build-override]
opt-level = 3
"""

# Host packages are optimised by name: what reads the SQL, without syn and the build scripts.
CORE = "".join(
    f"\n[profile.dev.package.{package}]\nopt-level = 3\n"
    for package in ["migrate-core", "squawk-lexer", "squawk-parser", "sha2"]
)

MAIN = """\
use migrate_runtime::{Migration, embed_migrations};

static MIGRATIONS: &[Migration] = embed_migrations!();

fn main() {
    let bytes: usize = MIGRATIONS.iter().map(|each| each.up.file.text.len()).sum();
    println!("{} migrations, {bytes} bytes", MIGRATIONS.len());
}
"""

# What becomes of a table, one migration after the other, and how it is taken back.
MIGRATIONS = [
    (
        """\
CREATE TABLE table_{n} (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX table_{n}_owner ON table_{n} (owner_id, created_at);
COMMENT ON TABLE table_{n} IS 'the table of number {n}';""",
        "DROP TABLE table_{n};",
    ),
    (
        "ALTER TABLE table_{n} ADD COLUMN note TEXT;",
        "ALTER TABLE table_{n} DROP COLUMN note;",
    ),
    (
        "CREATE TABLE part_{n} (\n    id BIGINT PRIMARY KEY,\n"
        "    table_id BIGINT NOT NULL REFERENCES table_{n} (id) ON DELETE CASCADE,\n"
        "    first_id BIGINT NOT NULL REFERENCES table_0 (id)\n);\n"
        "CREATE INDEX part_{n}_table ON part_{n} (table_id);\n"
        "CREATE INDEX part_{n}_first ON part_{n} (first_id);",
        "DROP TABLE part_{n};",
    ),
    (
        "UPDATE table_{n} SET note = title WHERE note IS NULL;",
        "UPDATE table_{n} SET note = NULL WHERE note = title;",
    ),
    (
        "ALTER TABLE table_{n} ALTER COLUMN note SET DEFAULT '';",
        "ALTER TABLE table_{n} ALTER COLUMN note DROP DEFAULT;",
    ),
]


def cargo(app, *arguments):
    subprocess.run(["cargo", *arguments, "--quiet", "--offline"], cwd=app, check=True)


def timed(build):
    """Seconds of wall time and of CPU time that something takes, its children's."""
    def cpu():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    wall, used = time.monotonic(), cpu()
    build()
    return time.monotonic() - wall, cpu() - used


def rebuild(app, rounds, *arguments):
    """What a build takes after an edit of a migration, and with nothing to do: the best of some rounds."""
    cargo(app, "build", *arguments)
    edited = max((app / "migrations").iterdir(), default=app / "src/main.rs")
    text = edited.read_text()
    times, idle = [], []
    for number in range(1, rounds + 1):
        comment = "--" if edited.suffix == ".sql" else "//"
        edited.write_text(f"{text}\n{comment} edit {number}\n")
        times.append(timed(lambda: cargo(app, "build", *arguments)))
        idle.append(timed(lambda: cargo(app, "build", *arguments)))
    return [min(each) for each in zip(*times)], [min(each) for each in zip(*idle)]


def fill(app, count):
    folder = app / "migrations"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for n in range(count):
        up, down = (text.format(n=n // 5) for text in MIGRATIONS[n % 5])
        text = f"-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n"
        (folder / f"{20200101000000 + n}_step_{n}.sql").write_text(text)


SETTINGS = {
    "dev": ("", []),
    "O3": (OVERRIDE, []),
    "core": (CORE, []),
    "release": ("", ["--release"]),
}


def application(app, root, setting, counts, rounds):
    """The CPU time of a build for each number of migrations, with one checkout in one setting."""
    profile, arguments = SETTINGS[setting]
    (app / "Cargo.lock").write_bytes((root / "Cargo.lock").read_bytes())
    (app / "Cargo.toml").write_text(MANIFEST.format(runtime=root / "migrate-runtime") + profile)
    found = {}
    for count in counts:
        fill(app, count)
        (app / "src/main.rs").write_text(MAIN)
        (wall, cpu), (idle, _) = rebuild(app, rounds, *arguments)
        found[count] = cpu
        line = f"{root.name:10} {setting:8} {count:5} migrations {wall:6.2f} s, CPU {cpu:6.2f} s"
        if count > counts[0]:
            each = (cpu - found[counts[0]]) / (count - counts[0])
            line += f", {each * 1e6:4.0f} µs each"
        print(f"{line}; nothing to do {idle:.2f} s", flush=True)
    return found


def macro_alone(target):
    tree = ["tree", "-p", "migrate-macros", "--features", "postgres", "-e", "normal,build"]
    lines = subprocess.run(
        ["cargo", *tree, "--prefix", "none", "--offline", "--no-dedupe"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    build = ["build", "-p", "migrate-macros", "--features", "postgres", "--target-dir", str(target)]
    wall, cpu = timed(lambda: cargo(ROOT, *build))
    crates = len({line.split(" (")[0] for line in lines})
    print(f"migrate-macros: {crates} crates, cold build {wall:.1f} s, CPU {cpu:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", default="0,100,1000,4000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--settings", default="dev,O3")
    parser.add_argument("--against", type=pathlib.Path)
    arguments = parser.parse_args()
    counts = sorted(int(count) for count in arguments.counts.split(","))
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        app = scratch / "app"
        (app / "src").mkdir(parents=True)
        for setting in arguments.settings.split(","):
            now = application(app, ROOT, setting, counts, arguments.rounds)
            if arguments.against:
                before = application(app, arguments.against.resolve(), setting, counts, arguments.rounds)
                ratios = (f"{count}: {now[count] / before[count]:.2f}" for count in counts)
                print(f"CPU time as a multiple of {arguments.against.name}: {', '.join(ratios)}", flush=True)
        macro_alone(scratch / "target")


if __name__ == "__main__":
    main()
