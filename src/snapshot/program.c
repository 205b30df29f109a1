/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of processes that the kernel truncated. */
#include "decode/bytes.h"
#include "snapshot.h"

#include <string.h>

/* The longest name of a file: NAME_MAX of Linux. */
#define FILE_MAX 255

/* Linux appends this to the target of /proc/PID/exe after the file was removed or replaced. */
static struct pl_text without_deleted(struct pl_text exe)
{
    static const char mark[] = " (deleted)";
    const size_t len = sizeof(mark) - 1;

    if (exe.len > len && memcmp(exe.data + exe.len - len, mark, len) == 0)
        exe.len -= (uint32_t)len;
    return exe;
}

/* Replaces a truncated name by the name of a file that begins with it. */
static bool complete(struct pl_process *process, struct pl_text path)
{
    struct pl_text file = pl_text_after(path, '/');

    if (file.len <= PL_COMM_MAX || file.len > FILE_MAX ||
        memcmp(file.data, process->name.data, PL_COMM_MAX) != 0)
        return false;
    process->name = file;
    return true;
}

void pl_snapshot_complete_names(struct pl_snapshot *snap)
{
    struct pl_process *processes = snap->processes.items;

    for (size_t i = 0; i < snap->processes.count && snap->system == PL_SYSTEM_LINUX; i++) {
        struct pl_process *process = &processes[i];
        const struct pl_text first = {process->command.data, process->program_len};

        if (process->name.len != PL_COMM_MAX || complete(process, without_deleted(process->exe)) ||
            complete(process, process->script))
            continue;
        /* A title that the process wrote in place of its arguments is not a path. */
        if (first.len > 0 && !memchr(first.data, ' ', first.len))
            (void)complete(process, first);
    }
}
