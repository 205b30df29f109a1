/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder PORT [RECORDING]: prints the processes that hold the local port PORT: pid and name of
 * each, or why they are unknown. Exits with 1 if no socket has the port.
 */
#include <portls.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_holders(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    for (size_t i = 0; i < count; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, owners[i].pid);
        struct pl_text name = process ? process->name : (struct pl_text){0};

        /* Processes choose their names: escape them before printing to a terminal. */
        printf("%s %" PRIu32 " %.*s\n", pl_proto_name(sock->proto), owners[i].pid, (int)name.len,
               name.data ? name.data : "");
    }
    if (count == 0)
        printf("%s - %s\n", pl_proto_name(sock->proto), pl_owner_unknown_name(sock->owner_unknown));
}

static int take(const char *recording, const struct pl_filter *filter, struct pl_snapshot **out)
{
    struct pl_query query = PL_QUERY_INIT;
    struct pl_reader *reader;
    int err = recording ? pl_reader_replay(recording, &reader) : pl_reader_open(&reader);

    if (err < 0)
        return err;
    query.filter = filter;
    query.need = PL_NEED_OWNERS | PL_NEED_NAMES | pl_filter_need(filter);
    err = pl_snapshot_take(reader, &query, out);
    pl_reader_close(reader);
    return err;
}

int main(int argc, char **argv)
{
    char expression[64];
    struct pl_filter_error error;
    struct pl_filter *filter;
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count = 0;
    int err;

    if (argc < 2)
        return 2;
    (void)snprintf(expression, sizeof(expression), "local_port = %s", argv[1]);
    err = pl_filter_parse(expression, NULL, &filter, &error);
    if (err < 0) {
        fprintf(stderr, "holder: %s '%s'\n", err == -EINVAL ? error.text : strerror(-err), argv[1]);
        return 2;
    }
    err = take(argc > 2 ? argv[2] : NULL, filter, &snap);
    if (err == 0) {
        socks = pl_snapshot_socks(snap, &count);
        for (size_t i = 0; i < count; i++)
            print_holders(snap, &socks[i]);
        pl_snapshot_free(snap);
    } else {
        fprintf(stderr, "holder: %s\n", strerror(-err));
    }
    pl_filter_free(filter);
    return count == 0;
}
