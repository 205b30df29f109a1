/* SPDX-License-Identifier: BSD-2-Clause */
/* states [RECORDING]: counts the TCP sockets of this machine, or of a recording, by state. */
#include <portls.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP), .states = UINT32_MAX};
    size_t counts[PL_STATE_MAX] = {0};
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count;
    int err = argc > 1 ? pl_reader_replay(argv[1], &reader) : pl_reader_open(&reader);

    if (err == 0) {
        err = pl_snapshot_take(reader, &query, &snap);
        pl_reader_close(reader);
    }
    if (err != 0) {
        fprintf(stderr, "states: %s\n", strerror(-err));
        return 1;
    }
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        /* A newer library may report states above PL_STATE_MAX. */
        if (socks[i].have & PL_HAVE_STATE && socks[i].state < PL_STATE_MAX)
            counts[socks[i].state]++;
    }
    for (unsigned int state = 0; state < PL_STATE_MAX; state++) {
        if (counts[state] > 0)
            printf("%s %zu\n", pl_state_name(state), counts[state]);
    }
    pl_snapshot_free(snap);
    return 0;
}
