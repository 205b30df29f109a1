/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handshakes CONNECTIONS CLIENTS: writes a capture of that many TCP connections of 8 segments each to
 * standard output: three steps, data and its acknowledgment, three segments for the end. They are from
 * that many client addresses, and 16 run at a time.
 * handshakes --floor FILE: reads such a capture with the least work that verdicts take: maps it, finds
 * each connection by a hash of its ends, and checks the acknowledgment numbers of the handshake. Prints
 * the number of completed connections.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENTS 8U
#define AT_ONCE  16U
#define DATA     12U
#define FRAME    54U /* Ethernet, IPv4, TCP */

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to + 2, value);
}

static uint32_t get16(const uint8_t *from)
{
    return (uint32_t)from[0] << 8 | from[1];
}

static uint32_t get32(const uint8_t *from)
{
    return get16(from) << 16 | get16(from + 2);
}

static uint32_t sum(const uint8_t *bytes, size_t len, uint32_t start)
{
    for (size_t i = 0; i + 1 < len; i += 2)
        start += get16(bytes + i);
    return start;
}

static uint32_t fold(uint32_t value)
{
    value = (value & 0xffff) + (value >> 16);
    return ~((value & 0xffff) + (value >> 16)) & 0xffff;
}

static uint32_t mix(uint32_t value)
{
    value = (value ^ value >> 16) * 0x45d9f3bU;
    return (value ^ value >> 13) * 0x9e3779b1U;
}

/* Segment step of connection number: who sends it, flags, numbers counted from the initial ones. */
static const struct {
    bool back;
    uint8_t flags;
    uint32_t seq, ack, data;
} steps[SEGMENTS] = {
    {false, SYN, 0, 0, 0},
    {true, SYN | ACK, 0, 1, 0},
    {false, ACK, 1, 1, 0},
    {false, PSH | ACK, 1, 1, DATA},
    {true, ACK, 1, 1 + DATA, 0},
    {true, FIN | ACK, 1, 1 + DATA, 0},
    {false, FIN | ACK, 1 + DATA, 2, 0},
    {true, ACK, 2, 2 + DATA, 0},
};

static void write_segment(uint32_t number, uint32_t step, uint32_t clients, uint64_t us)
{
    static const uint8_t ethernet[14] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
    uint32_t client = 0x0a000000U + number % clients;
    uint32_t port = 1024 + number / clients % 60000;
    uint32_t isn[2] = {mix(number * 2), mix(number * 2 + 1)};
    bool back = steps[step].back;
    uint32_t len = 40 + steps[step].data;
    uint32_t record[4] = {(uint32_t)(us / 1000000), (uint32_t)(us % 1000000), 14 + len, 14 + len};
    uint8_t frame[FRAME + DATA] = {0};
    uint8_t *ip = frame + 14;
    uint8_t *tcp = ip + 20;

    memcpy(frame, ethernet, sizeof(ethernet));
    ip[0] = 0x45;
    put16(ip + 2, len);
    ip[8] = 64;
    ip[9] = 6;
    put32(ip + 12, back ? 0xc0a80001U : client);
    put32(ip + 16, back ? client : 0xc0a80001U);
    put16(ip + 10, fold(sum(ip, 20, 0)));
    put16(tcp, back ? 443 : port);
    put16(tcp + 2, back ? port : 443);
    put32(tcp + 4, isn[back] + steps[step].seq);
    put32(tcp + 8, steps[step].flags & ACK ? isn[!back] + steps[step].ack : 0);
    tcp[12] = 5 << 4;
    tcp[13] = steps[step].flags;
    put16(tcp + 14, 64240);
    put16(tcp + 16, fold(sum(tcp, len - 20, sum(ip + 12, 8, 6 + len - 20))));
    (void)fwrite(record, sizeof(record), 1, stdout);
    (void)fwrite(frame, 14 + len, 1, stdout);
}

static int write_capture(uint32_t connections, uint32_t clients)
{
    static const uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1};
    uint64_t us = UINT64_C(1795969217000000);

    (void)fwrite(header, sizeof(header), 1, stdout);
    for (uint32_t first = 0; first < connections; first += AT_ONCE) {
        for (uint32_t step = 0; step < SEGMENTS; step++) {
            for (uint32_t i = first; i < first + AT_ONCE && i < connections; i++)
                write_segment(i, step, clients, us++);
        }
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

/* ---- the floor ---- */

#define SLOTS (1U << 20)

struct slot {
    uint32_t addr, port, isn, peer_isn, state;
};

static int read_floor(const char *name)
{
    struct slot *slots = calloc(SLOTS, sizeof(*slots));
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    uint64_t completed = 0;
    struct stat info;
    uint8_t *file;

    if (fd < 0 || !slots || fstat(fd, &info) != 0)
        return 1;
    file = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file == MAP_FAILED)
        return 1;
    for (size_t at = 24; at + 16 + FRAME <= (size_t)info.st_size;) {
        const uint8_t *ip = file + at + 16 + 14;
        const uint8_t *tcp = ip + 20;
        bool back = get16(tcp) == 443;
        uint32_t addr = get32(ip + (back ? 16 : 12));
        uint32_t port = get16(tcp + (back ? 2 : 0));
        uint32_t i = mix(addr ^ port << 16 ^ port) % SLOTS;
        uint32_t len;

        memcpy(&len, file + at + 8, 4);
        at += 16 + len;
        while (slots[i].state != 0 && (slots[i].addr != addr || slots[i].port != port))
            i = (i + 1) % SLOTS;
        if ((tcp[13] & (SYN | ACK)) == SYN) {
            slots[i] = (struct slot){addr, port, get32(tcp + 4), 0, 1};
        } else if (tcp[13] & SYN) {
            if (get32(tcp + 8) == slots[i].isn + 1)
                slots[i].state = 2;
            slots[i].peer_isn = get32(tcp + 4);
        } else if (slots[i].state == 2 && !back && get32(tcp + 8) == slots[i].peer_isn + 1) {
            slots[i].state = 3;
            completed++;
        }
    }
    (void)printf("%llu\n", (unsigned long long)completed);
    (void)munmap(file, (size_t)info.st_size);
    (void)close(fd);
    free(slots);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--floor") == 0)
        return read_floor(argv[2]);
    if (argc != 3) {
        (void)fprintf(stderr, "usage: handshakes CONNECTIONS CLIENTS | --floor FILE\n");
        return 2;
    }
    return write_capture((uint32_t)strtonum(argv[1], 1, 100000000, NULL),
                         (uint32_t)strtonum(argv[2], 1, 16000000, NULL));
}
