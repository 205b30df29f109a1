/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <pcap/pcap.h>
#include <string.h>

struct capture *capture_open(FILE *file, char reason[CAPTURE_ERROR])
{
    char text[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text);

    if (!pcap) {
        (void)strlcpy(reason, text, CAPTURE_ERROR);
        (void)fclose(file);
    }
    return (struct capture *)pcap;
}

uint32_t capture_link(const struct capture *capture)
{
    return (uint32_t)pcap_datalink((pcap_t *)(uintptr_t)capture);
}

/* With that precision, tv_usec counts nanoseconds. Times before 1970, and those after 2500, are limited. */
static uint64_t nanoseconds(const struct timeval *time)
{
    const int64_t most = INT64_C(17000000000);
    int64_t seconds = time->tv_sec;
    int64_t rest = time->tv_usec;

    if (seconds < 0 || seconds > most)
        return seconds < 0 ? 0 : (uint64_t)most * 1000000000;
    return (uint64_t)seconds * 1000000000 + (rest >= 0 && rest < 1000000000 ? (uint64_t)rest : 0);
}

int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR])
{
    struct pcap_pkthdr *header;
    const unsigned char *data;
    int got = pcap_next_ex((pcap_t *)capture, &header, &data);

    if (got == 1) {
        *out = (struct capture_packet){data, header->caplen, header->len, nanoseconds(&header->ts)};
        return 1;
    }
    if (got == PCAP_ERROR_BREAK)
        return 0;
    (void)strlcpy(reason, pcap_geterr((pcap_t *)capture), CAPTURE_ERROR);
    return -1;
}

void capture_close(struct capture *capture)
{
    pcap_close((pcap_t *)capture);
}

const char *capture_built(void)
{
    return pcap_lib_version();
}
