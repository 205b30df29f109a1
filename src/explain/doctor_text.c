/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All words of "portls doctor": a table of templates. {name} is replaced by a value; {name|word} by a
 * number and the word, in the plural unless the number is 1. A part in brackets is left out if a
 * value in it is not known.
 */
#include "doctor.h"

#include "model/array.h"

#include <string.h>

#define SILENT \
    "proto tcp state syn-sent pid {pid} peer_address {peer_address} peer_port {peer_port}"
#define LISTENER "proto tcp state listen local_address {local_address} local_port {port}"

static const struct words {
    enum pl_rule rule;
    enum pl_finding_case kind;
    const char *text, *evidence, *filter, *remedy;
} words[] = {
    {PL_RULE_CLOSE_WAIT, PL_CASE_NONE,
     "{process} does not close {count|connection} that the other end closed",
     "CLOSE_WAIT[, for {age} and more]",
     "proto tcp state close-wait[ pid {pid}][ owner_unknown {reason}]",
     "the program leaks descriptors: it must close(2) a socket when read(2) returns 0; restart it "
     "to free them"},
    {PL_RULE_ACCEPT_QUEUE, PL_CASE_FULL,
     "the accept queue of {local} is full, so new connections are dropped",
     "{value|connection} waiting, limit {limit}[, net.core.somaxconn={somaxconn}], {process}",
     LISTENER, "find out why the program does not accept(2); a longer queue needs {limiter}"},
    {PL_RULE_ACCEPT_QUEUE, PL_CASE_FILLING, "the accept queue of {local} is more than half full",
     "{value|connection} waiting, limit {limit}[, net.core.somaxconn={somaxconn}], {process}",
     LISTENER,
     "the program accepts more slowly than clients connect; a longer queue needs "
     "{limiter}"},
    {PL_RULE_ACCEPT_OVERFLOW, PL_CASE_NONE, "{value|connection} found a full accept queue {period}",
     "TcpExtListenOverflows[; the fullest queue is that of {local} now, {queue} waiting, "
     "{process}]",
     "[" LISTENER "]",
     "watch the queues: portls -l --queues; the program must accept(2) faster, or call listen(2) "
     "with a larger backlog, up to net.core.somaxconn"},
    {PL_RULE_SYN_QUEUE, PL_CASE_HALF,
     "{count|connection} to port {port} are half open, more than half of the limit",
     "SYN_RECV, limit {limit}", "proto tcp state syn-recv local_port {port}",
     "look at the addresses: a flood of SYNs, or clients whose replies are lost; "
     "net.ipv4.tcp_syncookies=1 keeps the port usable"},
    {PL_RULE_SYN_QUEUE, PL_CASE_COOKIES, "{value|SYN cookie} had to be sent {period}",
     "TcpExtSyncookiesSent", "",
     "a listener got more SYNs than fit its queue: portls state syn-recv"},
    {PL_RULE_SYN_QUEUE, PL_CASE_DROPPED, "{value|SYN} were dropped {period}",
     "TcpExtTCPReqQFullDrop", "",
     "set net.ipv4.tcp_syncookies=1, or let the program call listen(2) with a larger backlog"},
    {PL_RULE_EPHEMERAL_PORTS, PL_CASE_NONE,
     "connections to {peer} use {value} of {limit} ephemeral ports: soon, connect(2) fails with "
     "EADDRNOTAVAIL",
     "from {local_address}, net.ipv4.ip_local_port_range={first} {last}, {other} in TIME_WAIT, "
     "{process}",
     "proto tcp local_address {local_address} peer_address {peer_address} peer_port {peer_port} "
     "lport {first}-{last}",
     "keep connections open for several requests, widen the range, or use more addresses on "
     "either side"},
    {PL_RULE_PORT_IN_RANGE, PL_CASE_NONE,
     "{process} listens on port {port}, which the kernel may give to an outgoing connection while "
     "the program does not run",
     "net.ipv4.ip_local_port_range={first} {last}", "proto tcp state listen local_port {port}",
     "reserve it, beside those that are reserved: sysctl net.ipv4.ip_local_reserved_ports={port}"},
    {PL_RULE_STUCK_SENDER, PL_CASE_NONE,
     "{peer_address} does not read {count|connection}: {other|byte} wait to be sent",
     "zero window, no data sent for {age}, {process}",
     "proto tcp timer probe send_q gt 0 last_data_sent ge {stuck} peer_address {peer_address}",
     "the program at the other end hangs or is too slow; set a timeout for sending, "
     "TCP_USER_TIMEOUT"},
    {PL_RULE_DEAD_PEER, PL_CASE_NONE, "{peer_address} does not answer on {count|connection}",
     "{value} retransmissions in a row, {other|byte} wait to be acknowledged, {process}",
     "proto tcp timer retransmit retries ge {dead} peer_address {peer_address} not ( state "
     "syn-sent or state syn-recv )",
     "the host or the path to it is down; set TCP_USER_TIMEOUT or keepalives so that the program "
     "notices"},
    {PL_RULE_SILENT_SERVER, PL_CASE_NONE,
     "{process} listens on port {limit}, but {peer}, to which it connects, does not answer",
     "{count|connection} in SYN_SENT, the SYN repeated {value|time}; {other|client} connected",
     SILENT,
     "start the server there, or correct its address in the configuration of the proxy; a firewall "
     "may also drop the SYNs"},
    {PL_RULE_SILENT_SERVER, PL_CASE_ABSENT,
     "{process} listens on port {limit}, but no socket listens on {peer}, to which it connects",
     "{count|connection} in SYN_SENT, the SYN repeated {value|time}; {other|client} connected; the "
     "address is of this machine",
     SILENT, "start the server there, or correct its address in the configuration of the proxy"},
    {PL_RULE_RETRANSMISSIONS, PL_CASE_NONE,
     "{percent} % of the TCP segments were retransmitted {period}",
     "{value} of {limit}[; most to {peer_address}: {other} on {count|connection} since they "
     "opened, {process}]",
     "[proto tcp peer_address {peer_address} total_retrans gt 0]",
     "packets are lost on the way: check the network interface, its cable and the switch"},
    {PL_RULE_UDP_DROPS, PL_CASE_NONE, "{process} lost {value|datagram} on {local}[ {period}]",
     "{other|drop} since the socket was opened[, receive buffer {buffer|byte}]",
     "proto udp local_address {local_address} local_port {port} drops gt 0",
     "the program reads too slowly, or bursts do not fit: set a larger SO_RCVBUF, up to "
     "net.core.rmem_max"},
    {PL_RULE_DESCRIPTORS, PL_CASE_NONE,
     "{process} has {value|descriptor} of sockets, of at most {limit}: soon, accept(2) and open(2) "
     "fail with EMFILE",
     "RLIMIT_NOFILE; other files count, too", "pid {pid}",
     "find out whether the program closes its sockets, or raise the limit: LimitNOFILE= of systemd, "
     "ulimit -n"},
    {PL_RULE_TCP_MEMORY, PL_CASE_FULL,
     "TCP uses {value} of {limit} pages of memory: connections will be reset",
     "net.ipv4.tcp_mem, of the whole machine", "",
     "find sockets with much data: portls -t --sort -recv_q; or raise net.ipv4.tcp_mem"},
    {PL_RULE_TCP_MEMORY, PL_CASE_FILLING,
     "TCP uses {value} pages of memory, above the threshold of {limit}: buffers become smaller",
     "net.ipv4.tcp_mem, of the whole machine", "",
     "find sockets with much data: portls -t --sort -recv_q; or raise net.ipv4.tcp_mem"},
    {PL_RULE_TCP_MEMORY, PL_CASE_PRESSURE, "TCP ran short of memory {value|time} {period}",
     "TcpExtTCPMemoryPressures", "",
     "find sockets with much data: portls -t --sort -recv_q; or raise net.ipv4.tcp_mem"},
    {PL_RULE_EXPOSED, PL_CASE_NONE,
     "{process} accepts connections on port {port} from every network",
     "{local}, reach {reach}; a firewall may restrict it, which is not visible here",
     "proto {proto} local_port {port} reach any,public[ pid {pid}][ owner_unknown {reason}]",
     "bind it to 127.0.0.1 or to an address of the network that needs it, or set a firewall rule"},
    {PL_RULE_OPEN_V6, PL_CASE_NONE,
     "{process} listens on port {port} only locally for IPv4, but on every address for IPv6",
     "{local}", "proto tcp state listen local_port {port} pid {pid}",
     "bind it to ::1 instead of ::, unless this is intended"},
    {PL_RULE_MOVED, PL_CASE_NONE, "{process} listens on port {port}[, usually on {usual}]",
     "{local}", "place moved proto {proto} local_port {port} pid {pid}",
     "nothing, if this is intended"},
    {PL_RULE_UNLIKELY, PL_CASE_NONE,
     "{process} listens on port {port}[, which {use} servers usually use]", "{local}",
     "place unlikely proto {proto} local_port {port} pid {pid}", "check which program this is"},
    {PL_RULE_DELETED_EXE, PL_CASE_NONE,
     "the executable of {process} was replaced or removed after it started", "{exe}", "pid {pid}",
     "restart it to run the new version; if there was no upgrade, check what it is"},
    {PL_RULE_UNEVEN_QUEUES, PL_CASE_NONE,
     "of the {count} listeners on {local}, one has {value|connection} waiting, another {other}",
     "SO_REUSEPORT, {process}", LISTENER,
     "one of the workers hangs, or a BPF program chooses the listener"},
    {PL_RULE_UNSEEN, PL_CASE_NONE, "{note}", "", "[owner_unknown {hidden}]", "{help}"},
};

/* Appends a template up to its end or to a closing bracket, which it returns. */
static const char *fill(const struct doctor_source *source, const char *from, char *buf,
                        bool *known)
{
    *known = true;
    while (*from != '\0' && *from != ']') {
        const size_t before = strlen(buf);
        const size_t plain = strcspn(from, "{[]");
        const char *end;
        bool inner;

        pl_doctor_put_text(buf, (struct pl_text){from, (uint32_t)plain});
        from += plain;
        if (*from == '{') {
            end = strchr(from, '}');
            *known &= pl_doctor_value(source,
                                      (struct pl_text){from + 1, (uint32_t)(end - from) - 1}, buf);
            from = end + 1;
        } else if (*from == '[') {
            from = fill(source, from + 1, buf, &inner) + 1;
            if (!inner)
                buf[before + plain] = '\0';
        }
    }
    return from;
}

static const struct words *words_of(const struct pl_finding *finding)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(words) &&
           (words[i].rule != finding->rule || words[i].kind != finding->kind))
        i++;
    return &words[i];
}

static void write(const struct pl_examination *examination, const struct pl_finding *finding,
                  const char *from, char *buf)
{
    const struct doctor_source source = {.examination = examination, .finding = finding};
    bool known;

    buf[0] = '\0';
    (void)fill(&source, from, buf, &known);
}

void pl_finding_text(const struct pl_examination *examination, const struct pl_finding *finding,
                     char *buf)
{
    write(examination, finding, words_of(finding)->text, buf);
}

void pl_finding_evidence(const struct pl_examination *examination, const struct pl_finding *finding,
                         char *buf)
{
    write(examination, finding, words_of(finding)->evidence, buf);
    if (finding->more > 0)
        pl_doctor_put(buf, "%sand %llu more findings of this rule", buf[0] != '\0' ? "; " : "",
                      (unsigned long long)finding->more);
}

void pl_finding_filter(const struct pl_examination *examination, const struct pl_finding *finding,
                       char *buf)
{
    write(examination, finding, words_of(finding)->filter, buf);
}

void pl_finding_remedy(const struct pl_examination *examination, const struct pl_finding *finding,
                       char *buf)
{
    write(examination, finding, words_of(finding)->remedy, buf);
}

void pl_finding_since(const struct pl_examination *examination, const struct pl_finding *finding,
                      char *buf)
{
    const uint64_t seconds = finding->seconds > 0 ? finding->seconds : finding->age_ms / 1000;

    (void)examination;
    buf[0] = '\0';
    if (finding->boot)
        pl_doctor_put(buf, "boot");
    else if (seconds > 0)
        pl_doctor_put(buf, "%llu s", (unsigned long long)seconds);
}
