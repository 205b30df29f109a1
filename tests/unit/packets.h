/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets in hexadecimal, for tests of decode/wire. */
#ifndef TEST_PACKETS_H
#define TEST_PACKETS_H

#include "harness.h"

#include "api/wire.h"

/* A SYN over IPv4: 10.9.0.1:57174 to 10.9.0.2:20000; only the pseudo header is summed. */
#define SYN_IP      "4500003c10b440004006 15f4 0a090001 0a090002"
#define SYN_TCP     "df564e20 54cb86eb 00000000 a002 faf0 1443 0000"
#define SYN_OPTIONS "020405b4 0402080a cd4c572f 00000000 0103030a"

/* Converts digits, ignoring blanks; returns the number of bytes. */
static inline size_t packet_bytes(const char *text, uint8_t *out, size_t max)
{
    size_t count = 0;
    unsigned int value = 0;
    unsigned int digits = 0;

    for (; *text != '\0'; text++) {
        if (*text == ' ')
            continue;
        value = value << 4 | (unsigned int)(*text <= '9' ? *text - '0' : (*text | 0x20) - 'a' + 10);
        if (++digits % 2 == 0) {
            assert_true(count < max);
            out[count++] = (uint8_t)value;
        }
    }
    assert_int_equal(digits % 2, 0);
    return count;
}

/* A packet, decoded; the bytes are in a block of their exact size, so that ASan sees each overrun. */
struct packet {
    struct pl_wire wire;
    uint8_t *bytes;
    struct pl_wire_field fields[PL_WIRE_FIELDS];
    size_t count;
};

/* length 0: all bytes were captured. */
static inline void packet_decode(struct packet *packet, const char *text, size_t length,
                                 enum pl_wire_proto first)
{
    uint8_t buf[2048];
    size_t len = packet_bytes(text, buf, sizeof(buf));

    packet->bytes = malloc(len > 0 ? len : 1);
    assert_non_null(packet->bytes);
    memcpy(packet->bytes, buf, len);
    pl_wire_decode(&packet->wire, packet->bytes, len, length > 0 ? length : len, first);
}

/* Reads the fields of a header; -1: the last. */
static inline void packet_fields(struct packet *packet, int index)
{
    const struct pl_wire *wire = &packet->wire;
    size_t at = index < 0 ? wire->count - 1 : (size_t)index;

    assert_true(at < wire->count);
    packet->count = pl_wire_fields(wire, &wire->headers[at], packet->fields);
}

/* Returns the field with that number among those of its id, from 0. */
static inline const struct pl_wire_field *packet_nth(const struct packet *packet, unsigned int id,
                                                     size_t nth)
{
    for (size_t i = 0; i < packet->count; i++) {
        if (packet->fields[i].id == id && nth-- == 0)
            return &packet->fields[i];
    }
    print_error("no field %s\n", pl_wire_field_name(id));
    abort();
}

static inline uint64_t packet_value(const struct packet *packet, unsigned int id)
{
    return packet_nth(packet, id, 0)->value;
}

static inline unsigned int packet_fault(const struct packet *packet, unsigned int id)
{
    return packet_nth(packet, id, 0)->fault;
}

/* Asserts the protocols of the headers, which end with PL_WIRE_NONE. */
static inline void packet_headers(const struct packet *packet, const uint8_t *protos)
{
    size_t i = 0;

    for (; protos[i] != PL_WIRE_NONE; i++) {
        assert_true(i < packet->wire.count);
        assert_string_equal(pl_wire_name(packet->wire.headers[i].proto), pl_wire_name(protos[i]));
    }
    assert_int_equal(packet->wire.count, i);
}

static inline void packet_free(struct packet *packet)
{
    free(packet->bytes);
}

/* Decodes, asserts the headers and the reason of the end, and leaves the packet to look at. */
#define HEADERS(packet, ...) packet_headers(packet, (const uint8_t[]){__VA_ARGS__, PL_WIRE_NONE})

#endif
