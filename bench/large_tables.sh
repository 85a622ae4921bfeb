#!/bin/sh
# Makes up tables of 11,492, 24,854 and 60,480 cells with many, few and very few small counts, protects and
# audits each for all readers with implied counts, and prints one line each (see protect_tables.sh).
# usage: bench/large_tables.sh BUILD [SECONDS]
set -eu
build=$1 seconds=${2:-40}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r mean sizes; do
    # shellcheck disable=SC2086
    python3 "$here/make_table.py" "$work/table" 1 $sizes --mean "$mean"
    echo "mean $mean, years and categories $sizes"
    "$build/bench/bench_protect" -t "$seconds" "$work/table.csv" "$work/table.hierarchy.csv"
done <<'END'
1.5 3 12 16
1.5 5 16 16
20 5 16 16
0.2 5 16 16
1.5 7 20 23
20 7 20 23
0.2 7 20 23
END
