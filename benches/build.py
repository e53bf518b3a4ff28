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
this repository as well, in turns with this one, and prints the ratios: before there were checks of the schema and
rules, that is

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


def rebuild(apps, rounds, arguments):
    """What a build of each takes after an edit of a migration, and with nothing to do: the best of some rounds, wall
    and CPU time each."""
    times = {app: ([], []) for app in apps}
    texts = {}
    for app in apps:
        cargo(app, "build", *arguments)
        edited = max((app / "migrations").iterdir(), default=app / "src/main.rs")
        texts[app] = edited, edited.read_text()
    for number in range(1, rounds + 1):
        for app, (busy, idle) in times.items():
            edited, text = texts[app]
            comment = "--" if edited.suffix == ".sql" else "//"
            edited.write_text(f"{text}\n{comment} edit {number}\n")
            busy.append(timed(lambda: cargo(app, "build", *arguments)))
            idle.append(timed(lambda: cargo(app, "build", *arguments)))
    best = lambda each: [min(it) for it in zip(*each)]
    return {app: (best(busy), best(idle)) for app, (busy, idle) in times.items()}


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


def applications(apps, setting, counts, rounds):
    """Prints what a build takes with each checkout and number of migrations in a setting, and the ratios."""
    profile, arguments = SETTINGS[setting]
    for app, root in apps.items():
        (app / "Cargo.lock").write_bytes((root / "Cargo.lock").read_bytes())
        (app / "Cargo.toml").write_text(MANIFEST.format(runtime=root / "migrate-runtime") + profile)
    first = {}
    for count in counts:
        for app in apps:
            fill(app, count)
            (app / "src/main.rs").write_text(MAIN)
        found = rebuild(apps, rounds, arguments)
        for app, ((wall, cpu), (idle, _)) in found.items():
            name = apps[app].name
            line = f"{name:10} {setting:8} {count:5} migrations {wall:6.2f} s, CPU {cpu:6.2f} s"
            if count > counts[0]:
                each = (cpu - first[app]) / (count - counts[0])
                line += f", {each * 1e6:4.0f} µs each"
            first.setdefault(app, cpu)
            print(f"{line}; nothing to do {idle:.2f} s", flush=True)
        if len(found) > 1:
            (now, _), (before, _) = found.values()
            wall, cpu = (a / b for a, b in zip(now, before))
            print(f"{'':10} {setting:8} {count:5} migrations {wall:6.2f} times, CPU {cpu:6.2f} times", flush=True)


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
        apps = {scratch / "now": ROOT}
        if arguments.against:
            apps[scratch / "before"] = arguments.against.resolve()
        for app in apps:
            (app / "src").mkdir(parents=True)
        for setting in arguments.settings.split(","):
            applications(apps, setting, counts, arguments.rounds)
        macro_alone(scratch / "target")


if __name__ == "__main__":
    main()
