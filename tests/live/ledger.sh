# SPDX-License-Identifier: BSD-2-Clause
# For tests that compare portls with the ledger of sockmaker; sourced after lib.sh.

# Prints columns 1 to 12 of the ledger from JSON of portls, with sorted owners.
ledger_rows() {
    jq -r '.sockets[] |
        [.proto, .state, .local_address, .local_port,
         .peer_address // (if .family == "inet6" then "::" else "0.0.0.0" end), .peer_port // 0,
         .recv_q, .send_q, .interface // "-", .inode,
         (([.owners[]? | [.pid, .fd]] | sort | map("\(.[0])/\(.[1])") | join(","))
          | if . == "" then "-" else . end), .owner_unknown // "-"]
        | map(if . == null then "?" else tostring end) | join("\t")' "$1"
}

ledger_sorted() {
    awk "$live_awk"'BEGIN { FS = OFS = "\t" }
        { n = split($11, words, ","); if ($11 != "-") $11 = sorted(words, n); print }' "$1"
}

# Succeeds if there is a process whose descriptors root cannot read.
ledger_unreadable() {
    LC_ALL=C find /proc/[0-9]*/fd -maxdepth 1 -type l -printf "%l" 2>&1 >/dev/null |
        grep -q "Permission denied"
}

# ledger_check TITLE PORTLS-ARGUMENTS...: compares the listing with the ledger.
ledger_check() {
    local title=$1 lax=0
    shift
    ledger_unreadable && lax=1
    "$PORTLS" "$@" --json >"$live_tmp/json" 2>"$live_tmp/stderr" ||
        live_fail "$title: exit status $?: $(cat "$live_tmp/stderr")"
    ledger_sorted "$live_tmp/ledger" >"$live_tmp/claims"
    ledger_rows "$live_tmp/json" >"$live_tmp/rows"
    awk -v lax=$lax -f "$live_dir/ledger.awk" "$live_tmp/claims" "$live_tmp/rows" \
        >"$live_tmp/differences"
    if [ -s "$live_tmp/differences" ]; then
        live_fail "$title: $(wc -l <"$live_tmp/differences") differences from the ledger"
        sort "$live_tmp/differences" | head -20 | cut -c1-200 | cat -v
    else
        live_say "$title: $(wc -l <"$live_tmp/rows") sockets as in the ledger"
    fi
}
