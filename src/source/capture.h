/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of a capture file: pcap and pcapng, read by libpcap. */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_packet {
    const uint8_t *data; /* valid until the next call */
    size_t captured;
    size_t length; /* on the wire; at least captured */
    uint64_t time; /* nanoseconds since the Epoch */
};

#define CAPTURE_ERROR 256

/* Returns whether a file that begins with these bytes is a capture. */
int capture_is(const uint8_t magic[4]);

/*
 * Takes the file, at its start. On failure returns NULL, and stores the reason as one line; the file
 * is closed.
 */
struct capture *capture_open(FILE *file, char reason[CAPTURE_ERROR]);
/* Returns the version of libpcap, or "none". */
const char *capture_built(void);
/* Returns the LINKTYPE of its packets. */
uint32_t capture_link(const struct capture *capture);
/* Returns 1; 0 at the end; -1 and the reason if the file is damaged. */
int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR]);
void capture_close(struct capture *capture);

#endif
