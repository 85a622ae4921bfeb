#!/bin/sh
# Protects every shared test table for each set of readers and prints one line each: cells, primaries,
# secondaries / their sum, cost, bound, the audit's word, processor seconds, memory. Then the small
# ones again with the other costs: cells, weights.
# usage: bench/protect_tables.sh BUILD TABLES [SECONDS]
set -eu
build=$1 tables=$2 seconds=${3:-60}
for table in "$tables"/t2s-?.csv "$tables"/t2-?.csv "$tables"/t3-?.csv "$tables"/th-?.csv; do
    tree=${table%.csv}.hierarchy.csv
    echo "sums, rules; no implied counts"
    "$build/bench/bench_protect" -t "$seconds" -r sums,rules -n "$table" "$tree"
    echo "all readers, implied counts"
    "$build/bench/bench_protect" -t "$seconds" "$table" "$tree"
done
for cost in cells weights; do
    for table in "$tables"/t2s-?.csv "$tables"/t2-?.csv "$tables"/t3-?.csv; do
        echo "cost: $cost; sums, rules; no implied counts"
        "$build/bench/bench_protect" -m "$cost" -t "$seconds" -r sums,rules -n "$table" "${table%.csv}.hierarchy.csv"
    done
done
