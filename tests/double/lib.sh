# SPDX-License-Identifier: BSD-2-Clause
# Functions of the tests of a reader, which source this file.
#
#   PORTLS  the program of this system, for replays
#   DOUBLE  portls with the reader of the other system: see double.h

set -u
export LC_ALL=C.UTF-8 TZ=UTC
export ASAN_OPTIONS="allocator_may_return_null=1:${ASAN_OPTIONS:-}"
recordings=$(cd -- "$(dirname -- "$0")/../recordings" && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf -- "$scratch"' EXIT
failures=0
name=
system=$(basename -- "$0" .sh)
replay=$scratch/rec
export DOUBLE_TABLES="$replay/$system" DOUBLE_SCRIPT="$scratch/script" DOUBLE_LOG="$scratch/log" DOUBLE_UID=0

# tables RECORDING...: serves these; a table of a later one replaces that of an earlier one.
tables()
{
    rm -rf -- "$replay"
    mkdir -p "$replay"
    for recording; do
        cp -r "$recordings/$recording/." "$replay"
    done
    chmod -R u+w "$replay"
}

# try NAME OPTIONS <SCRIPT: lists with the options while the script holds.
try()
{
    name=$1
    options=$2
    cat >"$DOUBLE_SCRIPT"
    : >"$DOUBLE_LOG"
    status=0
    # shellcheck disable=SC2086 # a list of options
    timeout 20 "$DOUBLE" $options >"$scratch/out" 2>"$scratch/all" || status=$?
    grep -v 'AddressSanitizer failed to allocate' "$scratch/all" >"$scratch/err" || :
}

fail()
{
    failures=$((failures + 1))
    echo "FAIL: $name: $*"
    sed 's/^/    /' "$scratch/err"
}

# The output is that of a replay of the tables.
same()
{
    # shellcheck disable=SC2086 # a list of options
    "$PORTLS" --replay "$replay" $options >"$scratch/replayed" 2>/dev/null
    cmp -s "$scratch/replayed" "$scratch/out" && [ -s "$scratch/out" ] && return
    fail 'the output differs from a replay (- replay, + reader)'
    diff "$scratch/replayed" "$scratch/out" | head -10
}

# shows TEXT...: the output has a line with each.
shows()
{
    for text; do
        grep -qF -e "$text" "$scratch/out" || fail "does not list '$text'"
    done
}

lacks()
{
    ! grep -qF -e "$1" "$scratch/out" || fail "lists '$1'"
}

# The messages are these lines; none: no message.
says()
{
    printf '%s\n' "$@" | grep . >"$scratch/says" || :
    cmp -s "$scratch/says" "$scratch/err" || fail "not the messages '$*'"
}

# calls CALL WHAT NUMBER: so often was that call made.
calls()
{
    made=$(grep -c "^$1 $2 " "$DOUBLE_LOG")
    [ "$made" -eq "$3" ] || fail "$1: $made calls of $2, not $3"
}

ends()
{
    [ "$status" -eq "$1" ] || fail "exit status $status, not $1"
}

# A recording of the served tables has the same bytes. Of users, interfaces and processes it has
# those in use, and settings only if they apply to this user.
record()
{
    rm -rf -- "$scratch/copy"
    DOUBLE_UID=$(id -u) # a recorder compares it with the owner of its directory
    try 'a recording' "-tunwxUS --record $scratch/copy" </dev/null
    DOUBLE_UID=0
    for table in "$DOUBLE_TABLES"/*; do
        case ${table##*/} in users | links | processes | security.*) continue ;; esac
        cmp "$table" "$scratch/copy/$system/${table##*/}" || fail "${table##*/} differs"
    done
}

# refuse TABLE...: each that the kernel refuses is a note, and an error only if nothing is left.
refuse()
{
    for table; do
        try "$table is refused" -tunwapx <<END
$table 1 0 error 1
END
        grep -q 'Operation not permitted; run as root$' "$scratch/err" || fail 'no note'
        [ "$(wc -l <"$scratch/out")" -gt 5 ] || fail 'lists nothing else'
        ends 0
    done
}

# chaos RUNS TABLE...: up to four actions of each run, at random. No row is invented, and without a
# message none is missing. After a changed byte the program only has to end with a status.
chaos()
{
    runs=$1
    shift
    sockets='-tunaxw --tsv --columns proto,local,peer,state'
    # shellcheck disable=SC2086 # a list of options
    "$PORTLS" --replay "$replay" $sockets 2>/dev/null | sort >"$scratch/rows"
    for run in $(seq "$runs"); do
        awk -v run="$run" -v tables="$*" '
            function random(n) { seed = (seed * 16807) % 2147483647; return seed % n }
            BEGIN {
                seed = run * 7919
                count = split(tables, table, " ")
                for (i = random(4); i >= 0; i--) {
                    call = 1 + random(4)
                    kind = random(run % 4 == 0 ? 6 : 5)
                    error = random(2) ? 4 : 12
                    print table[1 + random(count)], call, random(3) || kind == 0 && error == 4 ? call : 0, \
                        kind == 0 ? "error " error : \
                        kind == 1 ? "grown " random(60000) : \
                        kind == 2 ? "growing " (20000 + random(9000)) : \
                        kind == 3 ? "claim " random(3) * random(99999) : \
                        kind == 4 ? "cut " (1 + 2 * random(900)) : "poke " random(1400)
                }
            }' >"$scratch/actions"
        try "run $run" "$sockets" <"$scratch/actions"
        case $status in 0 | 4) ;; *) fail "exit status $status"; cat "$scratch/actions" ;; esac
        grep -q ' poke ' "$scratch/actions" && continue
        sort "$scratch/out" | comm -23 - "$scratch/rows" >"$scratch/invented"
        if [ -s "$scratch/invented" ] || { [ ! -s "$scratch/err" ] &&
            [ "$(wc -l <"$scratch/out")" -ne "$(wc -l <"$scratch/rows")" ]; }; then
            fail 'rows are invented, or missing without a message'
            cat "$scratch/actions" "$scratch/invented"
        fi
    done
}

finish()
{
    [ "$failures" -eq 0 ]
    exit
}
