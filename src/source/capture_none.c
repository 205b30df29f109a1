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

const char *capture_built(void)
{
    return "none";
}
