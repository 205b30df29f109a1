/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"

#define LINE_MAX_LEN 1024
#define FIELDS       17

static FILE *open_file(const char *recording, const char *name)
{
    char path[1024];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s%s", TEST_RECORDINGS, recording, name);
    file = fopen(path, "rb");
    if (!file)
        fail_msg("%s: cannot be opened", path);
    return file;
}

struct table table_load(const char *recording, const char *feed, unsigned int slot)
{
    struct table table = {.recording = recording, .feed = feed};
    char name[256];
    FILE *file;
    long len;

    for (size_t i = 0; i < pl_feed_count; i++) {
        if (strcmp(pl_feeds[i].name, feed) == 0 && pl_feeds[i].slot == slot)
            table.row = &pl_feeds[i];
    }
    assert_non_null(table.row);
    (void)snprintf(name, sizeof(name), "/%s", feed);
    file = open_file(recording, name);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    len = ftell(file);
    assert_true(len >= 0);
    rewind(file);
    table.len = (size_t)len;
    table.bytes = malloc(table.len + 1);
    assert_non_null(table.bytes);
    assert_int_equal(fread(table.bytes, 1, table.len, file), table.len);
    (void)fclose(file);
    return table;
}

void table_free(struct table *table)
{
    free(table->bytes);
    table->bytes = NULL;
}

void table_set32(struct table *table, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        table->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

int table_decode(const struct table *table, size_t len, struct pl_sink *sink)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    struct pl_input in;
    int err;

    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, table->bytes, len);
    in = (struct pl_input){
        .feed = table->row,
        .bytes = {.data = copy, .len = len},
        .abi = {.system = table->row->system, .long_bytes = 8},
    };
    err = table->row->decode(&in, sink);
    free(copy);
    return err;
}

/* ---- a record as a line ---- */

struct line {
    char text[LINE_MAX_LEN];
    size_t len;
};

static void put(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct line *line, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(line->text + line->len, sizeof(line->text) - line->len, format, args);
    va_end(args);
    assert_within(len, 0, sizeof(line->text) - line->len - 1);
    line->len += (size_t)len;
}

static void put_known(struct line *line, bool known, uint32_t number)
{
    if (known)
        put(line, "%u|", number);
    else
        put(line, "-|");
}

static void put_endpoint(struct line *line, const struct pl_sock *sock, const uint8_t *addr,
                         uint32_t port)
{
    char text[PL_ADDR_TEXT];

    if (sock->proto == PL_PROTO_UNIX)
        put(line, "-|0|");
    else
        put(line, "%.*s|%u|", (int)pl_addr_print(sock->family, addr, text), text, port);
}

static const struct pl_attr *find_attr(const struct recorder_sink *got, size_t sock,
                                       enum pl_attr_id id)
{
    for (size_t i = 0; i < got->attr_count; i++) {
        if (got->attr_sock[i] == sock && got->attrs[i].id == id)
            return &got->attrs[i];
    }
    return NULL;
}

static void put_path(struct line *line, const struct recorder_sink *got, size_t sock,
                     enum pl_attr_id id)
{
    const struct pl_attr *attr = find_attr(got, sock, id);

    put(line, "%.*s|", attr ? (int)attr->len : 0, attr ? attr->u.text : "");
}

static const char *wildcard(const struct pl_sock *sock)
{
    if (!(sock->have & PL_HAVE_V6ONLY) || !pl_addr_is_any(sock->family, sock->local_addr) ||
        pl_sock_has_peer(sock))
        return "-";
    return sock->flags & PL_FLAG_V6ONLY ? "v6only" : "dual";
}

/* Returns the uid of a socket, from the table of owners if its own table lacks it. */
static void put_uid(struct line *line, const struct pl_sock *sock,
                    const struct table_owners *owners)
{
    const struct recorder_sink *from = owners ? owners->owners : NULL;

    if (!(sock->have & PL_HAVE_UID) && from) {
        for (size_t i = 0; i < from->uid_count; i++) {
            if (sock->key != 0 && from->uids[i].key == sock->key) {
                put_known(line, true, from->uids[i].uid);
                return;
            }
        }
    }
    put_known(line, (sock->have & PL_HAVE_UID) != 0, sock->uid);
}

static int compare_owners(const void *a, const void *b)
{
    const struct pl_owner *x = a;
    const struct pl_owner *y = b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return x->fd < y->fd ? -1 : x->fd > y->fd;
}

/* If every row has an owner and a process, those of this row. */
static void put_owner(struct line *line, const struct pl_owner *owner,
                      const struct table_owners *owners, size_t row)
{
    const struct recorder_sink *processes = owners->processes;
    bool by_row = owners->owners == processes;

    for (size_t i = by_row ? row : 0; i < processes->process_count; i++) {
        const struct recorded_process *process = &processes->processes[i];

        if (process->pid != owner->pid)
            continue;
        put(line, "%u/%u/%s/%u", owner->pid, owner->fd, process->name.data, process->uid);
        return;
    }
    put(line, "%u/%u/?/?", owner->pid, owner->fd);
}

static void put_owners(struct line *line, const struct pl_sock *sock,
                       const struct table_owners *owners, size_t row)
{
    struct pl_owner found[RECORDED_MAX];
    size_t count = 0;

    for (size_t i = 0; i < owners->owners->owner_count; i++) {
        if (sock->key != 0 && owners->owners->owners[i].key == sock->key)
            found[count++] = owners->owners->owners[i];
    }
    qsort(found, count, sizeof(found[0]), compare_owners);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put(line, ",");
        put_owner(line, &found[i], owners, row);
    }
}

static struct line line_of(const struct table *table, const struct recorder_sink *got, size_t i,
                           const struct table_owners *owners)
{
    const struct pl_sock *sock = &got->socks[i];
    const struct pl_attr *pid = find_attr(got, i, PL_ATTR_LAST_PID);
    struct line line = {.len = 0};

    put(&line, "%s|%s|%s|%s|%s|", strchr(table->feed, '/') + 1, pl_proto_name(sock->proto),
        sock->type == PL_TYPE_UNKNOWN ? "-" : pl_type_name(sock->type),
        pl_family_name(sock->family), pl_state_name(sock->state));
    put_endpoint(&line, sock, sock->local_addr, sock->local_port);
    put_endpoint(&line, sock, sock->peer_addr, sock->peer_port);
    put_known(&line, (sock->have & PL_HAVE_SCOPE) != 0, sock->ifindex);
    put_known(&line, (sock->have & PL_HAVE_RECV_Q) != 0, sock->recv_q);
    put_known(&line, (sock->have & PL_HAVE_SEND_Q) != 0, sock->send_q);
    put_uid(&line, sock, owners);
    put(&line, "%s|", wildcard(sock));
    put_path(&line, got, i, PL_ATTR_PATH);
    put_path(&line, got, i, PL_ATTR_PEER_PATH);
    if (owners)
        put_owners(&line, sock, owners, i);
    else if (pid)
        put(&line, "%u", (uint32_t)pid->u.num);
    else
        put(&line, "0");
    return line;
}

/* Compares each field; "?" is unknown to the expected file. */
static bool same_line(const char *want, const char *got)
{
    for (int field = 0; field < FIELDS; field++) {
        size_t want_len = strcspn(want, "|");
        size_t got_len = strcspn(got, "|");

        if (!(want_len == 1 && *want == '?') &&
            (want_len != got_len || memcmp(want, got, want_len) != 0))
            return false;
        want += want_len;
        got += got_len;
        if (*want == '|' && *got == '|') {
            want++;
            got++;
        } else if (*want != *got || field != FIELDS - 1) {
            return false;
        }
    }
    return true;
}

size_t table_compare(const struct table *table, const struct recorder_sink *got,
                     const struct table_owners *owners)
{
    const char *name = strchr(table->feed, '/') + 1;
    FILE *file = open_file(table->recording, ".expected");
    char want[LINE_MAX_LEN];
    size_t count = 0;

    while (fgets(want, sizeof(want), file)) {
        size_t len = strcspn(want, "|");
        struct line line;

        if (len != strlen(name) || memcmp(want, name, len) != 0)
            continue;
        want[strcspn(want, "\n")] = '\0';
        assert_within(count, 0, got->sock_count - 1);
        line = line_of(table, got, count, owners);
        if (!same_line(want, line.text))
            fail_msg("record %zu\n  want %s\n  got  %s", count, want, line.text);
        count++;
    }
    (void)fclose(file);
    assert_int_equal(got->sock_count, count);
    print_message("%s: %zu records equal\n", table->feed, count);
    return count;
}

/* ---- damage ---- */

/* Decodes the first len bytes of a table. */
struct prefix {
    size_t socks, owners, processes;
};

static struct prefix prefix_of(const struct recorder_sink *got)
{
    return (struct prefix){got->sock_count, got->owner_count, got->process_count};
}

static void same_beginning(const struct recorder_sink *whole, const struct recorder_sink *got,
                           const struct prefix *count)
{
    assert_true(got->sock_count >= count->socks);
    assert_true(got->owner_count >= count->owners);
    assert_true(got->process_count >= count->processes);
    assert_memory_equal(got->socks, whole->socks, count->socks * sizeof(got->socks[0]));
    assert_memory_equal(got->owners, whole->owners, count->owners * sizeof(got->owners[0]));
    for (size_t i = 0; i < count->processes; i++)
        assert_int_equal(got->processes[i].pid, whole->processes[i].pid);
}

static void cut_everywhere(const struct table *table, const struct recorder_sink *whole,
                           struct prefix *prefixes)
{
    struct prefix before = {0};

    for (size_t len = 0; len <= table->len; len++) {
        struct recorder_sink *got = recorder_new();
        int err = table_decode(table, len, &got->sink);

        assert_true(err == 0 || err == -EBADMSG);
        prefixes[len] = prefix_of(got);
        same_beginning(whole, got, &prefixes[len]);
        same_beginning(whole, got, &before); /* a longer table has no fewer records */
        before = prefixes[len];
        recorder_free(got);
    }
    assert_int_equal(before.socks, whole->sock_count);
    assert_int_equal(before.owners, whole->owner_count);
    assert_int_equal(before.processes, whole->process_count);
}

static void overwrite(const struct table *table, size_t at, size_t width, uint64_t value,
                      struct recorder_sink *got)
{
    uint8_t kept[8];
    int err;

    memcpy(kept, table->bytes + at, width);
    for (size_t i = 0; i < width; i++)
        table->bytes[at + i] = (uint8_t)(value >> (8 * i));
    err = table_decode(table, table->len, &got->sink);
    memcpy(table->bytes + at, kept, width);
    assert_true(err == 0 || err == -EBADMSG || err == -EAGAIN);
}

void table_damage(const struct table *table, size_t head, size_t width)
{
    static const uint64_t values[] = {0,         1,          0x7fffffff,    UINT32_MAX,
                                      INT64_MAX, UINT64_MAX, UINT64_MAX - 7};
    struct recorder_sink *whole = recorder_new();
    struct prefix *prefixes = calloc(table->len + 1, sizeof(*prefixes));

    assert_non_null(prefixes);
    assert_int_equal(table_decode(table, table->len, &whole->sink), 0);
    cut_everywhere(table, whole, prefixes);
    for (size_t at = 0; at + width <= table->len; at += 4) {
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            struct recorder_sink *got = recorder_new();

            overwrite(table, at, width, values[i], got);
            if (at >= head)
                same_beginning(whole, got, &prefixes[at]);
            recorder_free(got);
        }
    }
    free(prefixes);
    recorder_free(whole);
}
