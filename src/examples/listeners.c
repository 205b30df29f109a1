/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listeners [RECORDING]: lists the TCP listeners of this machine, or of a recording, with the
 * processes that hold them: protocol, local address, local port, process ids.
 */
#include <portls.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_listener(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    char address[PL_ADDR_TEXT];
    size_t len = pl_addr_print(sock->family, sock->local_addr, address);
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    printf("%s %.*s %" PRIu32, pl_proto_name(sock->proto), (int)len, address, sock->local_port);
    for (size_t i = 0; i < count; i++)
        printf(" %" PRIu32, owners[i].pid);
    putchar('\n');
}

/* Notes report what could not be read, for example the owners of other users' sockets. */
static void print_notes(const struct pl_snapshot *snap)
{
    char text[256];
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        (void)pl_note_text(&notes[i], text, sizeof(text));
        fprintf(stderr, "listeners: %s\n", text);
    }
}

int main(int argc, char **argv)
{
    struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP),
        .states = PL_BIT(PL_STATE_LISTEN),
        .need = PL_NEED_OWNERS,
    };
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
        fprintf(stderr, "listeners: %s\n", strerror(-err));
        return 1;
    }
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++)
        print_listener(snap, &socks[i]);
    print_notes(snap);
    pl_snapshot_free(snap);
    return 0;
}
