# SPDX-License-Identifier: BSD-2-Clause
# Functions of the live tests, which source this file.
#
# A live test runs in a network namespace, in which sockmaker makes the sockets, and compares portls
# with ss, netstat, lsof, or the ledger of sockmaker. Exit status: 0 equal, 77 skipped with the reason
# on stdout, others a failure.
#
#   PORTLS     the program to test      (default: build/portls of this source tree)
#   SOCKMAKER  makes the sockets (default: in the directory of the program, or in tests/live there)

set -u
export LC_ALL=C.UTF-8 TZ=UTC

live_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
live_name=$(basename -- "$0")
live_failures=0
live_pid=
live_tmp=

live_skip() {
    printf 'SKIP: %s\n' "$*"
    exit 77
}

# Counts a failure and continues, so that one run shows all failures.
live_fail() {
    printf 'FAIL: %s: %s\n' "$live_name" "$*"
    live_failures=$((live_failures + 1))
}

live_say() {
    printf '%s: %s\n' "$live_name" "$*"
}

live_need() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || live_skip "$tool is not installed"
    done
}

# live_enter [--pid] -- "$@": restarts the test in a network namespace; with --pid also in a pid
# namespace with its /proc.
live_enter() {
    local flags=(-n)
    [ "$1" = --pid ] && flags+=(-p -f --mount-proc --kill-child) && shift
    shift
    PORTLS=${PORTLS:-$live_dir/../../build/portls}
    if [ -z "${SOCKMAKER:-}" ]; then
        SOCKMAKER=$(dirname -- "$PORTLS")/tests/live/sockmaker
        [ -x "$SOCKMAKER" ] || SOCKMAKER=$(dirname -- "$PORTLS")/sockmaker
    fi
    PORTLS=$(realpath -m -- "$PORTLS") SOCKMAKER=$(realpath -m -- "$SOCKMAKER")
    export PORTLS SOCKMAKER
    if [ -z "${LIVE_INSIDE:-}" ]; then
        live_need unshare awk jq
        [ "$(id -u)" = 0 ] || live_skip "needs root to make a network namespace"
        unshare "${flags[@]}" -- true 2>/dev/null || live_skip "cannot unshare ${flags[*]}"
        [ -c /dev/net/tun ] || live_skip "feature: no TUN devices"
        LIVE_INSIDE=1 exec unshare "${flags[@]}" -- bash "$0" "$@"
    fi
    # A missing program is a failure, not a skip.
    local program
    for program in "$PORTLS" "$SOCKMAKER"; do
        [ -x "$program" ] || { live_fail "no program $program"; exit 1; }
    done
    live_tmp=$(mktemp -d) || exit 1
    trap live_cleanup EXIT
    trap 'exit 1' HUP INT TERM
}

# live_pids_above NUMBER: waits until new processes have a higher id. After the highest one, ids begin
# again at 300.
live_pids_above() {
    local i
    for ((i = 0; i < 5000; i++)); do
        [ "$(sh -c 'echo $$')" -gt "$1" ] && return
    done
    live_skip "no process ids above $1"
}

live_cleanup() {
    live_stop
    rm -rf -- "$live_tmp"
}

# live_start SCENARIO[:COUNT]...: makes sockets, and the ledger $live_tmp/ledger.
live_start() {
    local line ready=
    coproc LIVE_SM { exec "$SOCKMAKER" "$@" 2>"$live_tmp/sockmaker.err"; }
    live_pid=$LIVE_SM_PID
    exec {live_out}<&"${LIVE_SM[0]}" {live_in}>&"${LIVE_SM[1]}"
    eval "exec ${LIVE_SM[0]}<&- ${LIVE_SM[1]}>&-"
    : >"$live_tmp/ledger"
    while IFS= read -r line <&"$live_out"; do
        [ "$line" = READY ] && ready=1 && break
        printf '%s\n' "$line"
    done >"$live_tmp/ledger"
    [ -n "$ready" ] && return
    exec {live_in}>&-
    wait "$live_pid"
    case $? in
    77) live_pid='' && live_skip "$(sed 's/^SKIP: //' "$live_tmp/sockmaker.err")" ;;
    *) live_pid='' && live_fail "sockmaker $*: $(cat "$live_tmp/sockmaker.err")" && exit 1 ;;
    esac
}

# live_since RELEASE: whether this kernel is of that release or later.
live_since() {
    [ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

# live_lists_bound: whether this kernel, or BPF, reports TCP sockets that are only bound.
live_lists_bound() {
    live_since 6.8 ||
        { live_since 5.8 && [ "$(getconf LONG_BIT)" = 64 ] && [ -r /sys/kernel/btf/vmlinux ]; }
}

# live_cgroup: makes a control group of version 2, and prints its path.
live_cgroup() {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ -n "$root" ] && mkdir "$root/portls-test-$$" 2>/dev/null && echo "$root/portls-test-$$"
}

# Ends sockmaker and waits for it.
live_stop() {
    [ -n "$live_pid" ] || return 0
    # A test that a signal ended may not have read the whole ledger, which its writer finishes.
    cat <&"$live_out" >/dev/null 2>&1 {live_in}>&- &
    exec {live_in}>&- {live_out}<&-
    wait "$live_pid" 2>/dev/null
    live_pid=
}

# live_ledger_pids: prints the owners in the ledger.
live_ledger_pids() {
    cut -f11 "$live_tmp/ledger" | tr ',' '\n' | sed -n 's|/.*||p' | sort -un
}

# live_equal A B TITLE NAME-OF-A NAME-OF-B: fails and prints the differences unless the files are equal.
live_equal() {
    if cmp -s -- "$1" "$2"; then
        live_say "$3: equal, $(wc -l <"$1") lines"
        return 0
    fi
    live_fail "$3: differ (- $4, + $5)"
    diff -U0 -- "$1" "$2" | grep '^[-+][^-+]' | head -20 | cut -c1-200 | cat -v
    return 1
}

# live_run STATUS COMMAND...: runs the command, with output in $live_tmp/stdout and stderr, and checks
# its exit status.
live_run() {
    local want=$1 got
    shift
    "$@" >"$live_tmp/stdout" 2>"$live_tmp/stderr"
    got=$?
    [ "$got" = "$want" ] && return 0
    live_fail "exit status $got instead of $want: $(printf '%q ' "$@")"
    head -5 "$live_tmp/stderr" | cat -v
    return 1
}

live_stdout_empty() {
    [ -s "$live_tmp/stdout" ] || return 0
    live_fail "$1: something on stdout: $(head -1 "$live_tmp/stdout" | cut -c1-100 | cat -v)"
    return 1
}

live_stderr_empty() {
    [ -s "$live_tmp/stderr" ] || return 0
    live_fail "$1: something on stderr: $(head -3 "$live_tmp/stderr" | cat -v)"
    return 1
}

# stderr must be one line, without control bytes, that matches an extended regular expression.
live_stderr_one_line() {
    local title=$1 pattern=$2
    if [ "$(wc -l <"$live_tmp/stderr")" != 1 ] || ! grep -Eq -- "$pattern" "$live_tmp/stderr" ||
        live_has_control "$live_tmp/stderr"; then
        live_fail "$title: stderr is not one line that matches $pattern:"
        head -5 "$live_tmp/stderr" | cat -v
        return 1
    fi
}

# Succeeds if the file has a control byte (except newline and the bytes in $2) or invalid UTF-8.
live_has_control() {
    local fine="\n${2:-}"'\040-\176\200-\377'
    [ -n "$(LC_ALL=C tr -d "$fine" <"$1" | head -c1 | tr '\0' x)" ] && return 0
    ! iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1 && return 0
    LC_ALL=C grep -q "$(printf '\302[\200-\237]')" "$1"
}

live_end() {
    [ "$live_failures" = 0 ] && live_say ok && exit 0
    live_say "$live_failures failure(s)"
    exit 1
}

# --- output of the programs, as sorted lines of tab-separated columns --------------------------
#
#   proto local_address local_port peer_address peer_port state recv_q send_q interface owners
#
# proto is tcp, tcp6, udp or udp6; an absent peer is a wildcard with port 0; owners is pid/fd,pid/fd.

# live_rows_portls < JSON
live_rows_portls() {
    jq -r '.sockets[] | select(.proto == "tcp" or .proto == "udp") |
        [.proto + (if .family == "inet6" then "6" else "" end), .local_address, .local_port,
         .peer_address // (if .family == "inet6" then "::" else "0.0.0.0" end), .peer_port // 0,
         .state, .recv_q, .send_q, .interface // "-",
         (([.owners[]? | [.pid, .fd]] | sort | map("\(.[0])/\(.[1])") | join(","))
          | if . == "" then "-" else . end)]
        | map(if . == null then "?" else tostring end) | join("\t")' | sort
}

# Functions of the awk programs below.
live_awk='
# Splits "ADDRESS%INTERFACE:PORT" in any notation into host, port, iface, six.
function endpoint(text,    at) {
    match(text, /:[^:]*$/)
    host = substr(text, 1, RSTART - 1)
    port = substr(text, RSTART + 1)
    if (port == "*") port = 0
    iface = "-"
    at = index(host, "%")
    if (at) { iface = substr(host, at + 1); host = substr(host, 1, at - 1) }
    if (host ~ /^\[/) { host = substr(host, 2); sub(/\]/, "", host); sub(/\]/, "", iface) }
}
# Sorts "pid/fd" words by number.
function sorted(words, n,    i, j, t, out) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && rank(words[j]) < rank(words[j - 1]); j--) {
            t = words[j]; words[j] = words[j - 1]; words[j - 1] = t
        }
    out = ""
    for (i = 1; i <= n; i++) out = out (i > 1 ? "," : "") words[i]
    return out == "" ? "-" : out
}
function rank(word,    part) { split(word, part, "/"); return part[1] * 1000000 + part[2] }
'

# live_rows_ss [PROTO] < output of ss -tunap; PROTO if it is the only one, since ss then omits the
# column. The name of a process may contain newlines: a line that does not begin with a protocol
# continues the one before.
live_rows_ss() {
    LC_ALL=C awk -v only="${1:-}" "$live_awk"'
    BEGIN {
        OFS = "\t"
        state["ESTAB"] = "ESTABLISHED"; state["SYN-SENT"] = "SYN_SENT"
        state["SYN-RECV"] = "SYN_RECV"; state["FIN-WAIT-1"] = "FIN_WAIT1"
        state["FIN-WAIT-2"] = "FIN_WAIT2"; state["TIME-WAIT"] = "TIME_WAIT"
        state["CLOSE-WAIT"] = "CLOSE_WAIT"; state["LAST-ACK"] = "LAST_ACK"
        state["LISTEN"] = "LISTEN"; state["CLOSING"] = "CLOSING"; state["UNCONN"] = "UNCONN"
    }
    function row(text,    field, n, words, rest, local, lport, dev, six) {
        if (text == "") return
        split(text, field, /[ \t\n]+/)
        if (field[1] == "tcp" && field[2] == "UNCONN") return # since iproute2 6.9: only bound
        endpoint(field[5]); local = host; lport = port; dev = iface
        six = field[5] ~ /^(\[|\*)/ ? "6" : ""
        if (local == "*") local = "::"
        endpoint(field[6])
        if (host == "*") host = "::"
        n = 0; rest = text; split("", words)
        while (match(rest, /pid=[0-9]+,fd=[0-9]+/)) {
            words[++n] = substr(rest, RSTART + 4, RLENGTH - 4)
            sub(/,fd=/, "/", words[n])
            rest = substr(rest, RSTART + RLENGTH)
        }
        print field[1] six, local, lport, host, port, state[field[2]], field[3], field[4], dev,
              sorted(words, n)
    }
    /^(Netid|State) / { next }
    only && /^[A-Z]+(-[A-Z0-9]+)* +[0-9]/ { $0 = only " " $0 }
    /^(tcp|udp) +[A-Z]/ { row(held); held = $0; next }
    { held = held "\n" $0 }
    END { row(held) }' | sort
}

# live_rows_netstat < output of `netstat -tunapW`; owners is one process, without fd.
live_rows_netstat() {
    LC_ALL=C awk "$live_awk"'
    BEGIN { OFS = "\t" }
    # netstat writes IPv6 addresses without brackets, and mapped ones as IPv4.
    $1 ~ /^(tcp|udp)6?$/ && NF >= 6 {
        match($4, /:[^:]*$/); local = substr($4, 1, RSTART - 1); lport = substr($4, RSTART + 1)
        match($5, /:[^:]*$/); peer = substr($5, 1, RSTART - 1); pport = substr($5, RSTART + 1)
        if (pport == "*") pport = 0
        state = $6; owner = $7
        if ($1 ~ /^udp/ && $6 !~ /^[A-Z]/) { state = "UNCONN"; owner = $6 }
        sub(/\/.*/, "", owner)
        print $1, local, lport, peer, pport, state, $2, state == "LISTEN" ? "-" : $3, "-", owner
    }' | sort
}

# live_rows_lsof < output of `lsof -nP -i -F pftPnT`: a row for each owner, queues of TCP only.
live_rows_lsof() {
    LC_ALL=C awk "$live_awk"'
    BEGIN { OFS = "\t" }
    function flush(    ends, n, local, lport) {
        if (name == "") return
        n = split(name, ends, "->")
        endpoint(ends[1]); local = host; lport = port
        if (local == "*") local = six ? "::" : "0.0.0.0"
        if (n == 2) endpoint(ends[2]); else { host = six ? "::" : "0.0.0.0"; port = 0 }
        if (proto == "udp" && state == "") state = n == 2 ? "ESTABLISHED" : "UNCONN"
        print proto (six ? "6" : ""), local, lport, host, port, state, proto == "tcp" ? recv : "-",
              proto == "tcp" && state != "LISTEN" ? send : "-", "-", pid "/" fd
        name = ""
    }
    { tag = substr($0, 1, 1); value = substr($0, 2) }
    tag == "p" { flush(); pid = value }
    tag == "f" { flush(); fd = value; state = ""; recv = send = "-" }
    tag == "t" { six = value == "IPv6" }
    tag == "P" { proto = tolower(value) }
    tag == "n" { name = value }
    tag == "T" && value ~ /^ST=/ { state = substr(value, 4) }
    tag == "T" && value ~ /^QR=/ { recv = substr(value, 4) }
    tag == "T" && value ~ /^QS=/ { send = substr(value, 4) }
    END { flush() }' | sort
}

# live_unmapped: writes v4-mapped addresses as netstat and lsof do.
live_unmapped() {
    sed 's/\t::ffff:\([0-9.]*\)\t/\t\1\t/; s/\t::ffff:\([0-9.]*\)\t/\t\1\t/' | sort
}

# live_steady FILE COMMAND...: runs portls between two runs of COMMAND, until both print the same:
# nothing changed meanwhile. Writes JSON of portls to FILE.portls, output of COMMAND to FILE.
live_steady() {
    local file=$1 try
    shift
    for try in 1 2 3 4 5 6 7 8 9 10; do
        "$@" >"$file" 2>"$file.err"
        "$PORTLS" -tunp --json >"$file.portls" 2>"$file.portls.err" ||
            { live_fail "portls -tunp --json: $(cat "$file.portls.err")"; return 1; }
        "$@" >"$file.again" 2>/dev/null
        cmp -s "$file" "$file.again" && return 0
    done
    live_fail "$1 changes its mind: no steady picture in $try tries"
    return 1
}
