#!/usr/bin/env bash
# The three pairs of releases with different age bands: processor time to protect the second
# given the first (reading, counts completed, search, audit by all readers), the least of three, and how
# many times that is of protecting it alone.
# usage: bench/release_pairs.sh [PROGRAM] [FOLDER of the test tables]
set -euo pipefail
program=$(realpath "${1:-build/safecount}")
tables=$(realpath "${2:-../shared/data/tables}")
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
TIMEFORMAT=%U

least() { # of three runs
    for _ in 1 2 3; do
        { time "$program" protect "$@" >/dev/null; } 2>&1
    done | sort -n | head -1
}

printf '%-6s %12s %12s %8s\n' pair 'together s' 'alone s' times
for i in 1 2 3; do
    a=$tables/release$i-A b=$tables/release$i-B
    "$program" protect "$a.csv" --hierarchy "$a.hierarchy.csv" -o first.csv >/dev/null
    alone=$(least "$b.csv" --hierarchy "$b.hierarchy.csv" -o alone.csv)
    both=$(least "$b.csv" --with first.csv --hierarchy "$a.hierarchy.csv" --hierarchy "$b.hierarchy.csv" -o second.csv)
    printf '%-6s %12s %12s %8s\n' "$i" "$both" "$alone" "$(awk "BEGIN { printf \"%.0f\", $both / ($alone > 0 ? $alone : 0.001) }")"
done
