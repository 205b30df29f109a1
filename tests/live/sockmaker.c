/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockmaker SCENARIO[:COUNT]...: makes sockets for the live tests. sockmaker.h explains it,
 * sm_ledger.c its output. `sockmaker --list` lists the scenarios.
 */
#include "sockmaker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Shorter than the 60 seconds of TIME_WAIT. */
#define REFRESH_MS 15000

static const struct {
    const char *name;
    sm_scenario *make;
    unsigned in_all; /* how many "all" makes; 0: only by name */
    const char *help;
} scenarios[] = {
    {"tcp-listen", sm_tcp_listen, 16, "listeners of known backlog, all kinds of address"},
    {"tcp-queue", sm_tcp_queue, 5, "listeners of backlog 7 with three connections waiting"},
    {"tcp-pairs", sm_tcp_pair, 12, "connections, both ends ours"},
    {"tcp-apart", sm_tcp_apart, 0, "ten connections, the clients' ends in another process"},
    {"tcp-bytes", sm_tcp_bytes, 4, "unread and unsent bytes"},
    {"tcp-keepalive", sm_tcp_keepalive, 0, "connections with SO_KEEPALIVE at one end"},
    {"tcp-bound", sm_tcp_bound, 8, "bound, neither listening nor connected"},
    {"tcp-reset", sm_tcp_reset, 2, "bound, connected and reset"},
    {"closed", sm_closed, 2, "TCP and UDP sockets in no table"},
    {"udp", sm_udp, 16, "UDP without a peer"},
    {"udp-connected", sm_udp_connected, 10, "UDP with a peer"},
    {"udp-bytes", sm_udp_bytes, 5, "unread datagrams"},
    {"reuseport", sm_reuseport, 2, "SO_REUSEPORT groups"},
    {"device", sm_device, 2, "SO_BINDTODEVICE"},
    {"mark", sm_mark, 0, "SO_MARK"},
    {"linklocal", sm_linklocal, 2, "one link-local address and port on two interfaces"},
    {"fork", sm_fork, 6, "held by four processes after fork"},
    {"scm", sm_scm, 6, "held by two processes after SCM_RIGHTS"},
    {"dup", sm_dup, 3, "two descriptors of one process"},
    {"inflight", sm_inflight, 3, "sent by SCM_RIGHTS, received by nobody"},
    {"hostile", sm_hostile, 3, "processes with evil names and without any"},
    {"tcp-states", sm_tcp_states, 8, "one of each TCP state, with and without owner"},
    {"thread", sm_thread, 0, "held in a thread's own descriptor table"},
    {"leader", sm_leader, 0, "held by a process whose first thread has ended"},
    {"ring", sm_ring, 0, "held only as a fixed file of io_uring"},
    {"udp-bulk", sm_udp_bulk, 0, "UDP sockets, nothing else"},
    {"unix", sm_unix, 0, "UNIX sockets of every kind and evil names"},
    {"unix-plain", sm_unix_plain, 0, "UNIX sockets of every kind, plain names"},
    {"raw", sm_raw, 0, "raw IPv4 and IPv6"},
    {"packet", sm_packet, 0, "packet sockets, raw and cooked"},
    {"netlink", sm_netlink, 0, "netlink sockets with port ids and groups"},
    {"udplite", sm_udplite, 0, "UDP-Lite"},
    {"ping", sm_ping, 0, "ICMP echo (ping) sockets"},
    {"options", sm_options, 0, "with marks, types of service, another user"},
    {"unix-short", sm_unix_short, 0,
     "UNIX sockets with short abstract names, some with a forged row"},
    {"unix-waiting", sm_unix_waiting, 0, "UNIX connections that nobody accepts; no ledger"},
    {"packet-ring", sm_packet_ring, 0, "packet sockets with a ring and a fanout group; no ledger"},
    {"netlink-connected", sm_netlink_connected, 0, "netlink sockets with a peer; no ledger"},
    {"mptcp", sm_mptcp, 0, "MPTCP listener and connection"},
};
#define SCENARIO_COUNT (sizeof(scenarios) / sizeof(scenarios[0]))

static void make(size_t scenario, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        scenarios[scenario].make(i);
}

static void usage(const char *word)
{
    fprintf(stderr, "sockmaker: what is \"%s\"? See sockmaker --list\n", word);
    exit(2);
}

int sm_number(const char *word, int max)
{
    const char *error;
    long long number = strtonum(word, 0, max, &error);

    if (error)
        usage(word);
    return (int)number;
}

/* Makes the sockets of one operand: NAME, NAME:COUNT or all:TIMES. */
static void make_word(const char *word)
{
    size_t length = strcspn(word, ":");
    int count = 1;

    if (word[length] == ':')
        count = sm_number(word + length + 1, 100000);
    if (length == 3 && strncmp(word, "all", 3) == 0) {
        for (size_t i = 0; i < SCENARIO_COUNT; i++)
            make(i, (unsigned)count * scenarios[i].in_all);
        return;
    }
    for (size_t i = 0; i < SCENARIO_COUNT; i++) {
        if (strlen(scenarios[i].name) == length && strncmp(word, scenarios[i].name, length) == 0) {
            make(i, (unsigned)count);
            return;
        }
    }
    usage(word);
}

static void list(void)
{
    for (size_t i = 0; i < SCENARIO_COUNT; i++)
        printf("%-14s %3u  %s\n", scenarios[i].name, scenarios[i].in_all, scenarios[i].help);
}

/* Waits for a line or end of file on standard input. */
static void hold(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int got;

    while ((got = poll(&input, 1, REFRESH_MS)) == 0 || (got < 0 && errno == EINTR))
        sm_states_refresh();
}

int main(int argc, char **argv)
{
    sm_hostile_main();
    if (argc < 2)
        usage("");
    if (strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    sm_child_setup();
    sm_net_setup();
    for (int i = 1; i < argc; i++)
        make_word(argv[i]);
    puts("READY");
    if (fflush(stdout))
        sm_die("standard output");
    hold();
    return 0;
}
