/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include "model/array.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A handle of libpcap takes the place of struct capture. */
static pcap_t *handle_of(const struct capture *capture)
{
    return (pcap_t *)(uintptr_t)capture;
}

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
    return (uint32_t)pcap_datalink(handle_of(capture));
}

/* Times before 1970, and those after 2500, are limited. */
static uint64_t nanoseconds(pcap_t *pcap, const struct timeval *time)
{
    const int64_t most = INT64_C(17000000000);
    bool nano = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
    int64_t seconds = time->tv_sec;
    int64_t rest = (int64_t)time->tv_usec * (nano ? 1 : 1000);

    if (seconds < 0 || seconds > most)
        return seconds < 0 ? 0 : (uint64_t)most * 1000000000;
    return (uint64_t)seconds * 1000000000 + (rest >= 0 && rest < 1000000000 ? (uint64_t)rest : 0);
}

/* Linux cooked captures, version 2, have the number of the interface. */
static uint32_t interface_of(pcap_t *pcap, const unsigned char *data, size_t captured)
{
    const size_t at = 4;

    if (pcap_datalink(pcap) != DLT_LINUX_SLL2 || captured < at + 4)
        return 0;
    return (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 | (uint32_t)data[at + 2] << 8 |
           data[at + 3];
}

int capture_next(struct capture *capture, struct capture_packet *out, char reason[CAPTURE_ERROR])
{
    pcap_t *pcap = handle_of(capture);
    struct pcap_pkthdr *header;
    const unsigned char *data;
    int got = pcap_next_ex(pcap, &header, &data);

    if (got == 1) {
        *out = (struct capture_packet){data, header->caplen, header->len,
                                       nanoseconds(pcap, &header->ts),
                                       interface_of(pcap, data, header->caplen)};
        return 1;
    }
    if (got == 0 || got == PCAP_ERROR_BREAK)
        return 0;
    (void)strlcpy(reason, pcap_geterr(pcap), CAPTURE_ERROR);
    return -1;
}

void capture_close(struct capture *capture)
{
    pcap_close(handle_of(capture));
}

const char *capture_built(void)
{
    return pcap_lib_version();
}

/* ---- live ---- */

/* Bytes of a packet: an ICMPv6 error, with the headers of the packet that it returns; or all. */
#define HEADERS 256
#define WHOLE   262144
/*
 * Bytes of the kernel's buffer. On Linux, a packet occupies less than 512 of them: it has room for 65,536
 * packets, however slowly they come.
 */
#define BUFFER (32 * 1024 * 1024)

#define EVERY "any" /* the device of Linux for all interfaces */

/*
 * All of TCP, since the third step may carry data; the errors of ICMP and ICMPv6; packets of IPv6 with
 * extension headers, which this language cannot follow; and those with VLAN tags, MPLS or PPPoE.
 * The kernel removes the first VLAN tag before it applies the filter.
 */
#define WANTED                                                                             \
    "tcp or icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12 or (icmp6 and ip6[40] < 5)"        \
    " or (ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 51 or ip6[6] = 60" \
    " or ip6[6] = 135)) or ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100" \
    " or ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864"

/* On Ethernet, a length instead of a type may be followed by LLC and SNAP. */
#define WANTED_ETHERNET " or (ether[12:2] < 0x600 and ether[14:2] = 0xaaaa)"

/* Returns the index of the loopback interface, which may have any name, or 0 if the system has no such interface. */
static unsigned int find_loopback(void)
{
    struct ifaddrs *all = NULL;
    unsigned int found = 0;

    if (getifaddrs(&all) != 0)
        return 0;
    for (const struct ifaddrs *at = all; at && found == 0; at = at->ifa_next) {
        if (at->ifa_flags & IFF_LOOPBACK)
            found = if_nametoindex(at->ifa_name);
    }
    freeifaddrs(all);
    return found;
}

/* Appends the numbers of the interfaces, and leaves out the second copy of a packet on loopback. */
static void print_filter(const struct capture_want *want, int link, unsigned int loopback,
                         char *text, size_t size)
{
    bool cooked = link == DLT_LINUX_SLL2;
    size_t len;

    (void)snprintf(text, size, "%s%s%s)", want->whole ? "(udp or " : "(", WANTED,
                   link == DLT_EN10MB ? WANTED_ETHERNET : "");
    for (size_t i = 0; i < want->count && cooked; i++) {
        len = strlen(text);
        (void)snprintf(text + len, size - len, "%sifindex %u%s", i == 0 ? " and (" : " or ",
                       want->interfaces[i], i + 1 == want->count ? ")" : "");
    }
    len = strlen(text);
    if (cooked && loopback != 0)
        (void)snprintf(text + len, size - len, " and not (ifindex %u and outbound)", loopback);
}

static bool has_link(pcap_t *pcap, int wanted)
{
    int *links = NULL;
    int count = pcap_list_datalinks(pcap, &links);
    bool found = false;

    for (int i = 0; i < count; i++)
        found |= links[i] == wanted;
    if (count > 0)
        pcap_free_datalinks(links);
    return found;
}

static bool set_filter(pcap_t *pcap, const struct capture_want *want)
{
    unsigned int loopback = find_loopback();
    struct bpf_program program;
    char text[1536];
    int err;

    /* Without numbers of interfaces, a filter cannot recognize the second copy. */
    if (want->count == 1 && want->interfaces[0] == loopback &&
        pcap_setdirection(pcap, PCAP_D_IN) != 0)
        return false;
    print_filter(want, pcap_datalink(pcap), loopback, text, sizeof(text));
    if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    err = pcap_setfilter(pcap, &program);
    pcap_freecode(&program);
    return err == 0;
}

/* Activates the device. */
static enum capture_result start(pcap_t *pcap, const struct capture_want *want,
                                 char reason[CAPTURE_ERROR])
{
    char text[PCAP_ERRBUF_SIZE] = "";
    int got;

    (void)pcap_set_snaplen(pcap, want->whole ? WHOLE : HEADERS);
    (void)pcap_set_promisc(pcap, 0);
    /* Headers are delivered at once. Whole packets would have too few slots of that size. */
    (void)pcap_set_immediate_mode(pcap, !want->whole);
    (void)pcap_set_timeout(pcap, CAPTURE_DELAY_MS);
    (void)pcap_set_buffer_size(pcap, BUFFER);
    (void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    got = pcap_activate(pcap);
    if (got == PCAP_ERROR_PERM_DENIED)
        return CAPTURE_DENIED;
    if (got == PCAP_ERROR_NO_SUCH_DEVICE && want->count != 1) {
        (void)strlcpy(reason, "this system captures on one interface at a time: name it with -i",
                      CAPTURE_ERROR);
        return CAPTURE_FAILED;
    }
    if (got >= 0 &&
        (!has_link(pcap, DLT_LINUX_SLL2) || pcap_set_datalink(pcap, DLT_LINUX_SLL2) == 0) &&
        set_filter(pcap, want) && pcap_setnonblock(pcap, 1, text) == 0)
        return CAPTURE_OPEN;
    (void)strlcpy(reason, text[0] != '\0' ? text : pcap_geterr(pcap), CAPTURE_ERROR);
    if (reason[0] == '\0')
        (void)strlcpy(reason, pcap_statustostr(got), CAPTURE_ERROR);
    return CAPTURE_FAILED;
}

enum capture_result capture_listen(const struct capture_want *want, struct capture **out,
                                   char reason[CAPTURE_ERROR])
{
    char text[PCAP_ERRBUF_SIZE] = "";
    char name[IF_NAMESIZE] = EVERY;
    enum capture_result result;
    pcap_t *pcap;

    /* A single interface is opened itself: some frames are not delivered to the device for all. */
    if (want->count == 1 && !if_indextoname(want->interfaces[0], name)) {
        (void)strlcpy(reason, strerror(errno), CAPTURE_ERROR);
        return CAPTURE_FAILED;
    }
    pcap = pcap_create(name, text);
    if (!pcap) {
        (void)strlcpy(reason, text, CAPTURE_ERROR);
        return CAPTURE_FAILED;
    }
    result = start(pcap, want, reason);
    if (result == CAPTURE_OPEN)
        *out = (struct capture *)pcap;
    else
        pcap_close(pcap);
    return result;
}

int capture_fd(const struct capture *capture)
{
    return pcap_get_selectable_fd(handle_of(capture));
}

uint64_t capture_lost(const struct capture *capture)
{
    struct pcap_stat counts = {0};

    return pcap_stats(handle_of(capture), &counts) == 0 ? counts.ps_drop : 0;
}

/* ---- files ---- */

struct capture_file {
    pcap_dumper_t *dumper;
    unsigned int unit; /* nanoseconds of a unit of its times */
};

struct capture_file *capture_create(const struct capture *capture, FILE *file)
{
    pcap_t *pcap = handle_of(capture);
    bool nano = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
    struct capture_file *out = malloc(sizeof(*out));

    if (out)
        *out = (struct capture_file){pcap_dump_fopen(pcap, file), nano ? 1 : 1000};
    if (out && out->dumper)
        return out;
    free(out);
    (void)fclose(file);
    return NULL;
}

void capture_write(struct capture_file *file, const struct capture_packet *packet)
{
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(packet->time / 1000000000),
               .tv_usec = (suseconds_t)(packet->time % 1000000000 / file->unit)},
        .caplen = (bpf_u_int32)packet->captured,
        .len = (bpf_u_int32)packet->length,
    };

    pcap_dump((unsigned char *)file->dumper, &header, packet->data);
}

int capture_flush(struct capture_file *file)
{
    if (!file)
        return 0;
    errno = 0;
    if (pcap_dump_flush(file->dumper) == 0 && !ferror(pcap_dump_file(file->dumper)))
        return 0;
    return errno != 0 ? -errno : -EIO;
}

int capture_finish(struct capture_file *file)
{
    int err = capture_flush(file);

    if (file)
        pcap_dump_close(file->dumper);
    free(file);
    return err;
}
