# SPDX-License-Identifier: BSD-2-Clause
# Functions of tests/live/screen: terminals, keys, and programs with sockets.

# Each terminal has a server of its own, since one that ends refuses a new session for a moment.
terminals=0
udp=10
# The server of tmux must not inherit the socket.
tmux() { command tmux -S "$live_tmp/tmux$terminals" -f /dev/null "$@" {udp}>&-; }
# send KEY...: types keys, as tmux names them.
send() { tmux send-keys -t screen "$@"; }
shown() { tmux capture-pane -p -t screen 2>&1; }

# await PATTERN [TITLE]: waits until a line of the screen matches.
await() {
    for ((i = 0; i < 1000; i++)); do
        shown | grep -Eq -- "$1" && return
        sleep 0.02
    done
    live_fail "${2:-await}: no line matches: $1"
    shown | head -30
    live_end
}

# gone PATTERN [TITLE]: waits until no line matches.
gone() {
    for ((i = 0; i < 1000; i++)); do
        shown | grep -Eq -- "$1" || return 0
        sleep 0.02
    done
    live_fail "${2:-gone}: a line still matches: $1"
    shown | head -30
    live_end
}

# start NAME ARG...: starts dialer, whose standard input does not end, and waits until it is ready.
declare -A pids
mkfifo "$live_tmp/open"
exec {open}<>"$live_tmp/open"
start() {
    local name=$1
    shift
    : >"$live_tmp/$name.out"
    "$DIALER" "$@" <"$live_tmp/open" >"$live_tmp/$name.out" &
    pids[$name]=$!
    for ((i = 0; i < 500; i++)); do
        [ -s "$live_tmp/$name.out" ] && return
        sleep 0.02
    done
}

# finish NAME: ends it.
finish() {
    kill "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null
}

# watch WIDTH HEIGHT ARG...: starts the screen in a new terminal. The shell prints its exit status.
watch() {
    local width=$1 height=$2
    shift 2
    tmux kill-server 2>/dev/null
    terminals=$((terminals + 1))
    tmux new-session -d -s screen -x "$width" -y "$height" -c "$live_tmp" \
        "$(printf '%q ' "${as[@]}" "$PORTWATCH" "$@"); echo status \$?; exec cat"
    await 'q: quit|\?: help' "start $*"
}

# leave [KEY...]: quits, and checks that the terminal is as it was.
leave() {
    send "${@:-q}"
    await '^status 0' "leave"
    gone '^  Proto +Local-Address' "the screen is left" # not the table of portkill
}

# start_inside NAME ARG...: starts dialer in a new network namespace.
start_inside() {
    local name=$1
    shift
    : >"$live_tmp/$name.out"
    # shellcheck disable=SC2016 # for the inner shell
    unshare -n -- sh -c 'ip link set lo up && exec "$@"' sh "$DIALER" "$@" <"$live_tmp/open" >"$live_tmp/$name.out" &
    pids[$name]=$!
    for ((i = 0; i < 500; i++)); do
        [ -s "$live_tmp/$name.out" ] && return
        sleep 0.02
    done
}

# refused PATTERN ARG...: it ends with status 2 after one line, and without a screen.
refused() {
    local pattern=$1
    shift
    tmux kill-server 2>/dev/null
    terminals=$((terminals + 1))
    tmux new-session -d -s screen -x 120 -y 24 -c "$live_tmp" \
        "$(printf '%q ' "$PORTWATCH" "$@"); echo status \$?; exec cat"
    await '^status 2' "$*"
    await "^portwatch: $pattern" "$*: the message"
}
