#!/bin/sh
# Makes up an answer of real size, year x month x band x outcome x platform with overlapping platforms, and
# answers it from end to end. Prints what 'safecount answer' says: figures, withheld, verdict, seconds, and
# the memory it took.
# usage: bench/large_answer.sh BUILD [make_answer.py options: --years Y --offences N --bands B --seed S]
set -eu
build=$(realpath "$1")
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/make_answer.py" "$work" "$@"
cd "$work"
status=0
/usr/bin/time -f '%U s of processor time, %M KB' "$build/safecount" answer request.yaml -o out || status=$?
# 0: publishable, 5: written and not for release. Both are answers.
[ "$status" = 0 ] || [ "$status" = 5 ]
