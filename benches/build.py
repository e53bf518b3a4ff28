#!/usr/bin/env python3
"""What embedded migrations cost while a program is built.

    benches/build.py [--counts 0,1000,5000] [--rounds 5]

An application crate in a temporary directory embeds so many migrations of the `sections` layout,
of about 400 bytes each. Measured is `cargo build` after an edit of main.rs, wall time and CPU time
(the best of the rounds, each), in four settings:

    dev         as cargo is
    dev, O3     with [profile.dev.build-override] opt-level = 3
    dev, core   with the packages that check the SQL at opt-level 3, and no other
    release     with --release

and once, what it costs to build migrate-macros from nothing, and of how many crates.
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
use migrate_runtime::{{Migration, embed_migrations}};

static MIGRATIONS: &[Migration] = embed_migrations!();

fn main() {{
    let bytes: usize = MIGRATIONS.iter().map(|each| each.up.file.text.len()).sum();
    println!("{{}} migrations, {{bytes}} bytes, edit {edit}", MIGRATIONS.len());
}}
"""

MIGRATION = """\
-- migrate:up
CREATE TABLE table_{n} (
    id BIGSERIAL PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    title VARCHAR(255) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX table_{n}_owner ON table_{n} (owner_id, created_at);
COMMENT ON TABLE table_{n} IS 'the table of number {n}';

-- migrate:down
DROP INDEX table_{n}_owner;
DROP TABLE table_{n};
"""


def cargo(app, *arguments):
    subprocess.run(["cargo", *arguments, "--quiet", "--offline"], cwd=app, check=True)


def edit(app, number):
    (app / "src/main.rs").write_text(MAIN.format(edit=number))


def timed(build):
    """Seconds of wall time and of CPU time that something takes, its children's."""
    def cpu():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    wall, used = time.monotonic(), cpu()
    build()
    return time.monotonic() - wall, cpu() - used


def rebuild(app, rounds, *arguments):
    """What a build takes after an edit of main.rs: the best of some rounds."""
    edit(app, 0)
    cargo(app, "build", *arguments)
    times = []
    for number in range(1, rounds + 1):
        edit(app, number)
        times.append(timed(lambda: cargo(app, "build", *arguments)))
    return [min(each) for each in zip(*times)]


def fill(app, count):
    folder = app / "migrations"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for n in range(count):
        (folder / f"{20200101000000 + n}_table_{n}.sql").write_text(MIGRATION.format(n=n))


def applications(app, counts, rounds):
    (app / "src").mkdir(parents=True)
    (app / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    manifest = MANIFEST.format(runtime=ROOT / "migrate-runtime")
    settings = [
        ("dev", "", []),
        ("dev, O3", OVERRIDE, []),
        ("dev, core", CORE, []),
        ("release", "", ["--release"]),
    ]
    for name, profile, arguments in settings:
        (app / "Cargo.toml").write_text(manifest + profile)
        for count in counts:
            fill(app, count)
            wall, cpu = rebuild(app, rounds, *arguments)
            print(f"{count:6} migrations, {name:10} {wall:7.2f} s, CPU {cpu:7.2f} s", flush=True)


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
    parser.add_argument("--counts", default="0,1000,5000")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        macro_alone(scratch / "target")
        counts = [int(count) for count in arguments.counts.split(",")]
        applications(scratch / "app", counts, arguments.rounds)


if __name__ == "__main__":
    main()
