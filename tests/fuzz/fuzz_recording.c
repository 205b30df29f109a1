/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a recording and prints it. The input is a sequence of files: a byte for the feed (255: abi;
 * 254: another file), two bytes of length, little-endian, and the contents. The length of the input
 * chooses one format, because all would take ten times as long. Also prints the layouts of other
 * programs and a summary.
 */
#include "fuzz.h"

#include "as/layout.h"
#include "decode/decode.h"
#include "view/column.h"
#include "view/summary.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define ABI   255
#define OTHER 254

#define COLUMNS_MAX 384
#define ROWS_MAX    8 /* printed with every column; more rows find no more faults */

static char dir[] = "/dev/shm/portls-fuzz.XXXXXX";

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    return ftw->level > 0 ? remove(path) : 0;
}

static void clear(void)
{
    (void)nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void last_clear(void)
{
    clear();
    (void)rmdir(dir);
}

static void write_file(const char *name, const uint8_t *bytes, size_t len)
{
    char path[256];
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    for (char *slash = strchr(path + sizeof(dir), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* a directory of that name */
    PROMISE(write(fd, bytes, len) == (ssize_t)len);
    close(fd);
}

/* Makes a file name of any bytes that does not leave the directory. */
static void write_other(const uint8_t *bytes, size_t len)
{
    char name[64] = "linux/";
    size_t at = strlen(name);

    for (size_t i = 0; i < len && at < sizeof(name) - 1; i++) {
        if (bytes[i] != '\0' && bytes[i] != '/')
            name[at++] = (char)bytes[i];
    }
    if (at > 6 && strcmp(name + 6, ".") != 0 && strcmp(name + 6, "..") != 0)
        write_file(name, bytes, len);
}

static void write_all(const uint8_t *data, size_t size)
{
    while (size >= 3) {
        size_t len = (size_t)data[1] | (size_t)data[2] << 8;

        if (len > size - 3)
            len = size - 3;
        if (data[0] == ABI)
            write_file("abi", data + 3, len);
        else if (data[0] == OTHER)
            write_other(data + 3, len);
        else
            write_file(pl_feeds[data[0] % pl_feed_count].name, data + 3, len);
        data += 3 + len;
        size -= 3 + len;
    }
}

static void check(struct out *out)
{
    PROMISE(out->error == 0);
    promise_plain(out->data, out->len, "\n\t");
    out_free(out);
}

static void print(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                  size_t format)
{
    const struct pl_field *columns[COLUMNS_MAX];
    const struct pl_field *pairs[COLUMNS_MAX];
    struct out out = {.fd = -1};
    struct view view = {.snap = snap,
                        .rows = rows,
                        .row_count = count,
                        .columns = columns,
                        .pairs = pairs,
                        .data = view_formats[format].data,
                        .header = true,
                        .port_names = true,
                        .user_names = true};

    for (size_t c = 0; c < PL_FIELD_COLUMNS && c < COLUMNS_MAX; c++) {
        columns[view.column_count++] = &pl_fields[c];
        if (pl_fields[c].shown & PL_SHOWN_PAIR)
            pairs[view.pair_count++] = &pl_fields[c];
    }
    list_print(&view, &view_formats[format], &out);
    check(&out);
}

static size_t evil_name(char *buf, size_t size)
{
    static const char name[] = "\033[31m\n\302\233 \377";

    PROMISE(size >= sizeof(name));
    memcpy(buf, name, sizeof(name) - 1);
    return sizeof(name) - 1;
}

static size_t evil_service(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    (void)arg;
    (void)proto;
    return port % 2 ? evil_name(buf, size) : 0;
}

static size_t evil_host(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    (void)arg;
    (void)family;
    return addr[0] % 2 ? evil_name(buf, size) : 0;
}

static size_t evil_user(void *arg, uint32_t uid, char *buf, size_t size)
{
    (void)arg;
    return uid % 2 ? evil_name(buf, size) : 0;
}

/* Prints the layouts of other programs, and the summary. */
static void print_more(const struct pl_snapshot *snap)
{
    static void (*const layouts[])(const struct as_view *, struct out *) = {netstat_print, ss_print,
                                                                            windows_print};
    const struct as_view view = {
        .snap = snap,
        .names = {.service = evil_service, .host = evil_host, .user = evil_user},
        .protos = UINT32_MAX,
        .states = UINT32_MAX,
        .all = true,
        .processes = true,
        .extended = true,
        .header = true};
    struct out out = {.fd = -1};

    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        layouts[i](&view, &out);
        check(&out);
    }
    for (size_t i = 0; i < view_format_count; i++) {
        const struct view counts = {.snap = snap, .data = view_formats[i].data, .header = true};

        if (!view_formats[i].several)
            continue;
        PROMISE(summary_print(&counts, SUMMARY_STATES | SUMMARY_PROCESSES, &view_formats[i],
                              &out) == 0);
        check(&out);
    }
}

static void show(const struct pl_snapshot *snap, size_t format)
{
    const struct sort_key key = {column_find("owners", 6), true};
    const struct view view = {.snap = snap};
    const struct pl_note *notes;
    struct out out = {.fd = -1};
    size_t count;
    const struct pl_sock **rows;

    (void)pl_snapshot_socks(snap, &count);
    rows = calloc(count + 1, sizeof(const struct pl_sock *));
    PROMISE(rows);
    PROMISE(order_rows(&view, ORDER_KEYS, &key, 1, rows, count) == 0);
    print(snap, rows, count < ROWS_MAX ? count : ROWS_MAX, format);
    print_more(snap);
    free(rows);
    notes = pl_snapshot_notes(snap, &count);
    for (size_t i = 0; i < count; i++)
        view_note(&out, &notes[i]);
    promise_plain(out.data, out.len, "");
    out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_query query = {.protos = UINT32_MAX, .states = UINT32_MAX, .need = UINT32_MAX};
    static bool ready;
    struct pl_reader *reader;
    struct pl_snapshot *snap;

    if (!ready) {
        PROMISE(mkdtemp(dir));
        (void)atexit(last_clear);
        ready = true;
    }
    write_all(data, size);
    if (pl_reader_replay(dir, &reader) == 0) {
        int err = pl_snapshot_take(reader, &query, &snap);

        PROMISE(err == 0 || err == -EIO);
        pl_reader_close(reader);
        if (err == 0) {
            show(snap, size % view_format_count);
            pl_snapshot_free(snap);
        }
    }
    clear();
    return 0;
}
