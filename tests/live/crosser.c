/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crosser ADDRESS PORT PEER PEERPORT: opens a TCP connection from ADDRESS:PORT to PEER:PEERPORT through the
 * TUN interface "cross", and is the peer itself: it answers the SYN with a SYN of its own, of number
 * 1000000, as if both had been sent at the same time (RFC 9293, figure 8). Prints its process id when the
 * connection is established.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NUMBER 1000000U

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

static uint32_t get(const uint8_t *at, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static void put(uint8_t *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static uint32_t add(uint32_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += 2)
        sum += get(bytes + i, 2);
    return sum;
}

static uint16_t checksum(uint32_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Sends a segment back to the sender of packet, which has an IPv4 header of 20 bytes. */
static void reply(int tun, const uint8_t *packet, uint32_t seq, uint32_t ack, uint8_t flags)
{
    uint8_t out[40] = {0x45, [3] = 40, [8] = 64, [9] = IPPROTO_TCP};

    memcpy(out + 12, packet + 16, 4);
    memcpy(out + 16, packet + 12, 4);
    put(out + 10, checksum(add(0, out, 20)), 2);
    memcpy(out + 20, packet + 22, 2);
    memcpy(out + 22, packet + 20, 2);
    put(out + 24, seq, 4);
    put(out + 28, ack, 4);
    out[32] = 0x50;
    out[33] = flags;
    put(out + 34, 65535, 2);
    put(out + 36, checksum(add(IPPROTO_TCP + 20, out + 12, 28)), 2);
    (void)!write(tun, out, sizeof(out));
}

static int open_tun(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    (void)snprintf(request.ifr_name, sizeof(request.ifr_name), "cross");
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) != 0)
        return -1;
    /* Before, the interface drops what is sent. */
    for (int i = 0; i < 500; i++) {
        if (ioctl(fd, SIOCGIFFLAGS, &request) != 0 || request.ifr_flags & IFF_RUNNING)
            break;
        (void)usleep(10000);
    }
    (void)close(fd);
    return tun;
}

/* Returns 0 when the other end has acknowledged our SYN, and has the acknowledgment of its own. */
static int answer(int tun)
{
    struct pollfd polled = {.fd = tun, .events = POLLIN};
    uint8_t packet[2048];

    while (poll(&polled, 1, 10000) > 0) {
        ssize_t got = read(tun, packet, sizeof(packet));
        const uint8_t *tcp = packet + 20;

        if (got < 40 || packet[0] != 0x45 || packet[9] != IPPROTO_TCP)
            continue;
        if ((tcp[13] & (SYN | ACK)) == SYN)
            reply(tun, packet, NUMBER, 0, SYN);
        else if ((tcp[13] & (SYN | ACK)) == (SYN | ACK) && get(tcp + 8, 4) == NUMBER + 1)
            reply(tun, packet, NUMBER, get(tcp + 4, 4) + 1, SYN | ACK);
        else if (tcp[13] & ACK)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in ends[2] = {{.sin_family = AF_INET}, {.sin_family = AF_INET}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int tun = argc > 4 ? open_tun() : -1;

    if (tun < 0) {
        perror("crosser");
        return 1;
    }
    for (int i = 0; i < 2; i++) {
        (void)inet_pton(AF_INET, argv[1 + 2 * i], &ends[i].sin_addr);
        ends[i].sin_port = htons((uint16_t)strtonum(argv[2 + 2 * i], 1, 65535, NULL));
    }
    if (bind(fd, (struct sockaddr *)&ends[0], sizeof(ends[0])) != 0 ||
        (connect(fd, (struct sockaddr *)&ends[1], sizeof(ends[1])) != 0 && errno != EINPROGRESS)) {
        perror("crosser");
        return 1;
    }
    if (answer(tun) != 0)
        return 1;
    printf("%ld\n", (long)getpid());
    return 0;
}
