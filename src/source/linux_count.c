/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

uint64_t pl_linux_open_files(void)
{
    char text[64]; /* proc_sys_fs(5), file-nr: "allocated unused maximum" */
    int fd = open("/proc/sys/fs/file-nr", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        close(fd);
    if (len <= 0)
        return 0;
    text[len] = '\0';
    return strtoull(text, NULL, 10);
}

unsigned int pl_linux_cpus(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 0; /* more than the set holds: many */
    return (unsigned int)CPU_COUNT(&set);
}
