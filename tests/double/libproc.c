/* SPDX-License-Identifier: BSD-2-Clause */
/* libproc of macOS over the feeds proc_pidfdinfo and processes of a recording: decode/frames.h. */
#include <errno.h>
#include <libproc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc_info.h>

#include "decode/frames.h"
#include "double.h"

struct frame {
    uint32_t head[3]; /* pid, fd or kind, length */
    const uint8_t *bytes;
};

/* Returns whether there is another frame at *at. */
static bool next(const struct table *table, size_t *at, struct frame *frame)
{
    if (table->len - *at < sizeof(frame->head))
        return false;
    memcpy(frame->head, table->bytes + *at, sizeof(frame->head));
    frame->bytes = table->bytes + *at + sizeof(frame->head);
    *at += sizeof(frame->head) + frame->head[2];
    return true;
}

/* Passes on a list as the kernel does: without a buffer its size and 20 entries more. */
static int pass(const char *call, const void *list, size_t len, size_t entry, void *buffer,
                int size)
{
    struct table rules = double_call(call, NULL);
    size_t room = buffer ? (size_t)size : 0;
    size_t got = len + rules.needed + rules.growing;
    int result;

    if (!buffer)
        got += 20 * entry;
    else if (got > room || rules.growing > 0)
        got = room;
    if (buffer) {
        memset(buffer, 0, got); /* what it has grown by: entries of 0 */
        memcpy(buffer, list, len < got ? len : got);
    }
    result = rules.error != 0 ? 0 : (int)got;
    double_log(call, buffer ? "read" : "probe", rules.error != 0 ? -rules.error : result);
    errno = rules.error;
    return result;
}

int proc_listpids(uint32_t kind, uint32_t kind_info, void *buffer, int size)
{
    struct table table = double_call("processes of sockets", "proc_pidfdinfo");
    int pids[256];
    struct frame frame;
    size_t count = 0;
    int got;

    if (kind != PROC_ALL_PIDS || kind_info != 0)
        double_die("proc_listpids");
    for (size_t at = 0; next(&table, &at, &frame);) {
        if (count == 0 || pids[count - 1] != (int)frame.head[0])
            pids[count++] = (int)frame.head[0];
    }
    got = pass("pids", pids, count * sizeof(pids[0]), sizeof(pids[0]), buffer, size);
    free(table.bytes);
    return got;
}

/* The nth fileport of a process has this name. */
#define PORT(n) (0x1003U + 0x100U * (uint32_t)(n))

/* Lists descriptors, or fileports: pairs of a number and a type. */
static int list_sockets(int pid, bool fileports, void *buffer, int size)
{
    struct table table = double_call("descriptors", "proc_pidfdinfo");
    uint32_t pairs[256][2];
    struct frame frame;
    char call[64];
    size_t count = 0;
    int got;

    (void)snprintf(call, sizeof(call), "%s/%d", fileports ? "fileports" : "fds", pid);
    for (size_t at = 0; next(&table, &at, &frame);) {
        if (frame.head[0] != (uint32_t)pid || (frame.head[1] == PL_OWNER_FILEPORT) != fileports)
            continue;
        pairs[count][0] = fileports ? PORT(count) : frame.head[1];
        pairs[count++][1] = PROX_FDTYPE_SOCKET;
    }
    got = pass(call, pairs, count * sizeof(pairs[0]), sizeof(pairs[0]), buffer, size);
    free(table.bytes);
    return got;
}

/*
 * Copies frame number skip of those with that process and descriptor or kind. Returns its length, or
 * 0.
 */
static int copy_frame(const char *call, const char *file, const uint32_t head[2], uint32_t skip,
                      void *buffer, int size)
{
    struct table table = double_call(call, file);
    struct frame frame;
    int got = 0;

    for (size_t at = 0; table.error == 0 && next(&table, &at, &frame);) {
        if (frame.head[0] != head[0] || frame.head[1] != head[1] || skip-- > 0)
            continue;
        got = (int)frame.head[2] < size ? (int)frame.head[2] : size;
        got = table.claim >= 0 && table.claim < got ? (int)table.claim : got;
        memcpy(buffer, frame.bytes, (size_t)got);
        break;
    }
    double_log(call, "read", table.error != 0 ? -table.error : got);
    errno = table.error != 0 ? table.error : got > 0 ? 0 : ESRCH;
    free(table.bytes);
    return got;
}

int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size)
{
    char call[64];

    if (arg != 0)
        double_die("proc_pidinfo");
    if (flavor == PROC_PIDLISTFDS || flavor == PROC_PIDLISTFILEPORTS)
        return list_sockets(pid, flavor == PROC_PIDLISTFILEPORTS, buffer, size);
    if (flavor != PROC_PIDT_SHORTBSDINFO)
        double_die("proc_pidinfo");
    (void)snprintf(call, sizeof(call), "process/%d", pid);
    return copy_frame(call, "processes", (uint32_t[]){(uint32_t)pid, PL_FRAME_SHORTINFO}, 0, buffer,
                      size);
}

int proc_pidfdinfo(int pid, int fd, int flavor, void *buffer, int size)
{
    char call[64];

    if (flavor != PROC_PIDFDSOCKETINFO || size != PL_FDINFO_SIZE)
        double_die("proc_pidfdinfo");
    (void)snprintf(call, sizeof(call), "socket/%d/%d", pid, fd);
    return copy_frame(call, "proc_pidfdinfo", (uint32_t[]){(uint32_t)pid, (uint32_t)fd}, 0, buffer,
                      size);
}

int proc_pidfileportinfo(int pid, uint32_t port, int flavor, void *buffer, int size)
{
    char call[64];

    if (flavor != PROC_PIDFILEPORTSOCKETINFO || size != PL_FDINFO_SIZE)
        double_die("proc_pidfileportinfo");
    (void)snprintf(call, sizeof(call), "fileport/%d/%u", pid, port);
    return copy_frame(call, "proc_pidfdinfo", (uint32_t[]){(uint32_t)pid, PL_OWNER_FILEPORT},
                      (port - PORT(0)) / (PORT(1) - PORT(0)), buffer, size);
}

int proc_pidpath(int pid, void *buffer, uint32_t size)
{
    char call[64];

    (void)snprintf(call, sizeof(call), "path/%d", pid);
    return copy_frame(call, "processes", (uint32_t[]){(uint32_t)pid, PL_FRAME_EXE}, 0, buffer,
                      (int)size);
}
