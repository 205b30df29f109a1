/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consumer DIR TARGET: uses the installed library. Prints the number of sockets in the recording
 * DIR, the number of those that listen on port 22, and the name of port 443. Copies the recording
 * to TARGET.
 */
#include <portls.h>
#include <stdio.h>
#include <string.h>

static int complain(const char *what, int error)
{
    fprintf(stderr, "consumer: %s: %s\n", what, strerror(-error));
    return 1;
}

static int count_socks(struct pl_reader *reader, const struct pl_filter *filter)
{
    struct pl_query query = PL_QUERY_INIT;
    struct pl_snapshot *snap;
    size_t count, matching = 0;

    query.states = UINT32_MAX;
    query.need |= pl_filter_need(filter);
    int error = pl_snapshot_take(reader, &query, &snap);
    if (error != 0)
        return complain("pl_snapshot_take", error);
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++)
        matching += pl_filter_match(filter, snap, &socks[i]);
    printf("%zu %zu %s\n", count, matching, pl_service_name(443, PL_PROTO_TCP));
    pl_snapshot_free(snap);
    return 0;
}

static int record(struct pl_reader *reader, const char *target, const struct pl_filter *filter)
{
    struct pl_reader *recorder;

    int error = pl_reader_record(reader, target, &recorder);
    if (error != 0) {
        pl_reader_close(reader);
        return complain("pl_reader_record", error);
    }
    int status = count_socks(recorder, filter);
    error = pl_reader_commit(recorder);
    pl_reader_close(recorder);
    return error != 0 ? complain("pl_reader_commit", error) : status;
}

int main(int argc, char **argv)
{
    struct pl_filter_error where;
    struct pl_filter *filter;
    struct pl_reader *reader;

    if (argc != 3)
        return 2;
    int error = pl_filter_parse("state listening and sport = 22", NULL, &filter, &where);
    if (error != 0)
        return complain(where.text, error);
    error = pl_reader_replay(argv[1], &reader);
    int status = error != 0 ? complain("pl_reader_replay", error) : record(reader, argv[2], filter);
    pl_filter_free(filter);
    return status;
}
