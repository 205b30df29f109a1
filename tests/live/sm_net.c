/* SPDX-License-Identifier: BSD-2-Clause */
/* The network namespace: interfaces, addresses, and timeouts that keep each state long enough. */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int tun_fd = -1;
static int tun_other_fd = -1;

int sm_net_tun(void)
{
    return tun_fd;
}

/* Written to files of /proc/sys/net. If one is absent, a state only ends earlier. */
static const struct {
    const char *path;
    const char *value;
} settings[] = {
    {"ipv4/tcp_syn_retries", "127"},      {"ipv4/tcp_synack_retries", "255"},
    {"ipv4/tcp_orphan_retries", "255"},   {"ipv4/tcp_retries2", "100"},
    {"ipv4/tcp_fin_timeout", "600"},      {"ipv4/ping_group_range", "0 2147483647"},
    {"ipv4/tcp_keepalive_time", "32000"}, {"mptcp/enabled", "1"},
    {"mptcp/close_timeout", "600"},
};

static void write_setting(const char *path, const char *value)
{
    char file[200];
    int fd;

    snprintf(file, sizeof(file), "/proc/sys/net/%s", path);
    fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, value, strlen(value)) < 0)
        fprintf(stderr, "sockmaker: %s: %s\n", file, strerror(errno));
    close(fd);
}

static void bring_up(int control, const char *name)
{
    struct ifreq request = {0};

    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(control, SIOCGIFFLAGS, &request))
        sm_die("flags of %s", name);
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &request))
        sm_die("bring up %s", name);
}

static void add_address4(int control, const char *name, const char *address, const char *mask)
{
    struct ifreq request = {0};
    struct sockaddr_in *in = (void *)&request.ifr_addr;

    memcpy(request.ifr_name, name, strlen(name));
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    if (ioctl(control, SIOCSIFADDR, &request))
        sm_die("address %s on %s", address, name);
    inet_pton(AF_INET, mask, &in->sin_addr);
    if (ioctl(control, SIOCSIFNETMASK, &request))
        sm_die("netmask of %s", name);
}

/* An address becomes usable some time after it was added. */
static void wait_address6(const char *name, const char *address)
{
    int64_t deadline = sm_now_ms() + SM_DEADLINE_MS;
    int fd = sm_socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, AF_INET6, address, name, 0);

    while (bind(fd, (struct sockaddr *)&addr, length)) {
        if (errno != EADDRNOTAVAIL || sm_now_ms() > deadline)
            sm_die("bind to %s on %s", address, name);
        sched_yield();
    }
    close(fd);
}

static void add_address6(int control, const char *name, const char *address, unsigned prefix)
{
    /* struct in6_ifreq of linux/ipv6.h, which cannot be included together with netinet/in.h. */
    struct {
        struct in6_addr address;
        uint32_t prefix;
        int index;
    } request = {.prefix = prefix, .index = (int)if_nametoindex(name)};

    inet_pton(AF_INET6, address, &request.address);
    if (ioctl(control, SIOCSIFADDR, &request) && errno != EEXIST)
        sm_die("address %s on %s", address, name);
    wait_address6(name, address);
}

static int open_tun(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        sm_skip("feature: cannot open /dev/net/tun: %s", strerror(errno));
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(fd, TUNSETIFF, &request))
        sm_skip("feature: cannot make TUN device %s: %s", name, strerror(errno));
    return fd;
}

/* A test must not change sockets and settings of the machine itself. */
static void refuse_used_namespace(int control)
{
    struct if_nameindex *interfaces = if_nameindex();

    if (!interfaces)
        sm_die("if_nameindex");
    for (size_t i = 0; interfaces[i].if_index; i++) {
        struct ifreq request = {0};

        memcpy(request.ifr_name, interfaces[i].if_name, strlen(interfaces[i].if_name));
        if (ioctl(control, SIOCGIFFLAGS, &request))
            sm_die("flags of %s", interfaces[i].if_name);
        if (request.ifr_flags & IFF_UP && !(request.ifr_flags & IFF_LOOPBACK))
            sm_skip("%s is up: this network namespace is in use (run under unshare -n)",
                    interfaces[i].if_name);
    }
    if_freenameindex(interfaces);
}

void sm_net_setup(void)
{
    struct rlimit limit;
    int four = sm_socket(AF_INET, SOCK_DGRAM, 0);
    int six = sm_socket(AF_INET6, SOCK_DGRAM, 0);

    refuse_used_namespace(four);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        write_setting(settings[i].path, settings[i].value);
    tun_fd = open_tun(SM_TUN0);
    tun_other_fd = open_tun(SM_TUN1);
    /* The kernel must not add an address. */
    write_setting("ipv6/conf/" SM_TUN0 "/addr_gen_mode", "1");
    write_setting("ipv6/conf/" SM_TUN1 "/addr_gen_mode", "1");
    bring_up(four, "lo");
    bring_up(four, SM_TUN0);
    bring_up(four, SM_TUN1);
    add_address4(four, SM_TUN0, SM_TUN_LOCAL4, "255.255.255.0");
    add_address6(six, SM_TUN0, SM_TUN_LOCAL6, 64);
    add_address6(six, SM_TUN0, SM_LINK_LOCAL6, 64);
    add_address6(six, SM_TUN1, SM_LINK_LOCAL6, 64);
    add_address6(six, "lo", SM_LONG6, 128);
    close(four);
    close(six);
}
