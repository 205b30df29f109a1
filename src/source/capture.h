/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of a capture file (pcap and pcapng), or of interfaces: by libpcap. */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_packet {
    const uint8_t *data; /* valid until the next call */
    size_t captured;
    size_t length;      /* on the wire; at least captured */
    uint64_t time;      /* nanoseconds since the Epoch */
    uint32_t interface; /* its number; 0: unknown */
};

#define CAPTURE_ERROR 256
/* Live, whole packets are delivered in blocks: one that is not full waits for so many milliseconds. */
#define CAPTURE_DELAY_MS 20

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
/*
 * Returns 1; 0 at the end, or, live, if no packet waits; -1 and the reason if the file is damaged, or no
 * more packets can be captured.
 */
int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR]);
void capture_close(struct capture *capture);

/* ---- live ---- */

enum capture_result {
    CAPTURE_OPEN,
    CAPTURE_DENIED, /* the user may not capture packets */
    CAPTURE_FAILED, /* with the reason */
    CAPTURE_ABSENT, /* this build has no libpcap */
};

struct capture_want {
    const unsigned int *interfaces; /* their numbers */
    size_t count;                   /* 0: all */
    bool whole; /* whole packets, also of UDP; otherwise the headers of TCP, and ICMP errors */
};

/*
 * Captures packets; no interface becomes promiscuous. On success stores the capture, which does not
 * block.
 */
enum capture_result capture_listen(const struct capture_want *want, struct capture **out,
                                   char reason[CAPTURE_ERROR]);
/* Returns a descriptor that poll(2) can wait for, or -1 if the system has none. */
int capture_fd(const struct capture *capture);
/* Returns how many packets the kernel had no room for. */
uint64_t capture_lost(const struct capture *capture);

struct capture_file;

/* Begins a capture file of such packets in an empty file, which it takes; NULL: out of memory. */
struct capture_file *capture_create(const struct capture *capture, FILE *file);
void capture_write(struct capture_file *file, const struct capture_packet *packet);
/* Return 0 or a negative errno of any write so far; file may be NULL. */
int capture_flush(struct capture_file *file);
int capture_finish(struct capture_file *file);

#endif
