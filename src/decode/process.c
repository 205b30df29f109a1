/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc/PID: see frames.h and proc(5). */
#include "decode.h"
#include "decode/bsd/bsd.h"
#include "decode/bsd/darwin_layout.h"
#include "frames.h"
#include "model/date.h"

#include <errno.h>
#include <string.h>

#define NANOSECONDS 1000000000U /* in a second */

/* "Uid:\treal\teffective\tsaved\tfilesystem" */
static uint32_t effective_uid(struct pl_slice status)
{
    struct pl_slice line;
    struct pl_slice word;
    uint64_t uid;

    while (pl_text_line(&status, &line)) {
        if (line.len < 4 || memcmp(line.data, "Uid:", 4) != 0)
            continue;
        line = pl_slice_part(&line, 4, line.len);
        if (pl_text_word(&line, &word) && pl_text_word(&line, &word) &&
            pl_text_dec(&word, UINT32_MAX, &uid))
            return (uint32_t)uid;
        break;
    }
    return PL_UID_UNKNOWN;
}

static int put_command(struct pl_sink *sink, struct pl_process *process, struct pl_slice words)
{
    process->script = pl_decode_script(words);
    while (words.len > 0 && words.data[words.len - 1] == '\0')
        words.len--;
    /* Absent if the process has no arguments, or all its threads have ended. */
    if (words.len > 0) {
        process->command = pl_slice_text(&words);
        process->program_len = (uint32_t)strnlen(process->command.data, words.len);
    }
    return sink->process(sink, process);
}

struct boot {
    uint64_t time;  /* nanoseconds since the Epoch */
    uint64_t ticks; /* per second; 0: unknown */
};

static int read_boot(const struct pl_slice *bytes, struct boot *boot, struct pl_sink *sink)
{
    if (bytes->len != PL_BOOT_BYTES)
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    boot->time = pl_slice_u64(bytes, 0);
    boot->ticks = pl_slice_u64(bytes, 8);
    return 0;
}

bool pl_stat_started(const struct pl_slice *stat, uint64_t *ticks)
{
    struct pl_slice rest = *stat;
    struct pl_slice word = {0};

    /* The name may contain anything. */
    while (rest.len > 0 && rest.data[rest.len - 1] != ')')
        rest.len--;
    if (rest.len == 0)
        return false;
    rest = pl_slice_part(stat, rest.len, stat->len);
    for (int field = 3; field <= 22; field++) {
        if (!pl_text_word(&rest, &word))
            return false;
    }
    return pl_text_dec(&word, INT64_MAX, ticks);
}

static uint64_t start_time(const struct pl_slice *stat, const struct boot *boot)
{
    uint64_t ticks;
    uint64_t seconds;

    if (boot->ticks == 0 || boot->ticks > NANOSECONDS || !pl_stat_started(stat, &ticks))
        return 0;
    seconds = boot->time / NANOSECONDS + ticks / boot->ticks +
              (boot->time % NANOSECONDS + ticks % boot->ticks * (NANOSECONDS / boot->ticks)) /
                  NANOSECONDS;
    return seconds <= PL_TIME_MAX ? seconds : 0;
}

static int put_group(struct pl_sink *sink, struct pl_process *process, const struct pl_slice *bytes)
{
    const struct pl_slice lines = pl_text_whole(bytes);
    struct pl_group group;

    pl_group_decode_file(pl_slice_text(&lines), &group);
    process->group = group.path.data ? &group : NULL;
    return sink->process(sink, process);
}

/* "Max open files            1024                 524288               files": the first number. */
static uint32_t soft_limit(struct pl_slice limits)
{
    static const char name[] = "Max open files";
    const size_t len = sizeof(name) - 1;
    struct pl_slice line;
    struct pl_slice word;
    uint64_t limit;

    while (pl_text_line(&limits, &line)) {
        if (line.len < len || memcmp(line.data, name, len) != 0)
            continue;
        line = pl_slice_part(&line, len, line.len);
        if (pl_text_word(&line, &word) && pl_text_dec(&word, UINT32_MAX, &limit))
            return (uint32_t)limit;
        break;
    }
    return 0;
}

static int put_frame(struct pl_sink *sink, uint32_t pid, uint32_t what, struct pl_slice bytes,
                     struct boot *boot)
{
    struct pl_process process = {.pid = pid, .uid = PL_UID_UNKNOWN};

    switch (what) {
    case PL_FRAME_COMM:
        if (bytes.len > 0 && bytes.data[bytes.len - 1] == '\n')
            bytes.len--;
        process.name = pl_slice_text(&bytes);
        break;
    case PL_FRAME_CMDLINE:
        return put_command(sink, &process, bytes);
    case PL_FRAME_EXE:
        process.exe = pl_slice_text(&bytes);
        break;
    case PL_FRAME_CONTEXT:
        while (bytes.len > 0 && (bytes.data[bytes.len - 1] == 0 || bytes.data[bytes.len - 1] == 10))
            bytes.len--;
        if (bytes.len > 0)
            process.context = pl_slice_text(&bytes);
        break;
    case PL_FRAME_STATUS:
        process.uid = effective_uid(bytes);
        break;
    case PL_FRAME_BOOT:
        return read_boot(&bytes, boot, sink);
    case PL_FRAME_CGROUP:
        return put_group(sink, &process, &bytes);
    case PL_FRAME_STAT:
        process.started = start_time(&bytes, boot);
        break;
    case PL_FRAME_LIMITS:
        process.fd_limit = soft_limit(bytes);
        break;
    case PL_FRAME_HELD:
        if (bytes.len != PL_HELD_BYTES || pl_slice_u64(&bytes, 16) > INT32_MAX)
            return sink->note(sink, PL_NOTE_MALFORMED, 1);
        return sink->held(sink, pid, pl_slice_u64(&bytes, 0), pl_slice_u64(&bytes, 8),
                          (int)pl_slice_u64(&bytes, 16));
    case PL_FRAME_SHORTINFO:
        if (bytes.len != PL_SHORTINFO_SIZE)
            return sink->note(sink, PL_NOTE_LAYOUT, bytes.len);
        process.name = pl_bsd_name(&bytes, PL_SHORTINFO_COMM, PL_SHORTINFO_COMM_SIZE);
        process.uid = pl_slice_u32(&bytes, PL_SHORTINFO_UID);
        break;
    default:
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    }
    return sink->process(sink, &process);
}

int pl_decode_processes(const struct pl_input *in, struct pl_sink *sink)
{
    struct boot boot = {0};
    size_t at = 0;

    while (in->bytes.len - at >= PL_FRAME_HEAD) {
        uint32_t pid = pl_slice_u32(&in->bytes, at);
        uint32_t what = pl_slice_u32(&in->bytes, at + 4);
        uint32_t len = pl_slice_u32(&in->bytes, at + 8);
        int err;

        if (len > in->bytes.len - at - PL_FRAME_HEAD)
            return -EBADMSG;
        err = put_frame(sink, pid, what, pl_slice_part(&in->bytes, at + PL_FRAME_HEAD, len), &boot);
        if (err < 0)
            return err;
        at += PL_FRAME_HEAD + len;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}
