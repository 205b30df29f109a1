/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walker SECONDS: reads the owners of all sockets by BPF again and again, as portls does for one
 * listing. Prints "owner PID INODE" when it first reads a socket of a process, and at the end
 * "walks COUNT". Exits with 77 and prints "SKIP: REASON" if the kernel has no such iterator.
 */
#include "source/linux/linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEEN_MAX (1U << 20)

static uint64_t seen[SEEN_MAX]; /* pid and inode number; 0: free */

/* Is it new? What has no room is new each time. */
static bool note(uint32_t pid, uint64_t inode)
{
    const uint64_t owner = (uint64_t)pid << 32 | (uint32_t)inode;
    size_t at = (size_t)((owner * 0x9e3779b97f4a7c15U) >> 44);

    for (int i = 0; i < 64; i++, at = (at + 1) % SEEN_MAX) {
        if (seen[at] == owner)
            return false;
        if (seen[at] == 0) {
            seen[at] = owner;
            return true;
        }
    }
    return true;
}

static int take_owners(void *arg, const void *bytes, size_t len)
{
    const char *next = bytes;
    struct pl_owner owner;

    (void)arg;
    for (size_t i = 0; i < len / sizeof(owner); i++, next += sizeof(owner)) {
        memcpy(&owner, next, sizeof(owner));
        if (note(owner.pid, owner.key))
            printf("owner %u %llu\n", owner.pid, (unsigned long long)owner.key);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct pl_linux_bpf bpf = {0};
    struct pl_buffer rings = {0};
    const char *problem = NULL;
    time_t end = time(NULL) + (time_t)(argc == 2 ? strtonum(argv[1], 1, 3600, &problem) : 0);
    unsigned long walks = 0;
    int err = 0;
    int why = 0;

    pl_linux_bpf_open(&bpf, true, true);
    if (bpf.error < 0 || !bpf.shared) {
        printf("SKIP: no walk of descriptor tables: %s\n", strerror(-bpf.error));
        return 77;
    }
    for (; err == 0 && time(NULL) < end; walks++) {
        err = pl_linux_read_bpf(&bpf, &rings, take_owners, NULL, &why);
        pl_buffer_free(&rings);
    }
    pl_linux_bpf_close(&bpf);
    printf("walks %lu\n", walks);
    if (err != 0)
        fprintf(stderr, "walker: %s\n", strerror(-why));
    return err == 0 ? 0 : 1;
}
