# SPDX-License-Identifier: BSD-2-Clause
# Functions for tests with hostile names; sourced after lib.sh.

EVIL=$(dirname -- "$SOCKMAKER")/evil
evil_outputs=0

# evil_enter: enters a mount namespace, in which files of /etc can be replaced.
evil_enter() {
    [ -x "$EVIL" ] || { live_fail "no program $EVIL"; exit 1; }
    [ -n "${EVIL_INSIDE:-}" ] && return
    unshare -m -- true 2>/dev/null || live_skip "cannot unshare -m"
    EVIL_INSIDE=1 exec unshare -m -- bash "$0" "$@"
}

# evil_group: prints where a control group of sockets can be made, or nothing.
evil_group() {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ -n "$root" ] && [ -w "$root" ] && echo "$root/portls-evil-$$"
}

# Removes the control groups that "evil make" left, which does so itself unless it failed.
evil_clean() {
    live_cleanup
    for _ in 1 2 3 4 5; do
        [ -d "$evil_root" ] || break
        find "$evil_root" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.2
    done
}

# evil_start DIR: makes all sockets; the ledger is DIR/ledger.
evil_start() {
    local line ready=
    chmod 711 "$1"
    evil_root=$(evil_group)
    trap evil_clean EXIT
    coproc LIVE_SM { exec "$EVIL" make "$1" "$evil_root" 2>"$1/err"; }
    live_pid=$LIVE_SM_PID
    exec {live_out}<&"${LIVE_SM[0]}" {live_in}>&"${LIVE_SM[1]}"
    eval "exec ${LIVE_SM[0]}<&- ${LIVE_SM[1]}>&-"
    while IFS= read -r line <&"$live_out"; do
        [ "$line" = READY ] && ready=1 && break
        printf '%s\n' "$line"
    done >"$1/ledger"
    [ -n "$ready" ] || { live_fail "evil make: $(cat "$1/err")"; exit 1; }
}

# evil_plain FILE TITLE [LINES [tab] [color]]: every byte is printable, and the number of lines is
# right; LINES -: any number.
evil_plain() {
    local file=$1 title=$2 lines=${3:--} got
    shift 2
    [ $# -eq 0 ] || shift
    evil_outputs=$((evil_outputs + 1))
    if ! got=$("$EVIL" plain "$@" <"$file"); then
        live_fail "$title: $got"
        return 1
    fi
    [ "$lines" = - ] || [ "$got" = "$lines" ] || live_fail "$title: $got lines instead of $lines"
}

# evil_name HEX: sets name to these bytes.
evil_name() {
    # shellcheck disable=SC2034 # for the caller
    printf -v name '%b' "$(sed 's/../\\x&/g' <<<"$1")"
}
