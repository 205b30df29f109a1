/* SPDX-License-Identifier: BSD-2-Clause */
#include "api/explain.h"
#include "array.h"
#include "near.h"

#include <string.h>

/* portname, portls --explain and the manual pages print these rows. */
/* clang-format off */
static const struct pl_explanation rows[] = {
    {"state", "ESTABLISHED", "estab", "The connection is open; a connectionless socket in this state has a peer.", "Normal."},
    {"state", "SYN_SENT", "", "The program is connecting: a SYN was sent, and the peer has not replied yet.", "Normal for a moment; if it lasts, a firewall drops the packets or the peer is down."},
    {"state", "SYN_RECV", "syn-rcv syn-rcvd syn-received new-syn-recv", "A peer is connecting: its SYN was answered, and its acknowledgement has not arrived yet.", "Normal for a moment; very many mean a SYN flood, or replies that do not reach the peer."},
    {"state", "FIN_WAIT1", "", "The program has closed the connection, and the peer has not acknowledged that yet.", "Normal for a moment; if it lasts, the peer is unreachable or does not read its data."},
    {"state", "FIN_WAIT2", "", "The program has closed the connection, the peer has acknowledged that, and has not closed its side yet.", "The kernel ends it after net.ipv4.tcp_fin_timeout if no process holds it; if it stays, the peer forgets to close."},
    {"state", "TIME_WAIT", "", "The connection is closed; the kernel keeps its addresses in case packets of it are still in the network.", "Normal; it ends by itself after a minute on Linux. No process holds it."},
    {"state", "CLOSED", "close", "The socket is not in use.", "Normal before a program binds or connects the socket."},
    {"state", "CLOSE_WAIT", "", "The peer has closed the connection, and the program has not closed its socket yet.", "Normal for a moment; if they stay or grow, the program forgets to close sockets: restart or repair it."},
    {"state", "LAST_ACK", "", "Both sides have closed the connection, the peer first; its last acknowledgement has not arrived yet.", "Normal for a moment; it ends by itself if the peer has gone."},
    {"state", "LISTEN", "listening", "The socket waits for incoming connections.", "Normal for a server; Reach shows which machines can connect."},
    {"state", "CLOSING", "", "Both sides have closed the connection at the same time, and one acknowledgement has not arrived yet.", "Normal for a moment, and rare."},
    {"state", "BOUND", "bound-inactive", "The TCP socket is bound to a port, but neither listens nor is connected.", "It makes bind(2) fail with EADDRINUSE (Address already in use). Listed with -a, 'state bound', or a local port by number."},
    {"state", "UNCONN", "unconnected", "The socket is connectionless and has no peer, as that of a UDP server.", "Normal; it receives from everyone who can reach its address."},
    {"state", "PUBLISHED", "", "No socket has the port: a rule of nftables or iptables sends its connections elsewhere, as to a container.", "A program can bind it, but gets no such connection. Listed with 'state published', published columns, or a port by number."},

    {"owner_unknown", "time_wait", "", "The process has closed the socket, and the connection is in the state TIME_WAIT.", "Normal; it ends by itself."},
    {"owner_unknown", "syn_recv", "", "The socket is a half-open connection of a listener.", "Normal for a moment; its owner is that of the listener."},
    {"owner_unknown", "accept_queue", "", "The connection is complete and waits until a process accepts it.", "Normal for a moment; if they stay, the server is too slow or hangs: see --queues."},
    {"owner_unknown", "orphan", "", "The process has closed the socket, and the kernel is still closing the connection.", "Normal; it ends by itself."},
    {"owner_unknown", "kernel", "", "The kernel created the socket: its end of a netlink protocol, or the UDP socket of a VXLAN or GENEVE interface.", "Normal; no process can hold it."},
    {"owner_unknown", "not_permitted", "", "Some processes could not be read; one of them may hold the socket.", "Run portls as root."},
    {"owner_unknown", "not_found", "", "All processes were read, and none of them holds the socket.", "The kernel may serve it (NFS, WireGuard), or a process of another PID namespace holds it."},

    {"reach", "loopback", "", "Only this machine can connect: the address is a loopback address, or only a rule for this machine publishes the port.", "Normal for databases and other services of this machine."},
    {"reach", "link_local", "", "Machines on the same link can connect: the address is link-local.", "Routers do not forward these addresses."},
    {"reach", "private", "", "Machines of the private network can connect: the address is private (RFC 1918, RFC 4193 or RFC 6598).", "A router may forward a port of its public address to it."},
    {"reach", "public", "", "All machines can connect: the address is public.", "A firewall, which portls does not read, may still forbid it."},
    {"reach", "multicast", "", "The socket receives what is sent to a multicast address.", "Normal for services that find each other, such as mDNS and SSDP."},
    {"reach", "any_v4", "", "The listener accepts connections on all IPv4 addresses.", "If only this machine needs it, bind it to 127.0.0.1; a firewall may forbid it."},
    {"reach", "any_v6", "", "The listener accepts connections on all IPv6 addresses, and not on IPv4 addresses.", "If only this machine needs it, bind it to ::1; a firewall may forbid it."},
    {"reach", "any", "", "The listener accepts connections on all IPv4 and IPv6 addresses.", "If only this machine needs it, bind it to a loopback address. The filter 'reach any' also matches any_v4 and any_v6."},
    {"reach", "none", "", "No peer can connect: no interface has the address.", "The interface is down or lost its address, or the program uses IP_FREEBIND."},
    {"opened_by", "local", "", "This end opened the TCP connection: it sent the first SYN.", "Usually that of a client; if both ends sent a SYN at once, it is shown for both."},
    {"opened_by", "peer", "", "The other end opened the TCP connection, and a listener of this machine accepted it.", "Usually that of a server."},

    {"place", "usual", "", "The program uses its usual port.", "Normal."},
    {"place", "moved", "", "A known program uses another port than usual.", "Often intended, as for a second server; a hint only, because processes choose their names."},
    {"place", "unlikely", "", "Other programs usually use this port.", "Check which program it is; a hint only, because processes choose their names."},

    {"class", "system", "well-known", "A port from 0 to 1023 that IANA has assigned.", "On most systems, only privileged processes can bind it."},
    {"class", "user", "registered", "A port from 1024 to 49151 that IANA has assigned.", "Any user can bind it; other programs than the registered one often do."},
    {"class", "dynamic", "ephemeral", "A port from 49152 to 65535, which IANA never assigns.", "For private use and for outgoing connections."},
    {"class", "system-unassigned", "", "A port from 0 to 1023 that is not assigned.", "On most systems, only privileged processes can bind it."},
    {"class", "system-reserved", "", "A port from 0 to 1023 that IANA has reserved.", "It will not be assigned for this protocol at present."},
    {"class", "system-deregistered", "", "A port from 0 to 1023 whose assignment has ended.", "Programs may still use it."},
    {"class", "user-unassigned", "", "A port from 1024 to 49151 that is not assigned.", "Free to use; portname -u -l lists such ports that are not in use."},
    {"class", "user-reserved", "", "A port from 1024 to 49151 that IANA has reserved.", "It will not be assigned for this protocol at present."},
    {"class", "user-deregistered", "", "A port from 1024 to 49151 whose assignment has ended.", "Programs may still use it."},

    {"queue_remark", "full", "", "More connections wait to be accepted than the queue holds.", "New connections are dropped: the server is too slow or hangs, or its limit (listen(2)) is too small."},
    {"queue_remark", "somaxconn", "", "The limit of the queue equals net.core.somaxconn and may have been reduced to it.", "Raise net.core.somaxconn and restart the server, if the queue is often full."},

    {"association", "CLOSED", "", "SCTP: there is no association.", "Normal."},
    {"association", "COOKIE_WAIT", "", "SCTP: the program is connecting, and the peer has not replied with a cookie yet.", "Normal for a moment; if it lasts, the peer is unreachable."},
    {"association", "COOKIE_ECHOED", "", "SCTP: the cookie was returned, and the peer has not acknowledged it yet.", "Normal for a moment."},
    {"association", "ESTABLISHED", "", "SCTP: the association is open.", "Normal."},
    {"association", "SHUTDOWN_PENDING", "", "SCTP: the program has closed the association, and data is still being sent.", "Normal for a moment."},
    {"association", "SHUTDOWN_SENT", "", "SCTP: the peer was told of the end, and has not acknowledged it yet.", "Normal for a moment."},
    {"association", "SHUTDOWN_RECEIVED", "", "SCTP: the peer ends the association, and data is still being sent to it.", "Normal for a moment."},
    {"association", "SHUTDOWN_ACK_SENT", "", "SCTP: the end was acknowledged, and the peer has not confirmed that yet.", "Normal for a moment."},

    {"timer", "retransmit", "", "Data was sent, and its acknowledgement is awaited.", "Normal; with a growing number of retransmissions, packets are lost or the peer is unreachable."},
    {"timer", "keepalive", "", "The connection is idle; the kernel will test whether the peer is still there.", "Normal; the program has set SO_KEEPALIVE."},
    {"timer", "time_wait", "", "The connection is closed; its addresses are kept until this timer ends.", "Normal."},
    {"timer", "probe", "persist", "The peer accepts no more data (zero window); the kernel asks it again and again.", "The program at the other end does not read its data."},
    {"timer", "none", "", "No timer runs.", "Normal for an idle connection without SO_KEEPALIVE."},

    {"ca_state", "open", "", "Congestion control: no sign of loss.", "Normal."},
    {"ca_state", "disorder", "", "Congestion control: packets arrived out of order or were acknowledged selectively.", "Often harmless."},
    {"ca_state", "cwr", "", "Congestion control: the sender has slowed down after a notice of congestion.", "The path is busy."},
    {"ca_state", "recovery", "", "Congestion control: lost packets are being sent again.", "Some loss on the path."},
    {"ca_state", "loss", "", "Congestion control: an acknowledgement did not arrive in time; the sender starts again slowly.", "Heavy loss on the path, or the peer is unreachable."},

    {"shutdown", "none", "", "Neither direction is shut down.", "Normal."},
    {"shutdown", "receive", "", "The socket receives no more data (shutdown(2)).", "Normal if the program has nothing more to read."},
    {"shutdown", "send", "", "The socket sends no more data (shutdown(2)).", "Normal if the program has sent everything."},
    {"shutdown", "both", "", "Both directions are shut down.", "The program will close the socket."},
};
/* clang-format on */

const struct pl_explanation *pl_explanation_row(size_t index)
{
    return index < COUNT_OF(rows) ? &rows[index] : NULL;
}

const struct pl_explanation *pl_explanation_get(const char *kind, struct pl_text word)
{
    for (size_t i = 0; word.data && i < COUNT_OF(rows); i++) {
        if (strcmp(rows[i].kind, kind) == 0 && strlen(rows[i].word) == word.len &&
            memcmp(rows[i].word, word.data, word.len) == 0)
            return &rows[i];
    }
    return NULL;
}

static bool is_spelled(const struct pl_explanation *row, const char *word)
{
    size_t len = strlen(word);

    if (pl_word_is(row->word, strlen(row->word), word, len))
        return true;
    for (const char *also = row->also; *also != '\0';) {
        size_t own = strcspn(also, " ");

        if (pl_word_is(also, own, word, len))
            return true;
        also += own + (also[own] == ' ');
    }
    return false;
}

const struct pl_explanation *pl_explanation_find(const char *word, size_t *at)
{
    while (*at < COUNT_OF(rows)) {
        const struct pl_explanation *row = &rows[(*at)++];

        if (is_spelled(row, word))
            return row;
    }
    return NULL;
}
