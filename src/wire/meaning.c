/* SPDX-License-Identifier: BSD-2-Clause */
/* What the value of a field means. */
#include "page.h"

#include "api/names.h"
#include "api/service.h"
#include "model/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct word {
    uint64_t number;
    const char *text;
};

/* ICMP and ICMPv6: type << 8 | code; code 255: any other. RFC 792, 1812, 4443. */
static const struct word icmp_codes[] = {
    {0x0300, "network unreachable"},
    {0x0301, "host unreachable"},
    {0x0302, "protocol unreachable"},
    {0x0303, "port unreachable: nothing listens there"},
    {0x0304, "fragmentation needed, but DF is set"},
    {0x0305, "source route failed"},
    {0x0309, "network administratively prohibited"},
    {0x030a, "host administratively prohibited"},
    {0x030d, "administratively prohibited: a firewall refused it"},
    {0x0500, "redirect for the network"},
    {0x0501, "redirect for the host"},
    {0x0b00, "time to live exceeded in transit"},
    {0x0b01, "fragment reassembly time exceeded"},
};

static const struct word icmpv6_codes[] = {
    {0x0100, "no route to destination"},
    {0x0101, "administratively prohibited: a firewall refused it"},
    {0x0102, "beyond scope of source address"},
    {0x0103, "address unreachable"},
    {0x0104, "port unreachable: nothing listens there"},
    {0x0105, "source address failed policy"},
    {0x0106, "route to destination rejected"},
    {0x0300, "hop limit exceeded in transit"},
    {0x0301, "fragment reassembly time exceeded"},
};

static const struct word icmp_types[] = {
    {0, "echo reply"},           {3, "destination unreachable"},
    {4, "source quench"},        {5, "redirect"},
    {8, "echo request"},         {9, "router advertisement"},
    {10, "router solicitation"}, {11, "time exceeded"},
    {12, "parameter problem"},   {13, "timestamp request"},
    {14, "timestamp reply"},
};

static const struct word icmpv6_types[] = {
    {1, "destination unreachable"},
    {2, "packet too big"},
    {3, "time exceeded"},
    {4, "parameter problem"},
    {128, "echo request"},
    {129, "echo reply"},
    {130, "multicast listener query"},
    {131, "multicast listener report"},
    {132, "multicast listener done"},
    {133, "router solicitation"},
    {134, "router advertisement"},
    {135, "neighbor solicitation"},
    {136, "neighbor advertisement"},
    {137, "redirect"},
    {143, "multicast listener report, version 2"},
};

/* RFC 8684, section 3. */
static const struct word subtypes[] = {
    {0, "MP_CAPABLE: asks for MPTCP"},
    {1, "MP_JOIN: adds a path"},
    {2, "DSS: data sequence signal"},
    {3, "ADD_ADDR: announces an address"},
    {4, "REMOVE_ADDR"},
    {5, "MP_PRIO: changes the priority of a path"},
    {6, "MP_FAIL: falls back to TCP"},
    {7, "MP_FASTCLOSE: ends the connection"},
    {8, "MP_TCPRST: why a path ends"},
};

/* https://www.iana.org/assignments/tcp-parameters, experiment identifiers. */
static const struct word experiments[] = {
    {0xf989, "Fast Open"},
    {0xacc0, "AccECN, order 0"},
    {0xacc1, "AccECN, order 1"},
    {0xe2d4, "SMC-R"},
};

static const struct word ecns[] = {
    {0, "not ECN-capable"},
    {1, "ECT(1)"},
    {2, "ECT(0)"},
    {3, "congestion experienced"},
};

/* RFC 2474, 2597, 3246, 5865, 8622. */
static const struct word services[] = {
    {0, "default"}, {1, "LE"},    {8, "CS1"},   {10, "AF11"}, {12, "AF12"}, {14, "AF13"},
    {16, "CS2"},    {18, "AF21"}, {20, "AF22"}, {22, "AF23"}, {24, "CS3"},  {26, "AF31"},
    {28, "AF32"},   {30, "AF33"}, {32, "CS4"},  {34, "AF41"}, {36, "AF42"}, {38, "AF43"},
    {40, "CS5"},    {44, "VA"},   {46, "EF"},   {48, "CS6"},  {56, "CS7"},
};

static const struct word directions[] = {
    {0, "to this machine"},      {1, "broadcast"}, {2, "multicast"}, {3, "to another machine"},
    {4, "sent by this machine"},
};

static const struct word ppp_protocols[] = {
    {0x21, "IPv4"},
    {0x57, "IPv6"},
    {0xc021, "link control"},
    {0x8021, "IP control"},
};

static const char *word_of(const struct word *words, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].number == number)
            return words[i].text;
    }
    return "";
}

#define WORD_OF(words, number) word_of(words, COUNT_OF(words), number)

/* A field, and where to write its meaning. */
struct job {
    const struct page *page;
    const struct page_header *header;
    const struct pl_wire_field *field;
    char *meaning;
};

__attribute__((format(printf, 2, 3))) static void say(const struct job *job, const char *format,
                                                      ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(job->meaning, PAGE_MEANING, format, args);
    va_end(args);
}

/* Returns the value of another field of the same header; 0 if it has none. */
static uint64_t other(const struct job *job, unsigned int id)
{
    for (size_t i = 0; i < job->header->count; i++) {
        if (job->header->fields[i].id == id && !job->header->fields[i].cut)
            return job->header->fields[i].value;
    }
    return 0;
}

/* ---- fields ---- */

static void say_port(const struct job *job)
{
    bool tcp = job->header->header->proto == PL_WIRE_TCP;
    enum pl_proto proto = tcp ? PL_PROTO_TCP : PL_PROTO_UDP;
    unsigned int port = (unsigned int)job->field->value;
    struct pl_common use;
    size_t at = 0;
    const char *name = pl_service_name(port, proto);

    if (pl_common_get(port, proto, &at, &use) && !use.any)
        name = use.name;
    if (name)
        say(job, "%s", name);
    else if (port >= 49152)
        say(job, "a dynamic port");
}

static void say_seq(const struct job *job)
{
    if (other(job, PL_WIRE_F_SYN) != 0)
        say(job, "the sender's initial number");
}

static void say_ack_number(const struct job *job)
{
    uint32_t before = (uint32_t)job->field->value - 1;

    if (other(job, PL_WIRE_F_ACK) == 0)
        say(job, "no meaning: ACK is not set");
    else if (other(job, PL_WIRE_F_SYN) != 0)
        say(job, "ACK = SYN + 1: %lu + 1", (unsigned long)before);
}

static void say_window(const struct job *job)
{
    if (other(job, PL_WIRE_F_SYN) != 0)
        say(job, "bytes; never scaled in a SYN");
    else
        say(job, "shifted left by the window scale of the sender's SYN");
}

static void say_checksum(const struct job *job)
{
    static const char *const states[PL_WIRE_CHECKSUM_MAX] = {
        [PL_WIRE_CHECKSUM_NONE] = "",
        [PL_WIRE_CHECKSUM_GOOD] = "good",
        [PL_WIRE_CHECKSUM_PARTIAL] = "left to the interface",
        [PL_WIRE_CHECKSUM_FRAGMENT] = "not checked: it covers other fragments, too",
        [PL_WIRE_CHECKSUM_CUT] = "not checked: it covers bytes that were not captured",
    };
    const struct pl_wire_header *header = job->header->header;

    if (job->field->option != 0)
        return;
    if (header->checksum == PL_WIRE_CHECKSUM_BAD)
        say(job, "should be 0x%04x", header->expected);
    else if (header->checksum == PL_WIRE_CHECKSUM_NONE && header->proto == PL_WIRE_UDP &&
             job->field->value == 0)
        say(job, "none");
    else if (header->checksum == PL_WIRE_CHECKSUM_NONE)
        say(job, job->page->wire.family == 0 ? "not checked: it covers the addresses of IP"
                                             : "not checked");
    else if (states[header->checksum])
        say(job, "%s", states[header->checksum]);
}

static void say_protocol(const struct job *job)
{
    const char *name = pl_protocol_name(PL_PROTO_RAW, job->field->value);

    if (name)
        say(job, "%s", name);
}

static void say_type(const struct job *job)
{
    const char *name = pl_protocol_name(PL_PROTO_PACKET, job->field->value);

    if (name)
        say(job, "%s", name);
}

static void say_icmp_type(const struct job *job)
{
    bool v6 = job->header->header->proto == PL_WIRE_ICMPV6;

    say(job, "%s",
        v6 ? WORD_OF(icmpv6_types, job->field->value) : WORD_OF(icmp_types, job->field->value));
}

static void say_icmp_code(const struct job *job)
{
    bool v6 = job->header->header->proto == PL_WIRE_ICMPV6;
    uint64_t number = other(job, PL_WIRE_F_ICMP_TYPE) << 8 | job->field->value;

    say(job, "%s", v6 ? WORD_OF(icmpv6_codes, number) : WORD_OF(icmp_codes, number));
}

static void say_words(const struct job *job)
{
    say(job, "%u bytes", (unsigned int)job->field->value * 4);
}

static void say_extension(const struct job *job)
{
    say(job, "%u bytes", (unsigned int)job->field->value * 8 + 8);
}

static void say_auth_length(const struct job *job)
{
    say(job, "%u bytes", (unsigned int)job->field->value * 4 + 8);
}

static void say_offset(const struct job *job)
{
    say(job, "byte %u", (unsigned int)job->field->value * 8);
}

static void say_bytes(const struct job *job)
{
    say(job, "bytes");
}

static void say_scale(const struct job *job)
{
    unsigned int scale = job->field->value > 14 ? 14 : (unsigned int)job->field->value;

    say(job, "windows count in units of %u", 1U << scale);
}

static void say_timeout(const struct job *job)
{
    say(job, other(job, PL_WIRE_F_GRANULARITY) != 0 ? "minutes" : "seconds");
}

static void say_kind(const struct job *job)
{
    say(job, "%s", pl_wire_field_title(job->field->option));
}

static void say_subtype(const struct job *job)
{
    say(job, "%s", WORD_OF(subtypes, job->field->value));
}

static void say_exid(const struct job *job)
{
    say(job, "%s", WORD_OF(experiments, job->field->value));
}

static void say_ecn(const struct job *job)
{
    say(job, "%s", WORD_OF(ecns, job->field->value));
}

static void say_dscp(const struct job *job)
{
    say(job, "%s", WORD_OF(services, job->field->value));
}

static void say_direction(const struct job *job)
{
    say(job, "%s", WORD_OF(directions, job->field->value));
}

static void say_ppp(const struct job *job)
{
    say(job, "%s", WORD_OF(ppp_protocols, job->field->value));
}

static void say_flag(const struct job *job)
{
    say(job, job->field->value != 0 ? "set" : "not set");
}

void page_meaning(const struct page *page, const struct page_header *header,
                  const struct pl_wire_field *field, char meaning[PAGE_MEANING])
{
    static void (*const says[PL_WIRE_F_MAX])(const struct job *job) = {
        [PL_WIRE_F_SOURCE_PORT] = say_port,
        [PL_WIRE_F_DESTINATION_PORT] = say_port,
        [PL_WIRE_F_SEQ] = say_seq,
        [PL_WIRE_F_ACK_NUMBER] = say_ack_number,
        [PL_WIRE_F_DATA_OFFSET] = say_words,
        [PL_WIRE_F_IHL] = say_words,
        [PL_WIRE_F_GENEVE_LENGTH] = say_words,
        [PL_WIRE_F_EXTENSION_LENGTH] = say_extension,
        [PL_WIRE_F_AUTH_LENGTH] = say_auth_length,
        [PL_WIRE_F_WINDOW] = say_window,
        [PL_WIRE_F_CHECKSUM] = say_checksum,
        [PL_WIRE_F_PROTOCOL] = say_protocol,
        [PL_WIRE_F_NEXT_HEADER] = say_protocol,
        [PL_WIRE_F_ETHERTYPE] = say_type,
        [PL_WIRE_F_FRAGMENT_OFFSET] = say_offset,
        [PL_WIRE_F_TOTAL_LENGTH] = say_bytes,
        [PL_WIRE_F_PAYLOAD_LENGTH] = say_bytes,
        [PL_WIRE_F_LENGTH] = say_bytes,
        [PL_WIRE_F_LLC_LENGTH] = say_bytes,
        [PL_WIRE_F_MSS] = say_bytes,
        [PL_WIRE_F_MTU] = say_bytes,
        [PL_WIRE_F_WINDOW_SCALE] = say_scale,
        [PL_WIRE_F_TIMEOUT] = say_timeout,
        [PL_WIRE_F_KIND] = say_kind,
        [PL_WIRE_F_SUBTYPE] = say_subtype,
        [PL_WIRE_F_EXID] = say_exid,
        [PL_WIRE_F_ECN] = say_ecn,
        [PL_WIRE_F_DSCP] = say_dscp,
        [PL_WIRE_F_ICMP_TYPE] = say_icmp_type,
        [PL_WIRE_F_ICMP_CODE] = say_icmp_code,
        [PL_WIRE_F_SLL_DIRECTION] = say_direction,
        [PL_WIRE_F_PPP_PROTOCOL] = say_ppp,
    };
    const struct job job = {.page = page, .header = header, .field = field, .meaning = meaning};

    meaning[0] = '\0';
    if (field->cut)
        say(&job, (uint64_t)field->at + field->bits > (uint64_t)header->header->whole * 8
                      ? "not in the packet"
                      : "not captured");
    else if (says[field->id])
        says[field->id](&job);
    else if (field->bits == 1)
        say_flag(&job);
}

/* ---- values ---- */

/* Fields that are identifiers, not amounts: printed in hexadecimal. */
static bool is_hex(unsigned int id)
{
    static const uint8_t ids[] = {
        PL_WIRE_F_CHECKSUM,     PL_WIRE_F_ETHERTYPE,   PL_WIRE_F_IDENTIFICATION,
        PL_WIRE_F_FLOW_LABEL,   PL_WIRE_F_LLC,         PL_WIRE_F_SNAP_OUI,
        PL_WIRE_F_SPI,          PL_WIRE_F_FLAGS,       PL_WIRE_F_EXID,
        PL_WIRE_F_TOKEN,        PL_WIRE_F_NONCE,       PL_WIRE_F_SENDER_KEY,
        PL_WIRE_F_RECEIVER_KEY, PL_WIRE_F_MPTCP_FLAGS, PL_WIRE_F_DSS_FLAGS,
        PL_WIRE_F_RESET_FLAGS,  PL_WIRE_F_HMAC,        PL_WIRE_F_COOKIE,
        PL_WIRE_F_OPTIONS,      PL_WIRE_F_DATA,        PL_WIRE_F_OPTION_DATA,
        PL_WIRE_F_PADDING,      PL_WIRE_F_ICV,         PL_WIRE_F_REST,
        PL_WIRE_F_DIGEST,       PL_WIRE_F_MAC,         PL_WIRE_F_PPP_PROTOCOL,
        PL_WIRE_F_PPP_ADDRESS,  PL_WIRE_F_PPP_CONTROL, PL_WIRE_F_GRE_KEY,
        PL_WIRE_F_SLL_ADDRESS,
    };

    return memchr(ids, (int)id, sizeof(ids)) != NULL;
}

static bool put_address(const struct pl_wire *wire, uint32_t at, const struct pl_wire_field *field,
                        struct out *out)
{
    bool mac = field->id == PL_WIRE_F_ETH_DESTINATION || field->id == PL_WIRE_F_ETH_SOURCE;
    char text[64];

    if (mac) {
        const uint8_t *b = wire->data + at;

        (void)snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
                       b[4], b[5]);
        out_word(out, text);
        return true;
    }
    if (field->id != PL_WIRE_F_SOURCE_ADDRESS && field->id != PL_WIRE_F_DESTINATION_ADDRESS &&
        field->id != PL_WIRE_F_ADDRESS && field->id != PL_WIRE_F_GATEWAY)
        return false;
    out_bytes(
        out, text,
        pl_addr_print(field->bits == 32 ? PL_FAMILY_INET : PL_FAMILY_INET6, wire->data + at, text));
    return true;
}

void page_value(const struct page *page, const struct page_header *header,
                const struct pl_wire_field *field, struct out *out)
{
    uint32_t at = header->header->at + field->at / 8;
    char text[32];

    if (field->cut || put_address(&page->wire, at, field, out))
        return;
    if (field->bits <= 64 && !is_hex(field->id)) {
        out_number(out, field->value);
    } else if (field->bits <= 32) {
        (void)snprintf(text, sizeof(text), "0x%0*llx", (int)((field->bits + 3) / 4),
                       (unsigned long long)field->value);
        out_word(out, text);
    } else {
        for (uint32_t i = 0; i < field->bits / 8; i++) {
            (void)snprintf(text, sizeof(text), "%02x", page->wire.data[at + i]);
            out_word(out, text);
        }
    }
}
