/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the sink ---- */

static struct recorder_sink *recorder_of(struct pl_sink *sink)
{
    return (struct recorder_sink *)(void *)sink;
}

/* Returns the error of this call, or 0. */
static int due(struct recorder_sink *recorder)
{
    if (recorder->fail_after < 0)
        return 0;
    return recorder->fail_after-- == 0 ? recorder->fail_with : 0;
}

static struct recorded_text keep(const char *data, size_t len)
{
    struct recorded_text text = {.len = len};

    if (!data)
        return text;
    text.data = malloc(len + 1);
    assert_non_null(text.data);
    memcpy(text.data, data, len);
    text.data[len] = '\0';
    return text;
}

static int take_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                     size_t count)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err < 0)
        return err;
    for (size_t i = 0; i < count && recorder->attr_count < RECORDED_MAX; i++) {
        struct pl_attr *attr = &recorder->attrs[recorder->attr_count];

        *attr = attrs[i];
        if (attr->text)
            attr->u.text = keep(attr->u.text, attr->len).data;
        recorder->attr_sock[recorder->attr_count++] = recorder->sock_count;
    }
    if (recorder->sock_count < RECORDED_MAX)
        recorder->socks[recorder->sock_count] = *sock;
    recorder->sock_count++;
    return 0;
}

static int take_owner(struct pl_sink *sink, const struct pl_owner *owner)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->owner_count < RECORDED_MAX)
        recorder->owners[recorder->owner_count] = *owner;
    recorder->owner_count += err == 0;
    return err;
}

static int take_lacks(struct pl_sink *sink, uint32_t lacks)
{
    recorder_of(sink)->lacks = lacks;
    return due(recorder_of(sink));
}

static int take_held(struct pl_sink *sink, uint32_t pid, uint64_t before, uint64_t now, int error)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->held_count < RECORDED_MAX) {
        recorder->held[recorder->held_count].pid = pid;
        recorder->held[recorder->held_count].before = before;
        recorder->held[recorder->held_count].now = now;
        recorder->held[recorder->held_count].error = error;
    }
    recorder->held_count += err == 0;
    return err;
}

static int take_denied(struct pl_sink *sink, uint32_t pid, int error)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->denied_count < RECORDED_MAX) {
        recorder->denied[recorder->denied_count].pid = pid;
        recorder->denied[recorder->denied_count].error = error;
    }
    recorder->denied_count += err == 0;
    return err;
}

static int take_process(struct pl_sink *sink, const struct pl_process *process)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->process_count < RECORDED_MAX) {
        recorder->processes[recorder->process_count] = (struct recorded_process){
            .pid = process->pid,
            .uid = process->uid,
            .fd_limit = process->fd_limit,
            .started = process->started,
            .name = keep(process->name.data, process->name.len),
            .command = keep(process->command.data, process->command.len),
            .exe = keep(process->exe.data, process->exe.len),
            .group = process->group ? keep(process->group->path.data, process->group->path.len)
                                    : keep(NULL, 0),
        };
    }
    recorder->process_count += err == 0;
    return err;
}

static int take_name(struct pl_sink *sink, enum pl_name_kind kind, uint32_t id, struct pl_text text)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->name_count < RECORDED_MAX) {
        recorder->names[recorder->name_count] =
            (struct recorded_name){.kind = kind, .id = id, .text = keep(text.data, text.len)};
    }
    recorder->name_count += err == 0;
    return err;
}

static int take_uid(struct pl_sink *sink, uint64_t key, uint32_t uid)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->uid_count < RECORDED_MAX) {
        recorder->uids[recorder->uid_count].key = key;
        recorder->uids[recorder->uid_count].uid = uid;
    }
    recorder->uid_count += err == 0;
    return err;
}

static int take_addr(struct pl_sink *sink, const struct pl_addr *addr)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->addr_count < RECORDED_MAX)
        recorder->addrs[recorder->addr_count] = *addr;
    recorder->addr_count += err == 0;
    return err;
}

static int take_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    struct recorder_sink *recorder = recorder_of(sink);
    int err = due(recorder);

    if (err == 0 && recorder->note_count < RECORDED_MAX) {
        recorder->notes[recorder->note_count].kind = kind;
        recorder->notes[recorder->note_count].count = count;
    }
    recorder->note_count += err == 0;
    return err;
}

struct recorder_sink *recorder_new(void)
{
    struct recorder_sink *recorder = calloc(1, sizeof(*recorder));

    assert_non_null(recorder);
    recorder->sink = (struct pl_sink){
        .sock = take_sock,
        .owner = take_owner,
        .denied = take_denied,
        .lacks = take_lacks,
        .held = take_held,
        .process = take_process,
        .uid = take_uid,
        .name = take_name,
        .addr = take_addr,
        .note = take_note,
    };
    recorder->fail_after = -1;
    recorder->fail_with = -ENOMEM;
    return recorder;
}

void recorder_free(struct recorder_sink *recorder)
{
    for (size_t i = 0; i < recorder->attr_count; i++) {
        if (recorder->attrs[i].text)
            free((void *)(uintptr_t)recorder->attrs[i].u.text);
    }
    for (size_t i = 0; i < recorder->process_count && i < RECORDED_MAX; i++) {
        free(recorder->processes[i].name.data);
        free(recorder->processes[i].command.data);
        free(recorder->processes[i].exe.data);
        free(recorder->processes[i].group.data);
    }
    for (size_t i = 0; i < recorder->name_count && i < RECORDED_MAX; i++)
        free(recorder->names[i].text.data);
    free(recorder);
}

/* Set by decode_whole_feed(). */
static bool whole_feed;

int decode_feed_abi(const char *name, const void *bytes, size_t len, bool big_endian,
                    uint8_t long_bytes, struct pl_sink *sink)
{
    const struct pl_feed *feed = pl_feed_find(name);
    uint8_t *copy = malloc(len > 0 ? len : 1);
    struct pl_input in;
    int err;

    assert_non_null(feed);
    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    in = (struct pl_input){
        .feed = feed,
        .bytes = {.data = copy, .len = len, .big_endian = big_endian},
        .abi = {.system = feed->system, .big_endian = big_endian, .long_bytes = long_bytes},
        .whole = whole_feed,
    };
    err = feed->decode(&in, sink);
    free(copy);
    return err;
}

int decode_feed(const char *name, const void *bytes, size_t len, struct pl_sink *sink)
{
    return decode_feed_abi(name, bytes, len, false, 8, sink);
}

int decode_whole_feed(const char *name, const void *bytes, size_t len, struct pl_sink *sink)
{
    int err;

    whole_feed = true;
    err = decode_feed(name, bytes, len, sink);
    whole_feed = false;
    return err;
}

int decode_text(const char *name, const char *text, struct pl_sink *sink)
{
    return decode_feed(name, text, strlen(text), sink);
}

/* ---- bytes ---- */

void put_bytes(struct bytes *b, const void *data, size_t len)
{
    assert_true(len <= sizeof(b->data) - b->len);
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

static void store(struct bytes *b, size_t at, uint64_t value, size_t width, bool big_endian)
{
    assert_true(at + width <= sizeof(b->data));
    for (size_t i = 0; i < width; i++)
        b->data[at + i] = (uint8_t)(value >> (8 * (big_endian ? width - 1 - i : i)));
}

static void put_number(struct bytes *b, uint64_t value, size_t width, bool big_endian)
{
    store(b, b->len, value, width, big_endian);
    b->len += width;
}

void put_u8(struct bytes *b, uint8_t value)
{
    put_number(b, value, 1, false);
}

void put_u16(struct bytes *b, uint16_t value)
{
    put_number(b, value, 2, b->big_endian);
}

void put_u32(struct bytes *b, uint32_t value)
{
    put_number(b, value, 4, b->big_endian);
}

void put_u64(struct bytes *b, uint64_t value)
{
    put_number(b, value, 8, b->big_endian);
}

void put_be16(struct bytes *b, uint16_t value)
{
    put_number(b, value, 2, true);
}

void put_zeros(struct bytes *b, size_t count)
{
    assert_true(count <= sizeof(b->data) - b->len);
    memset(b->data + b->len, 0, count);
    b->len += count;
}

void set_u16(struct bytes *b, size_t at, uint16_t value)
{
    store(b, at, value, 2, b->big_endian);
}

void set_u32(struct bytes *b, size_t at, uint32_t value)
{
    store(b, at, value, 4, b->big_endian);
}

size_t nl_begin(struct bytes *b, uint16_t type, uint16_t flags)
{
    size_t at = b->len;

    put_u32(b, 0);
    put_u16(b, type);
    put_u16(b, flags);
    put_u32(b, 1);
    put_u32(b, 0);
    return at;
}

void nl_end(struct bytes *b, size_t message)
{
    set_u32(b, message, (uint32_t)(b->len - message));
    while (b->len % 4 != 0)
        put_u8(b, 0);
}

void nl_attr(struct bytes *b, uint16_t type, const void *value, size_t len)
{
    put_u16(b, (uint16_t)(len + 4));
    put_u16(b, type);
    put_bytes(b, value, len);
    while (b->len % 4 != 0)
        put_u8(b, 0);
}

const char *out_text(struct out *out, char *buf, size_t size)
{
    assert_int_equal(out->error, 0);
    assert_true(out->len < size);
    if (out->len > 0)
        memcpy(buf, out->data, out->len);
    buf[out->len] = '\0';
    out->len = 0;
    return buf;
}

/* ---- directories ---- */

char *make_folder(char *path, size_t size)
{
    const char *top = getenv("TMPDIR");

    (void)snprintf(path, size, "%s/portls-unit.XXXXXX", top ? top : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void remove_tree(const char *path)
{
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void write_file(const char *dir, const char *name, const void *bytes, size_t len)
{
    char path[1024];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    for (char *slash = strchr(path + strlen(dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void write_text(const char *dir, const char *name, const char *text)
{
    write_file(dir, name, text, strlen(text));
}
