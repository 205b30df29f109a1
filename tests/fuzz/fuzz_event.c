/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes reports of the kernel: the first byte selects a record of the ring buffer or a datagram
 * of messages, or a record of a dropped segment, and its byte order.
 */
#include "fuzz.h"

#include "decode/linux/event.h"

static int check(void *arg, const struct pl_report *report)
{
    (void)arg;
    PROMISE(report->kind <= PL_REPORT_DROPPED);
    PROMISE(report->sock.family == PL_FAMILY_INET || report->sock.family == PL_FAMILY_INET6);
    PROMISE(report->sock.proto > PL_PROTO_UNKNOWN && report->sock.proto < PL_PROTO_MAX);
    PROMISE(report->sock.local_port <= UINT16_MAX && report->sock.peer_port <= UINT16_MAX);
    PROMISE(report->process[sizeof(report->process) - 1] == '\0');
    PROMISE(report->error >= 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_slice rest = {.data = data, .len = size};
    struct pl_report report;
    uint32_t reason;

    if (size == 0)
        return 0;
    rest = (struct pl_slice){data + 1, size - 1, (data[0] & 2) != 0};
    if (data[0] & 1)
        (void)pl_linux_destroyed(&rest, &(struct pl_moment){1, 1}, data[0], check, NULL);
    else if (data[0] & 4 && pl_linux_drop(&rest, 1, &report, &reason) == 0)
        (void)check(NULL, &report);
    else if (pl_linux_event(&rest, 1, &report) == 0)
        (void)check(NULL, &report);
    return 0;
}
