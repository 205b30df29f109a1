/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembles the program that reports dropped SYNs. It is called for each packet that the kernel drops, in
 * all network namespaces, and writes a record of decode/linux/event.h for TCP segments with SYN. The
 * verifier does not follow pointers to bytes of a packet: bpf_probe_read_kernel() copies the headers,
 * which are in the linear part of a packet that was dropped because of them, or after them.
 */
#include "program.h"

#include "decode/linux/event.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

/* Arguments of the tracepoint. */
enum { ARG_SKB = 0, ARG_REASON = 16 };

/* Registers that calls preserve. SOCK of program.h is the packet, OLD its reason. */
enum { SKB = SOCK, REASON = OLD, HEADER = NEW, LEFT = RECORD };

/* Labels beside those of submit(). */
enum { DROP_IPV6 = NOT_YET + 1, DROP_TCP, DROP_ADDRESSES6, DROP_ADDRESSES, DROP_NET };

/* The headers on the stack. */
enum { IP_SIZE = 40, TCP_SIZE = 20, IP = -64, TCP = IP + IP_SIZE, VALUE = IP - 8 };

/* Members of sk_buff: since Linux 2.6, it begins with next, prev and dev. */
enum { SKB_DEVICE = 16 };

enum { FLAG_SYN = 2, FLAG_RST = 4 };

static int big_endian16(unsigned int number)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? (int)number
                                                  : (int)((number & 0xff) << 8 | number >> 8);
}

int pl_events_check_drop(const struct pl_btf_want wants[PL_EVENTS_WANTS])
{
    for (size_t i = PL_EVENTS_FREE_SKB; i < PL_EVENTS_DROP_NEEDED; i++) {
        if (!wants[i].found)
            return -ENOTSUP;
    }
    return wants[PL_EVENTS_SKB_PROTOCOL].size <= wants[PL_EVENTS_SKB_TAIL].value ? 0 : -ENOTSUP;
}

/* Copies bytes of the packet, at R3, to the stack. */
static void copy_bytes(struct writer *w, int to, int size)
{
    move(w, R1, FP);
    alu(w, BPF_ADD, R1, to);
    set(w, R2, size);
    call(w, BPF_FUNC_probe_read_kernel);
    jump(w, BPF_JNE, R0, 0, IGNORED);
}

/* HEADER = the header of IP; LEFT = the bytes from there to the end of the linear part. */
static void find_header(struct writer *w, const struct pl_btf_want *wants)
{
    const struct pl_btf_want *tail = &wants[PL_EVENTS_SKB_TAIL];
    int group = (int)(tail->value - wants[PL_EVENTS_SKB_PROTOCOL].size);

    load(w, BPF_H, R1, SKB, group + (int)wants[PL_EVENTS_SKB_PROTOCOL].value);
    load(w, BPF_H, R2, SKB, group + (int)wants[PL_EVENTS_SKB_NETWORK].value);
    load(w, BPF_DW, HEADER, SKB, wants[PL_EVENTS_SKB_HEAD].value);
    load(w, BPF_W, LEFT, SKB, tail->value);
    alu_by(w, BPF_ADD, HEADER, R2);
    jump_by(w, BPF_JLT, LEFT, R2, IGNORED);
    alu_by(w, BPF_SUB, LEFT, R2);
    jump(w, BPF_JEQ, R1, big_endian16(ETH_P_IPV6), DROP_IPV6);
    jump(w, BPF_JNE, R1, big_endian16(ETH_P_IP), IGNORED);
}

/* HEADER = the flags of TCP. Extension headers of IPv6 are not followed. */
static void find_tcp(struct writer *w)
{
    jump(w, BPF_JLT, LEFT, IP_SIZE, IGNORED);
    move(w, R3, HEADER);
    copy_bytes(w, IP, IP_SIZE);
    load(w, BPF_B, R1, FP, IP + 9);
    jump(w, BPF_JNE, R1, 6, IGNORED);
    load(w, BPF_B, R1, FP, IP + 6);
    jump(w, BPF_JSET, R1, 0x1f, IGNORED); /* a fragment, not the first one */
    load(w, BPF_B, R1, FP, IP + 7);
    jump(w, BPF_JNE, R1, 0, IGNORED);
    load(w, BPF_B, R3, FP, IP);
    alu(w, BPF_AND, R3, 15);
    alu(w, BPF_LSH, R3, 2);
    go(w, DROP_TCP);
    place(w, DROP_IPV6);
    jump(w, BPF_JLT, LEFT, IP_SIZE, IGNORED);
    move(w, R3, HEADER);
    copy_bytes(w, IP, IP_SIZE);
    load(w, BPF_B, R1, FP, IP + 6);
    jump(w, BPF_JNE, R1, 6, IGNORED);
    set(w, R3, IP_SIZE);
    place(w, DROP_TCP);
    alu_by(w, BPF_SUB, LEFT, R3);
    jump(w, BPF_JSLT, LEFT, TCP_SIZE, IGNORED);
    alu_by(w, BPF_ADD, R3, HEADER);
    copy_bytes(w, TCP, TCP_SIZE);
    load(w, BPF_B, HEADER, FP, TCP + 13);
    jump(w, BPF_JSET, HEADER, FLAG_RST, IGNORED);
    move(w, R1, HEADER);
    alu(w, BPF_AND, R1, FLAG_SYN);
    jump(w, BPF_JEQ, R1, 0, IGNORED);
}

static void put_ends(struct writer *w)
{
    static const struct {
        int8_t to, from;
    } copies[] = {{PL_DROP_PORTS, TCP}, {PL_DROP_SEQ, TCP + 4}, {PL_DROP_ACK, TCP + 8}};

    for (size_t i = 0; i < COUNT_OF(copies); i++)
        copy(w, BPF_W, copies[i].to, FP, copies[i].from);
    store(w, BPF_B, RECORD, PL_DROP_FLAGS, HEADER);
    load(w, BPF_B, R1, FP, IP);
    alu(w, BPF_RSH, R1, 4);
    store(w, BPF_B, RECORD, PL_DROP_VERSION, R1);
    jump(w, BPF_JEQ, R1, 6, DROP_ADDRESSES6);
    copy(w, BPF_W, PL_DROP_SOURCE, FP, IP + 12);
    copy(w, BPF_W, PL_DROP_TARGET, FP, IP + 16);
    for (int i = 4; i < 16; i += 4) {
        put_number(w, BPF_W, PL_DROP_SOURCE + i, 0);
        put_number(w, BPF_W, PL_DROP_TARGET + i, 0);
    }
    go(w, DROP_ADDRESSES);
    place(w, DROP_ADDRESSES6);
    for (int i = 0; i < 32; i += 8)
        copy(w, BPF_DW, PL_DROP_SOURCE + i, FP, IP + 8 + i);
    place(w, DROP_ADDRESSES);
}

/* R1 = the number of the namespace that a member of the struct at an offset of the packet points to. */
static void find_netns(struct writer *w, const struct pl_btf_want *wants, uint32_t off,
                       uint32_t net)
{
    fetch(w, VALUE, 8, SKB, off);
    load(w, BPF_DW, HEADER, FP, VALUE);
    fetch(w, VALUE, 8, HEADER, net);
    load(w, BPF_DW, HEADER, FP, VALUE);
    fetch(w, VALUE, 4, HEADER, wants[PL_EVENTS_NET_NS].value + wants[PL_EVENTS_NS_NUMBER].value);
    load(w, BPF_W, R1, FP, VALUE);
}

/*
 * The namespace of the socket that sent it, else of the interface. For each member that is a pointer, the
 * verifier would search all types of the kernel, which takes longer than all the rest.
 */
static void put_netns(struct writer *w, const struct pl_btf_want *wants)
{
    if (wants[PL_EVENTS_SKB_SOCK].found) {
        find_netns(w, wants, wants[PL_EVENTS_SKB_SOCK].value, wants[PL_EVENTS_NET].value);
        jump(w, BPF_JNE, R1, 0, DROP_NET);
    }
    find_netns(w, wants, SKB_DEVICE, wants[PL_EVENTS_DEVICE_NET].value);
    place(w, DROP_NET);
    store(w, BPF_W, RECORD, PL_DROP_NETNS, R1);
}

void pl_events_code_drop(const struct pl_btf_want wants[PL_EVENTS_WANTS], int ring, int counts,
                         struct pl_bpf_code *out)
{
    struct writer w = {.out = out};

    out->count = 0;
    load(&w, BPF_DW, SKB, R1, ARG_SKB);
    load(&w, BPF_DW, REASON, R1, ARG_REASON);
    find_header(&w, wants);
    find_tcp(&w);
    reserve(&w, ring, PL_DROP_SIZE);
    store(&w, BPF_W, RECORD, PL_DROP_REASON, REASON);
    put_ends(&w);
    put_netns(&w, wants);
    call(&w, BPF_FUNC_ktime_get_boot_ns);
    store(&w, BPF_DW, RECORD, PL_DROP_TIME, R0);
    submit(&w, counts, 0);
}

/*
 * A copy for a capture or a raw socket, or for an interface that receives what is sent to others, can be
 * dropped although the segment itself is not. A segment that comes too late was repeated, and a copy of it was accepted.
 */
const char *pl_events_reason(const struct pl_btf_names *names, uint32_t reason)
{
    static const char *const copies[] = {"OTHERHOST",     "PACKET_SOCK_ERROR", "QUEUE_PURGE",
                                         "SOCKET_FILTER", "SOCKET_RCVBUFF",    "TCP_OLD_ACK",
                                         "TCP_OLD_DATA",  "TCP_OLD_SEQUENCE"};
    const char *name = reason < PL_BTF_NAMES ? names->text[reason] : "";

    for (size_t i = 0; i < COUNT_OF(copies); i++) {
        if (strcmp(name, copies[i]) == 0)
            return NULL;
    }
    return name[0] != '\0' ? name : "UNKNOWN";
}
