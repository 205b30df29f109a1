/* SPDX-License-Identifier: BSD-2-Clause */
/* A build without libpcap. */
#include "capture.h"

#include <string.h>

struct capture *capture_open(FILE *file, char reason[CAPTURE_ERROR])
{
    (void)fclose(file);
    (void)strlcpy(reason, "this build lacks libpcap: install libpcap-dev and build again",
                  CAPTURE_ERROR);
    return NULL;
}

uint32_t capture_link(const struct capture *capture)
{
    (void)capture;
    return UINT32_MAX;
}

int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR])
{
    (void)capture;
    (void)out;
    reason[0] = '\0';
    return 0;
}

void capture_close(struct capture *capture)
{
    (void)capture;
}

enum capture_result capture_listen(const struct capture_want *want, struct capture **out,
                                   char reason[CAPTURE_ERROR])
{
    (void)want;
    *out = NULL;
    reason[0] = '\0';
    return CAPTURE_ABSENT;
}

int capture_fd(const struct capture *capture)
{
    (void)capture;
    return -1;
}

uint64_t capture_lost(const struct capture *capture)
{
    (void)capture;
    return 0;
}

struct capture_file *capture_create(const struct capture *capture, FILE *file)
{
    (void)capture;
    (void)fclose(file);
    return NULL;
}

void capture_write(struct capture_file *file, const struct capture_packet *packet)
{
    (void)file;
    (void)packet;
}

int capture_flush(struct capture_file *file)
{
    (void)file;
    return 0;
}

int capture_finish(struct capture_file *file)
{
    (void)file;
    return 0;
}

const char *capture_built(void)
{
    return "none";
}
