#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# portkill on the BSDs and macOS: kill/actor_here.c. Nothing on this machine is hit: double.h.
#
#   DOUBLES  directory of a portkill for each system
# shellcheck source=tests/double/lib.sh
. "$(dirname -- "$0")/lib.sh"

export DOUBLE_AFTER="$scratch/after"
unset SSH_CONNECTION

# on SYSTEM RECORDING...: the program and the tables of that system.
on()
{
    system=$1
    shift
    DOUBLE=$DOUBLES/$system/portkill
    DOUBLE_TABLES=$replay/$system
    tables "$@"
    rm -f "$DOUBLE_TABLES"/jails "$DOUBLE_TABLES"/security.*
    keep
}

# The tables do not change.
keep()
{
    rm -rf "$DOUBLE_AFTER"
    cp -r "$DOUBLE_TABLES" "$DOUBLE_AFTER"
}

# row TABLE LOCAL PEER: the index of a record, by its ports.
row()
{
    awk -F'|' -v table="$1" -v local="$2" -v peer="$3" \
        '$1 == table { if ($7 == local && $9 == peer) print n + 0; n++ }' "$recordings/$expected"
}

# put OCTAL FILE AT: writes bytes.
put()
{
    # shellcheck disable=SC2059 # bytes
    printf "$1" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none
}

# remove FILE HEAD SIZE INDEX: removes a record.
remove()
{
    head -c $(($2 + $3 * $4)) "$1" >"$scratch/cut"
    tail -c +$(($2 + $3 * ($4 + 1) + 1)) "$1" >>"$scratch/cut"
    cp "$scratch/cut" "$1"
}

# drops COUNT: so many requests were made.
drops()
{
    made=$(grep -c '^drop ' "$DOUBLE_LOG")
    [ "$made" -eq "$1" ] || fail "$made requests, not $1"
}

# request MIB SLOT SIZE PEER LOCAL: the only request has these bytes.
request()
{
    sent=$(sed -n 's/^drop \([^ ]*\) .*/\1/p' "$DOUBLE_LOG")
    wanted=$(awk -v mib="$1" -v slot="$2" -v size="$3" -v peer="$4" -v local="$5" 'BEGIN {
        bytes = peer
        while (length(bytes) < 2 * slot) bytes = bytes "00"
        bytes = bytes local
        while (length(bytes) < 2 * size) bytes = bytes "00"
        print mib "=" bytes }')
    [ "$sent" = "$wanted" ] || fail "the request is $sent, not $wanted"
}

# The same on each system, for a connection that $selector selects. $after removes it from
# $DOUBLE_AFTER; $replace TABLES puts another one in its place; $tables are read for it, $reads times
# before the act.
connection()
{
    keep
    $after
    try "$system: a connection" "--close --yes $selector" </dev/null
    shows 'resets the connection' ' closed'
    says
    ends 0
    drops 1
    request "$mib" "$slot" "$size" "$peer" "$local"

    try "$system: only shown" "--close --dry-run $selector" </dev/null
    shows 'resets the connection'
    ends 0
    drops 0

    try "$system: it ended just before the request" "--close --yes $selector" <<END
drop 1 0 error 3
END
    shows 'not touched: the socket is closed'
    ends 0
    drops 1

    keep
    try "$system: the kernel does not find it" "--close --yes $selector" <<END
drop 1 0 error 3
END
    shows 'failed: the kernel lists the socket, but does not find it to close'
    ends 3

    try "$system: it is listed as before" "--close --yes $selector" </dev/null
    shows 'failed: the kernel reported success, but still lists it'
    ends 3

    try "$system: refused" "--close --yes $selector" <<END
drop 1 0 error 1
END
    shows 'failed: not permitted (needs root)'
    ends 3
    drops 1

    try "$system: refused before" "--close --yes $selector" <<END
drop.ask 1 0 error 1
END
    shows 'failed: not permitted (needs root)'
    says 'portkill: every target is skipped, so nothing was hit'
    ends 3
    drops 0

    # Two calls for each time that a table is read: its size, and its rows.
    for at in $((2 * reads + 1)) $((2 * reads + 3)); do
        for each in $tables; do
            echo "$each $at $at error 1"
        done >"$scratch/lines"
        try "$system: the table cannot be read, call $at" "--close --yes $selector" <"$scratch/lines"
        ends 3
        drops $((at > 2 * reads + 1))
    done
    shows 'the kernel reported success, but its table could not be read again'

    rm -rf "$scratch/other"
    cp -r "$DOUBLE_TABLES" "$scratch/other"
    $replace "$scratch/other"
    for each in $tables; do
        echo "$each $((2 * reads + 1)) 0 file $scratch/other/$each"
    done >"$scratch/lines"
    try "$system: another socket has its place" "--close --yes $selector" <"$scratch/lines"
    shows 'not touched: the socket is closed'
    drops 0
    ends 0
}

# ancestor PID BYTES: a process of the tables is an ancestor; no process of this machine has the other
# ids. BYTES: of the number in a record.
ancestor()
{
    # 77777771 is the parent of the program, and a child of 77777772.
    child='\154\313\242\004'
    parent=$(printf '\\%03o\\000\\000\\000' "$1")
    # shellcheck disable=SC2059 # bytes
    printf "$child$child" | head -c "$2" >"$DOUBLE_TABLES/proc.77777771"
    # shellcheck disable=SC2059 # bytes
    printf "$parent$parent" | head -c "$2" >"$DOUBLE_TABLES/proc.77777772"
    keep
    export DOUBLE_PARENT=77777771
    try "$system: an ancestor" "--yes pid $1 and state listen" </dev/null
    shows 'not touched: it is an ancestor of portkill (--really allows it)'
    calls kill "$1/15" 0
    try "$system: an ancestor, really" "--yes --really pid $1 and state listen" </dev/null
    calls kill "$1/15" 1
    unset DOUBLE_PARENT
}

# ---- FreeBSD ----

expected=freebsd-14-amd64.expected
on freebsd freebsd-14-amd64-more freebsd-14-amd64
table=net.inet.tcp.pcblist
tables=$table
record=$((64 + 744 * $(row "$table" 40011 9090)))
# A connection that was dropped is listed as CLOSED until its owner closes the socket.
closed() { put '\000' "$DOUBLE_AFTER/$table" $((record + 568)); }
rekey() { put '\377' "$1/$table" $((record + 24)); }
selector='local port 40011'
mib=4.2.6.15 slot=128 size=256 reads=2 after=closed replace=rekey
peer=1c1c2382000000000000000000000000000000000000000100000000
local=1c1c9c4b000000000000000000000000000000000000000100000000
connection

keep
try 'IPv4, and a condition on its owner' '--close --yes local port 40012 process cli' </dev/null
request "$mib" "$slot" "$size" 10021b587f0000010000000000000000 10029c4c7f0000010000000000000000

try 'a link-local address' '--close --yes local port 40014' </dev/null
request "$mib" "$slot" "$size" 1c1c1f9100000000fe80000000000000000000000000000101000000 \
    1c1c9c4e00000000fe80000000000000000000000000000101000000

for refused in ':8080:this system can close only connections from outside' \
    ':53:sockets of this protocol cannot be closed from outside' \
    'port 40041 and state bound:only bound'; do
    text=${refused##*:}
    try "refused: ${refused%:*}" "--close --yes ${refused%:*}" </dev/null
    shows "not touched: " "$text"
    ends 1
    drops 0
done
export SSH_CONNECTION='::1 40011 ::1 9090'
try 'the own connection' '--close --yes local port 40011' </dev/null
shows 'not touched: it is the connection of this session (--really allows it)'
drops 0
try 'the own connection, really' '--close --yes --really local port 40011' </dev/null
drops 1
unset SSH_CONNECTION

# The row of another connection becomes a copy of this one, with another key.
dd if="$DOUBLE_TABLES/$table" of="$DOUBLE_TABLES/$table" bs=1 skip="$record" count=744 \
    seek=$((64 + 744 * $(row "$table" 40012 7000))) conv=notrunc status=none
put '\377' "$DOUBLE_TABLES/$table" $((64 + 744 * $(row "$table" 40012 7000) + 24))
try 'two sockets have the same addresses and ports' '--close --yes local port 40011' </dev/null
shows 'not touched: another socket has the same addresses and ports'
drops 0

on freebsd freebsd-14-amd64-more freebsd-14-amd64
try 'a process' '--yes :8080' </dev/null
shows 'ended after'
calls kill 13/15 1
try 'a process that may not be ended' '--yes :8080' <<'END'
kill 1 0 error 1
END
shows 'failed: not permitted (needs root)'
ends 3

ancestor 13 8

# ---- NetBSD ----

expected=netbsd-7.99-amd64.expected
on netbsd netbsd-7.99-amd64-more netbsd-7.99-amd64
table=net.inet.tcp.pcblist
tables=$table
record=$(row "$table" 40012 7000)
gone() { remove "$DOUBLE_AFTER/$table" 0 640 "$record"; }
rekey() { put '\377' "$1/$table" $((640 * record + 16)); }
selector='local port 40012'
mib=4.2.6.33 after=gone
peer=10021b587f0000010000000000000000
local=10029c4c7f0000010000000000000000
connection

keep
try 'a link-local address' '--close --yes local port 40014' </dev/null
request 4.24.6.33 "$slot" "$size" 1c181f9100000000fe80000000000000000000000000000101000000 \
    1c189c4e00000000fe80000000000000000000000000000101000000

# The last descriptor becomes one of another process: two processes share the socket.
on netbsd netbsd-7.99-amd64-more netbsd-7.99-amd64
file=$(od -An -v -w120 -tu4 "$DOUBLE_TABLES/kern.file2.bypid" |
    awk '$27 == 3 && $28 == 23 { print NR - 1 }')
put '\002' "$DOUBLE_TABLES/kern.file2.bypid" $((120 * file + 104))
keep
try 'one of two processes that share a socket' '--yes local port 40001 pid 3' </dev/null
shows '2/rumplocal' 'not touched: the selector does not match it'
calls kill 3/15 1
calls kill 2/15 0
try 'both' '--yes local port 40001 pid 3,2' </dev/null
calls kill 3/15 1
calls kill 2/15 1
try 'neither: the other one excludes the socket' '--yes local port 40001 and not pid 2' </dev/null
calls kill 3/15 0
calls kill 2/15 0

on netbsd netbsd-7.99-amd64-more netbsd-7.99-amd64
ancestor 2 4

# ---- OpenBSD ----

expected=openbsd-7-amd64-encoded.expected
on openbsd openbsd-7-amd64-encoded
tables='kern.file.bypid kern.file.byfile'
gone()
{
    for each in $tables; do
        remove "$DOUBLE_AFTER/$each" 0 632 "$(row "$each" 50001 443)"
    done
}
rekey()
{
    for each in $tables; do
        put '\377' "$1/$each" $((632 * $(row "$each" 50001 443) + 280))
    done
}
selector='local port 50001'
mib=4.2.6.19 slot=256 size=528
peer=100201bb5db8d8220000000000000000
local=1002c351c0a8010a0000000000000000
connection

keep
try 'a UNIX socket' '--close --yes path /var/run/s.sock' </dev/null
shows 'not touched: sockets of this protocol cannot be closed from outside'
ends 1
drops 0

try 'a link-local address' '--close --yes local port 8081 peer port 40014' </dev/null
request "$mib" "$slot" "$size" 1c189c4e00000000fe80000000000000000000000000000203000000 \
    1c181f9100000000fe80000000000000000000000000000103000000

ancestor 101 8

# To a user, the kernel shows no addresses of sockets. Another file moves the rows.
for each in $tables; do
    for index in $(seq 0 18); do
        put '\000\000\000\000\000\000\000\000' "$DOUBLE_TABLES/$each" $((632 * index + 280))
    done
done
{ head -c 632 "$DOUBLE_TABLES/kern.file.bypid" && cat "$DOUBLE_TABLES/kern.file.bypid"; } >"$scratch/moved"
keep
DOUBLE_UID=1000
try 'the rows have moved' '--yes local port 8081 and state listen' <<END
kern.file.bypid 5 0 file $scratch/moved
END
calls kill 202/15 1
shows 'ended after'
try 'the process has closed it' '--yes local port 8081 and state listen' <<END
kern.file.bypid 5 0 cut 632
END
calls kill 202/15 0
shows 'not touched: the process does not hold the socket any more'
DOUBLE_UID=0

# ---- macOS ----

on darwin macos-15-encoded
try 'macOS has no such sysctl' '--close --yes local port 50001' </dev/null
says 'portkill: this system cannot close the sockets of other programs; to end the programs, omit --close'
ends 4
drops 0

finish
