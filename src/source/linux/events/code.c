/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembles the programs that write records of decode/linux/event.h into a ring buffer.
 *
 * State: called at each change of state of a TCP, MPTCP or SCTP socket, in all network namespaces.
 * The sockets are trusted pointers of BTF, whose members the program reads directly.
 *
 * UDP: called when a UDP socket was bound, and when its last descriptor is closed. The kernel passes
 * the same struct sock, but the verifier treats it as a struct bpf_sock, which lacks most members.
 * Therefore the program copies the start of the struct to its stack by bpf_probe_read_kernel(). No
 * hook reports a port that the kernel chose for a socket that was not bound explicitly (connect(2),
 * sendto(2)): such a socket is reported only when it ends.
 */
#include "program.h"

#include "decode/linux/event.h"

#include <errno.h>
#include <string.h>

#define FAMILY_INET 2

/* Bytes of struct sock_common that the program for UDP copies. */
#define COMMON_MAX 256

/* Arguments of the tracepoint. */
enum { ARG_SOCK = 0, ARG_OLD = 8, ARG_NEW = 16 };

static const struct pl_btf_want wanted[PL_EVENTS_WANTS] = {
    [PL_EVENTS_TRACE] = {.name = "btf_trace_inet_sock_set_state"},
    [PL_EVENTS_ANY_LOCAL] = {.name = "", .member = "skc_rcv_saddr"},
    [PL_EVENTS_ANY_NUM] = {.name = "", .member = "skc_num"},
    [PL_EVENTS_FAMILY] = {.name = "sock_common", .member = "skc_family"},
    [PL_EVENTS_STATE] = {.name = "sock_common", .member = "skc_state"},
    [PL_EVENTS_DEVICE] = {.name = "sock_common", .member = "skc_bound_dev_if"},
    [PL_EVENTS_NET] = {.name = "sock_common", .member = "skc_net"},
    [PL_EVENTS_NET_NS] = {.name = "net", .member = "ns"},
    [PL_EVENTS_NS_NUMBER] = {.name = "ns_common", .member = "inum"},
    [PL_EVENTS_ERROR] = {.name = "sock", .member = "sk_err"},
    [PL_EVENTS_PROTOCOL] = {.name = "sock", .member = "sk_protocol"},
    [PL_EVENTS_UID] = {.name = "sock", .member = "sk_uid"},
    [PL_EVENTS_SOCKET] = {.name = "sock", .member = "sk_socket"},
    [PL_EVENTS_SOCKET_FILE] = {.name = "socket", .member = "file"},
    [PL_EVENTS_FILE_INODE] = {.name = "file", .member = "f_inode"},
    [PL_EVENTS_INODE_NUMBER] = {.name = "inode", .member = "i_ino"},
    [PL_EVENTS_SPORT] = {.name = "inet_sock", .member = "inet_sport"},
    [PL_EVENTS_RECEIVED] = {.name = "tcp_sock", .member = "bytes_received"},
    [PL_EVENTS_ACKED] = {.name = "tcp_sock", .member = "bytes_acked"},
    [PL_EVENTS_SRTT] = {.name = "tcp_sock", .member = "srtt_us"},
    [PL_EVENTS_RETRANS] = {.name = "tcp_sock", .member = "total_retrans"},
    [PL_EVENTS_UNACKED] = {.name = "tcp_sock", .member = "snd_una"},
    [PL_EVENTS_EXPECTED] = {.name = "tcp_sock", .member = "rcv_nxt"},
    [PL_EVENTS_PEER6] = {.name = "sock_common", .member = "skc_v6_daddr"},
    [PL_EVENTS_LOCAL6] = {.name = "sock_common", .member = "skc_v6_rcv_saddr"},
    [PL_EVENTS_V6ONLY] = {.name = "sock_common", .member = "skc_ipv6only", .bits = true},
    [PL_EVENTS_SHUTDOWN] = {.name = "sock", .member = "sk_shutdown"},
    [PL_EVENTS_FREE_SKB] = {.name = "btf_trace_kfree_skb"},
    [PL_EVENTS_REASONS] = {.name = "skb_drop_reason"},
    [PL_EVENTS_SKB_HEAD] = {.name = "sk_buff", .member = "head"},
    [PL_EVENTS_SKB_TAIL] = {.name = "sk_buff", .member = "tail"},
    [PL_EVENTS_SKB_PROTOCOL] = {.name = "", .member = "protocol", .beside = "network_header"},
    [PL_EVENTS_SKB_NETWORK] = {.name = "", .member = "network_header", .beside = "protocol"},
    [PL_EVENTS_DEVICE_NET] = {.name = "net_device", .member = "nd_net"},
    [PL_EVENTS_SKB_SOCK] = {.name = "sk_buff", .member = "sk"},
};

void pl_events_wants(struct pl_btf_want wants[PL_EVENTS_WANTS], struct pl_btf_names *names)
{
    memcpy(wants, wanted, sizeof(wanted));
    names->start = "SKB_DROP_REASON_";
    wants[PL_EVENTS_REASONS].names = names;
}

int pl_events_check(const struct pl_btf_want wants[PL_EVENTS_WANTS])
{
    bool same = wants[PL_EVENTS_ANY_LOCAL].value == COMMON_LOCAL - COMMON_PEER &&
                wants[PL_EVENTS_ANY_NUM].value == COMMON_NUM - COMMON_DPORT &&
                wants[PL_EVENTS_FAMILY].value == COMMON_FAMILY &&
                wants[PL_EVENTS_STATE].value == COMMON_STATE &&
                wants[PL_EVENTS_DEVICE].value <= COMMON_MAX - 4 &&
                wants[PL_EVENTS_NET].value <= COMMON_MAX - 8 &&
                wants[PL_EVENTS_V6ONLY].value / 8 < COMMON_MAX &&
                wants[PL_EVENTS_PEER6].value <= COMMON_MAX - 16 &&
                wants[PL_EVENTS_LOCAL6].value <= COMMON_MAX - 16;

    return same ? 0 : -ENOTSUP;
}

/* ---- what both have in common ---- */

/* The compiler numbers the bits of a byte in the order of its bytes. */
static int mask_of(uint32_t bit)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0x80 >> bit % 8 : 1 << bit % 8;
}

/* Copies members of struct sock_common, which is at src + at. */
static void put_addresses(struct writer *w, const struct pl_btf_want *wants, int src, int at)
{
    copy(w, BPF_H, PL_EVENT_PEER_PORT, src, at + COMMON_DPORT);
    copy(w, BPF_H, PL_EVENT_LOCAL_PORT, src, at + COMMON_NUM);
    copy(w, BPF_W, PL_EVENT_IFINDEX, src, at + (int)wants[PL_EVENTS_DEVICE].value);
    copy(w, BPF_H, PL_EVENT_FAMILY, src, at + COMMON_FAMILY);
    jump(w, BPF_JNE, R1, FAMILY_INET, IPV6);
    copy(w, BPF_W, PL_EVENT_PEER, src, at + COMMON_PEER);
    copy(w, BPF_W, PL_EVENT_LOCAL, src, at + COMMON_LOCAL);
    go(w, ADDED);
    place(w, IPV6);
    put_number(w, BPF_B, PL_EVENT_V6ONLY, 0);
    if (wants[PL_EVENTS_V6ONLY].found) {
        load(w, BPF_B, R1, src, at + (int)(wants[PL_EVENTS_V6ONLY].value / 8));
        alu(w, BPF_AND, R1, mask_of(wants[PL_EVENTS_V6ONLY].value));
        store(w, BPF_B, RECORD, PL_EVENT_V6ONLY, R1);
    }
    for (int i = 0; i < 16 && wants[PL_EVENTS_LOCAL6].found; i += 8) {
        copy(w, BPF_DW, PL_EVENT_PEER + i, src, at + (int)wants[PL_EVENTS_PEER6].value + i);
        copy(w, BPF_DW, PL_EVENT_LOCAL + i, src, at + (int)wants[PL_EVENTS_LOCAL6].value + i);
    }
    place(w, ADDED);
}

static void put_context(struct writer *w)
{
    call(w, BPF_FUNC_ktime_get_boot_ns);
    store(w, BPF_DW, RECORD, PL_EVENT_TIME, R0);
    move(w, R1, SOCK);
    call(w, BPF_FUNC_get_socket_cookie);
    store(w, BPF_DW, RECORD, PL_EVENT_COOKIE, R0);
    call(w, BPF_FUNC_get_current_pid_tgid);
    alu(w, BPF_RSH, R0, 32);
    store(w, BPF_W, RECORD, PL_EVENT_PID, R0);
    call(w, BPF_FUNC_get_current_uid_gid);
    store(w, BPF_W, RECORD, PL_EVENT_UID, R0);
    move(w, R1, RECORD);
    alu(w, BPF_ADD, R1, PL_EVENT_NAME);
    set(w, R2, 16); /* TASK_COMM_LEN */
    call(w, BPF_FUNC_get_current_comm);
}

/* ---- the tracepoint ---- */

/* R0 = the socket as a struct tcp_sock, or NULL: only then the numbers of TCP are absent. */
static void put_tcp(struct writer *w, const struct pl_btf_want *wants)
{
    put_number(w, BPF_B, PL_EVENT_TCP, 0);
    put_number(w, BPF_H, PL_EVENT_SPORT, 0);
    move(w, R1, SOCK);
    call(w, BPF_FUNC_skc_to_tcp_sock);
    jump(w, BPF_JEQ, R0, 0, NO_TCP);
    put_number(w, BPF_B, PL_EVENT_TCP, 1);
    copy(w, BPF_H, PL_EVENT_SPORT, R0, wants[PL_EVENTS_SPORT].value);
    copy(w, BPF_DW, PL_EVENT_BYTES_IN, R0, wants[PL_EVENTS_RECEIVED].value);
    copy(w, BPF_DW, PL_EVENT_BYTES_OUT, R0, wants[PL_EVENTS_ACKED].value);
    copy(w, BPF_W, PL_EVENT_SRTT, R0, wants[PL_EVENTS_SRTT].value);
    copy(w, BPF_W, PL_EVENT_RETRANS, R0, wants[PL_EVENTS_RETRANS].value);
    copy(w, BPF_W, PL_EVENT_UNACKED, R0, wants[PL_EVENTS_UNACKED].value);
    copy(w, BPF_W, PL_EVENT_EXPECTED, R0, wants[PL_EVENTS_EXPECTED].value);
    place(w, NO_TCP);
}

/* A read through a NULL pointer returns 0, as for a socket without a file. */
static void put_members(struct writer *w, const struct pl_btf_want *wants)
{
    copy(w, BPF_H, PL_EVENT_PROTOCOL, SOCK, wants[PL_EVENTS_PROTOCOL].value);
    load(w, BPF_W, R1, SOCK, wants[PL_EVENTS_ERROR].value);
    store(w, BPF_H, RECORD, PL_EVENT_ERROR, R1); /* at most 4095 */
    copy(w, BPF_W, PL_EVENT_SOCK_UID, SOCK, wants[PL_EVENTS_UID].value);
    if (wants[PL_EVENTS_SHUTDOWN].found)
        copy(w, BPF_B, PL_EVENT_SHUTDOWN, SOCK, wants[PL_EVENTS_SHUTDOWN].value);
    else
        put_number(w, BPF_B, PL_EVENT_SHUTDOWN, 0);
    load(w, BPF_DW, R1, SOCK, wants[PL_EVENTS_NET].value);
    copy(w, BPF_W, PL_EVENT_NETNS, R1,
         (int64_t)wants[PL_EVENTS_NET_NS].value + wants[PL_EVENTS_NS_NUMBER].value);
    load(w, BPF_DW, R1, SOCK, wants[PL_EVENTS_SOCKET].value);
    load(w, BPF_DW, R1, R1, wants[PL_EVENTS_SOCKET_FILE].value);
    load(w, BPF_DW, R1, R1, wants[PL_EVENTS_FILE_INODE].value);
    copy(w, BPF_DW, PL_EVENT_INODE, R1, wants[PL_EVENTS_INODE_NUMBER].value);
}

/*
 * The kernel does not run a program on a processor on which an interrupt stopped the same program.
 * Therefore there are two: the second one runs after the first one, and takes the changes that the
 * first one did not see. A mark of the change, in memory of the processor, records that it did.
 * SOCK's cookie and both states are the mark, and select its slot.
 */
static void take_once(struct writer *w, int counts, int marks, bool second)
{
    put(w, BPF_ST | BPF_MEM | BPF_W, FP, 0, -4, 0);
    set_map(w, R1, BPF_PSEUDO_MAP_FD, marks);
    move(w, R2, FP);
    alu(w, BPF_ADD, R2, -4);
    call(w, BPF_FUNC_map_lookup_elem);
    jump(w, BPF_JEQ, R0, 0, IGNORED); /* never */
    move(w, RECORD, R0);
    move(w, R1, SOCK);
    call(w, BPF_FUNC_get_socket_cookie);
    move(w, R1, R0);
    alu(w, BPF_AND, R1, PL_EVENTS_MARKS - 1);
    alu(w, BPF_LSH, R1, 3);
    alu_by(w, BPF_ADD, RECORD, R1);
    move(w, R1, OLD);
    alu(w, BPF_LSH, R1, 8);
    alu_by(w, BPF_OR, R1, NEW);
    alu(w, BPF_LSH, R1, 48);
    alu_by(w, BPF_XOR, R0, R1);
    if (!second) {
        store(w, BPF_DW, RECORD, 0, R0);
        return;
    }
    load(w, BPF_DW, R1, RECORD, 0);
    jump_by(w, BPF_JNE, R1, R0, NOT_YET);
    put_number(w, BPF_DW, 0, 0);
    go(w, IGNORED);
    place(w, NOT_YET);
    count(w, counts, COUNT_CAUGHT);
}

void pl_events_code_state(const struct pl_btf_want wants[PL_EVENTS_WANTS], int ring, int counts,
                          int marks, bool second, struct pl_bpf_code *out)
{
    struct writer w = {.out = out};

    out->count = 0;
    load(&w, BPF_DW, OLD, R1, ARG_OLD);
    load(&w, BPF_DW, NEW, R1, ARG_NEW);
    load(&w, BPF_DW, SOCK, R1, ARG_SOCK);
    take_once(&w, counts, marks, second);
    reserve(&w, ring, PL_EVENT_SIZE);
    store(&w, BPF_B, RECORD, PL_EVENT_OLD, OLD);
    store(&w, BPF_B, RECORD, PL_EVENT_NEW, NEW);
    put_number(&w, BPF_B, PL_EVENT_KIND, PL_REPORT_STATE);
    put_addresses(&w, wants, SOCK, 0);
    put_members(&w, wants);
    put_context(&w);
    put_tcp(&w, wants);
    submit(&w, counts, 0);
}

/* ---- the hooks for UDP ---- */

enum { COPY = -COMMON_MAX };

/* Reads size bytes at R3. The destination is in R1. */
static void probe(struct writer *w, int size)
{
    set(w, R2, size);
    call(w, BPF_FUNC_probe_read_kernel);
}

static int common_size(const struct pl_btf_want *wants)
{
    static const struct {
        enum pl_events_want want;
        uint32_t size;
    } members[] = {
        {PL_EVENTS_DEVICE, 4}, {PL_EVENTS_NET, 8}, {PL_EVENTS_PEER6, 16}, {PL_EVENTS_LOCAL6, 16}};
    uint32_t size = 0;

    for (size_t i = 0; i < COUNT_OF(members); i++) {
        uint32_t end_of = wants[members[i].want].value + members[i].size;

        if (end_of > size)
            size = end_of;
    }
    return (int)size;
}

void pl_events_code_udp(const struct pl_btf_want wants[PL_EVENTS_WANTS], enum pl_report_kind kind,
                        int ring, int counts, struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;

    out->count = 0;
    move(w, SOCK, R1);
    load(w, BPF_W, NEW, SOCK, offsetof(struct bpf_sock, protocol));
    jump(w, BPF_JEQ, NEW, 17, SUBMIT);
    jump(w, BPF_JNE, NEW, 136, IGNORED); /* UDP-Lite */
    place(w, SUBMIT);
    move(w, R3, SOCK);
    move(w, R1, FP);
    alu(w, BPF_ADD, R1, COPY);
    probe(w, common_size(wants));
    jump(w, BPF_JNE, R0, 0, IGNORED);
    load(w, BPF_H, R1, FP, COPY + COMMON_NUM);
    jump(w, BPF_JEQ, R1, 0, IGNORED); /* it never had a port */
    reserve(w, ring, PL_EVENT_SIZE);
    store(w, BPF_H, RECORD, PL_EVENT_PROTOCOL, NEW);
    copy(w, BPF_B, PL_EVENT_OLD, FP, COPY + COMMON_STATE);
    copy(w, BPF_B, PL_EVENT_NEW, FP, COPY + COMMON_STATE);
    put_number(w, BPF_B, PL_EVENT_KIND, (int)kind);
    put_number(w, BPF_B, PL_EVENT_TCP, 0);
    put_number(w, BPF_H, PL_EVENT_SPORT, 0);
    put_number(w, BPF_DW, PL_EVENT_INODE, 0);
    put_number(w, BPF_H, PL_EVENT_ERROR, 0);
    put_number(w, BPF_B, PL_EVENT_SHUTDOWN, 0);
    put_addresses(w, wants, FP, COPY);
    put_context(w);
    put_number(w, BPF_W, PL_EVENT_NETNS, 0);
    move(w, R1, RECORD);
    alu(w, BPF_ADD, R1, PL_EVENT_NETNS);
    load(w, BPF_DW, R3, FP, COPY + (int64_t)wants[PL_EVENTS_NET].value);
    alu(w, BPF_ADD, R3, (int)(wants[PL_EVENTS_NET_NS].value + wants[PL_EVENTS_NS_NUMBER].value));
    probe(w, 4);
    move(w, R1, RECORD);
    alu(w, BPF_ADD, R1, PL_EVENT_SOCK_UID);
    move(w, R3, SOCK);
    alu(w, BPF_ADD, R3, (int)wants[PL_EVENTS_UID].value);
    probe(w, 4);
    submit(w, counts, 1); /* 1: permits it */
}
