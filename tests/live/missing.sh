# SPDX-License-Identifier: BSD-2-Clause
# For the tests missing-*; sourced after lib.sh. Five sockets of sockmaker, and a copy of the program
# that every user may run.

missing_start() {
    live_start tcp-listen:3 udp:2
    chmod 755 "$live_tmp"
    install -m 755 "$PORTLS" "$live_tmp/portls" || exit 1
    "$PORTLS" -tunp --json >"$live_tmp/whole" || live_fail "undisturbed: exit status $?"
    missing_tried=0
}

# Before Linux 6.8, an empty listing of all states also has a note on bound sockets, unless BPF lists them.
without_bound() {
    if live_since 6.8; then cat; else grep -vE '^portls: .* bound TCP sockets(:|$)'; fi
}

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

# missing OWNERS NOTE TITLE COMMAND...: exit 0 with the five sockets; OWNERS of them, which are
# the right ones; the rest unknown, with a reason or the note; and one note, exactly that (or none).
missing() {
    local owners=$1 note=$2 title=$3
    shift 3
    missing_tried=$((missing_tried + 1))
    live_run 0 "$@" -tunp --json
    jq -e --slurpfile whole "$live_tmp/whole" --argjson owners "$owners" '
        def id: [.proto, .family, .local_address, .local_port, .state, .inode];
        def who: [.owners[]? | [.pid, .fd]];
        $whole[0].sockets as $all
        | (.sockets | map(id) | sort) == ($all | map(id) | sort)
        and ([.sockets[] | select(who != [])] | length) == $owners
        and all(.sockets[] | select(who != []); . as $row
            | any($all[]; id == ($row | id) and who == ($row | who)))
        and all(.sockets[].owners[]?; .process == null or .process == "sockmaker")
    ' "$live_tmp/stdout" >/dev/null ||
        live_fail "$title: not the five sockets with $owners owners: $(cut -c1-500 "$live_tmp/stdout")"
    live_stderr_empty "$title, --json"
    jq -r '.notes[] | .text + (if (.help // "") == "" then "" else "; " + .help end)' \
        "$live_tmp/stdout" >"$live_tmp/notes"
    printf '%s' "${note:+$note
}" >"$live_tmp/note"
    cmp -s "$live_tmp/notes" "$live_tmp/note" ||
        live_fail "$title: the note is «$(cat "$live_tmp/notes")» instead of «$note»"
    live_run 0 "$@" -tunp
    [ "$(wc -l <"$live_tmp/stdout")" = 6 ] || live_fail "$title: not six lines"
    sed 's/^portls: //' "$live_tmp/stderr" | cmp -s - "$live_tmp/note" ||
        live_fail "$title: stderr is «$(cat "$live_tmp/stderr")» instead of «$note»"
    # Without an owner, or with a note, --strict exits with 3.
    if [ -n "$note" ]; then
        live_run 3 "$@" -tunp --strict
    else
        live_run 0 "$@" -tunp --strict
    fi
}

# undecided NOTE HELP TITLE COMMAND...: all five owners are hidden. A filter that asks for them lists
# none of the sockets, and the note says that it left them out; others do not care.
undecided() {
    local note=$1 help=$2 title=$3 ask
    shift 3
    for ask in "process sockmaker" "pid 1" "command x" "exe x" "uid 0 and process_uid 0" holders \
        owners "place moved or not owner_unknown"; do
        missing_tried=$((missing_tried + 1))
        live_run 3 "$@" -tunaH --strict "$ask"
        live_stdout_empty "$title, $ask"
        [ "$(without_bound <"$live_tmp/stderr")" = "portls: $note; 5 of them might match the filter; $help" ] ||
            live_fail "$title, $ask: stderr is «$(cat "$live_tmp/stderr")»"
    done
    for ask in "--group-by process -H" "-q --strict" "-s -a -p -H" "--json --strict"; do
        # shellcheck disable=SC2086
        "$@" -tuna $ask process sockmaker >"$live_tmp/stdout" 2>"$live_tmp/stderr"
        cat "$live_tmp/stdout" "$live_tmp/stderr" |
            grep -q "$note; 5 of them might match the filter" ||
            live_fail "$title, $ask: no note: $(cat "$live_tmp/stderr")"
    done
    live_run 1 "$@" -tunaq "process sockmaker"
    # Its rows show the hidden owners; other owners make no difference.
    live_run 3 "$@" -tunaH --strict "not process sockmaker"
    [ "$(wc -l <"$live_tmp/stdout")" = 5 ] || live_fail "$title, not: not five rows"
    [ "$(cat "$live_tmp/stderr")" = "portls: $note; $help" ] ||
        live_fail "$title, not: stderr is «$(cat "$live_tmp/stderr")»"
    for ask in "state established and process sockmaker" "state time_wait and owner_unknown time_wait" \
        "uid 0"; do
        live_run 0 "$@" -tunaH --strict "$ask"
        live_stderr_empty "$title, $ask"
    done
}

missing_end() {
    live_say "conditions tried: $missing_tried"
    live_end
}
