/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <pcap/pcap.h>
#include <string.h>

struct capture *capture_open(FILE *file, char reason[CAPTURE_ERROR])
{
    char text[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_fopen_offline(file, text);

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

int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR])
{
    struct pcap_pkthdr *header;
    const unsigned char *data;
    int got = pcap_next_ex((pcap_t *)capture, &header, &data);

    if (got == 1) {
        *out = (struct capture_packet){data, header->caplen, header->len};
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
