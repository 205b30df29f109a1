/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that people paste: hexadecimal text in the forms that tools print. */
#ifndef WIRE_HEX_H
#define WIRE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The largest packet that libpcap reads. */
#define HEX_BYTES 262144

enum hex_error {
    HEX_FINE,
    HEX_DIGIT, /* not a hexadecimal digit */
    HEX_ODD,   /* half a byte */
    HEX_LARGE, /* more than HEX_BYTES */
    HEX_EMPTY,
};

struct hex {
    uint8_t bytes[HEX_BYTES];
    size_t count;
    enum hex_error error;
    size_t line, column; /* of the error, from 1 */
    char culprit;        /* the byte that is no digit */
};

/*
 * Reads text of len bytes: digits with blanks, colons, commas, dashes, "0x" or "\x" between them;
 * an array of C; lines of xxd(1), hexdump(1), od(1), tcpdump(1) and Wireshark, with offsets and
 * characters beside.
 */
enum hex_error hex_read(struct hex *hex, const char *text, size_t len);

#endif
