/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slowdns MS [NAMES]: a resolver on 127.0.0.1:53 that replies to every PTR query with "host-N.test."
 * after MS milliseconds (0: never). NAMES is a file of labels in hexadecimal, one on each line: each
 * reply uses the next one in place of "host-N". Prints READY, and ends at end of file.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 4096
#define PACKET    512

struct question {
    uint8_t packet[PACKET];
    size_t len;
    struct sockaddr_in from;
    int64_t due;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads the next label of the file, of at most size bytes. Returns its length, or 0 at the end. */
static size_t next_label(FILE *names, char *label, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char line[256];
    size_t len = 0;

    if (!names || !fgets(line, sizeof(line), names))
        return 0;
    for (const char *at = line; len < size; at += 2) {
        const char *high = *at != '\0' ? strchr(digits, *at) : NULL;
        const char *low = high && at[1] != '\0' ? strchr(digits, at[1]) : NULL;

        if (!low)
            break;
        label[len++] = (char)((high - digits) << 4 | (low - digits));
    }
    return len;
}

/* Writes the query followed by one answer: RFC 1035 section 4.1. */
static void answer(int fd, const struct question *q, unsigned int number, FILE *names)
{
    uint8_t reply[PACKET + 128];
    size_t len = q->len;
    char label[64];
    size_t size = next_label(names, label, 63);
    size_t end = 12;

    if (size == 0)
        size = (size_t)snprintf(label, sizeof(label), "host-%u", number);
    /* Without the EDNS record that may follow the question. */
    while (end < len && q->packet[end] != 0)
        end += q->packet[end] + 1U;
    len = end + 5 <= len ? end + 5 : len;
    memcpy(reply, q->packet, len);
    memcpy(reply + 2, "\x81\x80", 2);
    memcpy(reply + 4, "\0\1\0\1\0\0\0\0", 8);
    memcpy(reply + len, "\xc0\x0c\0\x0c\0\1\0\0\0\x3c\0", 11);
    len += 11;
    reply[len++] = (uint8_t)(size + 7);
    reply[len++] = (uint8_t)size;
    memcpy(reply + len, label, size);
    len += size;
    memcpy(reply + len, "\4test", 6);
    len += 6;
    (void)sendto(fd, reply, len, 0, (const struct sockaddr *)&q->from, sizeof(q->from));
}

int main(int argc, char **argv)
{
    static struct question questions[QUESTIONS];
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(53)};
    const char *problem = NULL;
    int64_t delay = strtonum(argc > 1 ? argv[1] : "", 0, 60000, &problem);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    FILE *names = argc > 2 ? fopen(argv[2], "re") : NULL;
    size_t count = 0;
    size_t answered = 0;

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (problem || fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
        return 1;
    puts("READY");
    fflush(stdout);
    for (;;) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        int64_t left = delay > 0 && answered < count ? questions[answered].due - now_ms() : 60000;

        (void)poll(fds, 2, left > 0 ? (int)left : 0);
        if (fds[1].revents != 0)
            return 0;
        if (fds[0].revents & POLLIN && count < QUESTIONS) {
            struct question *q = &questions[count];
            socklen_t size = sizeof(q->from);
            ssize_t len = recvfrom(fd, q->packet, PACKET, 0, (struct sockaddr *)&q->from, &size);

            if (len >= 17) {
                q->len = (size_t)len;
                q->due = now_ms() + delay;
                count++;
            }
        }
        while (delay > 0 && answered < count && questions[answered].due <= now_ms()) {
            answer(fd, &questions[answered], (unsigned int)answered, names);
            answered++;
        }
    }
}
