# SPDX-License-Identifier: BSD-2-Clause
# Turns NAME.expected.json into NAME.expected, one line a record, which the unit tests read:
#
#   jq -r --arg system freebsd -f expected.jq freebsd-14-amd64.expected.json > ...
#
# feed|proto|type|family|state|local|port|peer|port|zone|recv-q|send-q|uid|wildcard|path|peer path|owners
#
# "-": portls must say that it does not know. "?": the file does not say. What it says otherwise
# than portls does is put into portls' words here:
#   - states by their short names; a closed TCP socket with a port of its own is BOUND; one of UDP,
#     raw or UNIX is UNCONN or ESTABLISHED, by its peer; of UDP without a port, CLOSED
#   - the queues of a listener are its accept queue and limit, where the table has them
#   - IPv4 on an IPv6 socket is the mapped address; the port of a raw socket is its protocol
#   - no socket behind the row (half-open, going away): neither uid nor queues

def states: {
    "SYN_RECEIVED": "SYN_RECV", "FIN_WAIT_1": "FIN_WAIT1", "FIN_WAIT_2": "FIN_WAIT2"
};

def connected:
    if .peer_index != null then .peer_index >= 0
    elif .note != null then (.note | test("accepted|socketpair|connected")) or .peer_path != ""
    else false end;

def has_peer: (.remote_addr // "::") as $a | .remote_port != 0 or ($a != "::" and $a != "0.0.0.0");

def state:
    if .proto == "tcp" and .state == "CLOSED" and .local_port != 0 and (has_peer | not) then "BOUND"
    elif .proto == "tcp" then states[.state] // .state
    elif .path != null then
        if .state == "LISTEN" or .listening == true
           or ($system == "openbsd" and .path != "" and .peer_index < 0) then "LISTEN"
        elif connected then "ESTABLISHED"
        else "UNCONN" end
    elif has_peer then "ESTABLISHED"
    elif .proto == "udp" and .local_port == 0 then "CLOSED"
    else "UNCONN" end;

def family: .socket_family // .family
    // (if .vflag == 1 then "inet" elif .path != null then "unix" else "inet6" end);

def mapped: .v4_on_v6_socket == true or ($system == "darwin" and .vflag == 1 and family == "inet6");

def any: if family == "inet" then "0.0.0.0" else "::" end;

def addr($a):
    if $a == null then any
    elif mapped then "::ffff:" + $a
    else $a end;

# Local_port of a raw socket.
def protocol:
    if .protocol_number != null then .protocol_number
    elif .comm == "ping" then 1
    elif .comm == "ping6" then 58
    else .local_port end;

def gone: .socket_gone == true or ($system == "freebsd" and .state == "SYN_RECEIVED");

def recvq:
    if gone then "-"
    elif state != "LISTEN" then .recvq
    elif $system == "freebsd" then .accept_queue // 0
    elif $system == "darwin" then .qlen // "?"
    else "-" end;

def sendq:
    if gone then "-"
    elif state != "LISTEN" then .sendq // "?"
    elif $system == "freebsd" or $system == "darwin" then .backlog // "?"
    else "-" end;

def wildcard:
    if family == "inet6" and .local_addr == "::" and (has_peer | not) then
        if .dual_stack == true then "dual" else "v6only" end
    else "-" end;

def types: {"tcp": "stream", "udp": "dgram", "raw": "raw"};

def type:
    if .type == 1 then "stream" elif .type != null then .type else types[.proto] end;

def owners:
    if $system == "darwin" then .last_pid // "-"
    elif .owners != null then
        [.owners | sort_by(.pid, .fd)[] | "\(.pid)/\(.fd)/\(.comm)/\(.uid)"] | join(",")
    elif .pid > 0 then "\(.pid)/\(.fd)/\(.comm)/\(.uid)"
    else "" end;

def uid:
    if gone then "-"
    elif $system == "openbsd" and .pid == 0 and .proto != "unix" then "-"
    else .uid // "-" end;

def line($feed):
    if .path != null then
        [$feed, "unix", type, "unix", state, "-", 0, "-", 0, "-", recvq, sendq, uid, "-",
         .path, .peer_path // "", owners]
    else
        [$feed, .proto, type, family, state, addr(.local_addr),
         (if .proto == "raw" then protocol else .local_port end),
         addr(.remote_addr), .remote_port,
         ([.local_scope, .remote_scope] | max | if . == 0 then "-" else . end),
         recvq, sendq, uid, wildcard, "", "", owners]
    end
    | map(tostring) | join("|");

if $system == "openbsd" then
    (.records[] | select(.in_bypid != false) | line("kern.file.bypid")),
    (.records[] | . + {pid: 0} | line("kern.file.byfile"))
else
    .files | to_entries[] | (.key | rtrimstr(".bin")) as $feed
    | (.value.records // [])[] | line($feed)
end
