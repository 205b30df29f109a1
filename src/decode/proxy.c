/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * docker-proxy, rootlesskit and pasta have the ports that they publish in their arguments; rootlessport
 * and slirp4netns learn them later. Anybody can run a program with such arguments, but they are only
 * believed about its own socket.
 */
#include "proxy.h"

#include "api/library.h"
#include "model/array.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define PORT_MAX 65535U

struct search {
    const struct pl_host_port *port;
    struct pl_target *out;
    struct pl_slice rest; /* arguments */
};

/* ---- words ---- */

static bool is_separator(uint8_t byte)
{
    return byte == '\0' || byte == ' ';
}

static bool next_word(struct pl_slice *rest, struct pl_slice *word)
{
    size_t start = 0;
    size_t end;

    while (start < rest->len && is_separator(rest->data[start]))
        start++;
    for (end = start; end < rest->len && !is_separator(rest->data[end]);)
        end++;
    *word = pl_slice_part(rest, start, end - start);
    *rest = pl_slice_part(rest, end, rest->len);
    return word->len > 0;
}

/*
 * Returns whether the word is that option, and sets its value: "--long=VALUE", "-sVALUE", or the next
 * word. small: NULL if it has no letter.
 */
static bool take_option(struct search *search, const struct pl_slice *word, const char *small,
                        const char *large, struct pl_slice *value)
{
    size_t len = strlen(large);

    if (pl_slice_is(word, large) || (small && pl_slice_is(word, small)))
        return next_word(&search->rest, value);
    if (word->len > len && memcmp(word->data, large, len) == 0 && word->data[len] == '=') {
        *value = pl_slice_part(word, len + 1, word->len);
        return true;
    }
    if (!small || word->len <= strlen(small) || memcmp(word->data, small, strlen(small)) != 0)
        return false;
    *value = pl_slice_part(word, strlen(small), word->len);
    return true;
}

static bool read_port(struct pl_slice text, uint16_t *port)
{
    uint64_t number;

    if (!pl_text_dec(&text, PORT_MAX, &number))
        return false;
    *port = (uint16_t)number;
    return true;
}

/* "8080" or "8000-8010" */
static bool read_ports(struct pl_slice text, uint16_t *first, uint16_t *last)
{
    struct pl_slice part = pl_slice_until(&text, '-');

    if (!read_port(part, first))
        return false;
    if (part.len == text.len) {
        *last = *first;
        return true;
    }
    return read_port(pl_slice_part(&text, part.len + 1, text.len), last) && *first <= *last;
}

/* Brackets around an IPv6 address are ignored. Returns its family, or PL_FAMILY_UNSPEC. */
static uint8_t read_addr(struct pl_slice text, uint8_t addr[16])
{
    char copy[INET6_ADDRSTRLEN];

    if (text.len >= 2 && text.data[0] == '[' && text.data[text.len - 1] == ']')
        text = pl_slice_part(&text, 1, text.len - 2);
    if (text.len == 0 || text.len >= sizeof(copy))
        return PL_FAMILY_UNSPEC;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    memset(addr, 0, 16);
    if (inet_pton(AF_INET, copy, addr) == 1)
        return PL_FAMILY_INET;
    return inet_pton(AF_INET6, copy, addr) == 1 ? PL_FAMILY_INET6 : PL_FAMILY_UNSPEC;
}

/* ---- the socket ---- */

/* Whether the address, if it is one, can be that of the socket: "" and wildcards match any. */
static bool is_at(const struct search *search, struct pl_slice text)
{
    uint8_t addr[16];
    uint8_t family = read_addr(text, addr);

    if (family == PL_FAMILY_UNSPEC || pl_addr_is_any(family, addr))
        return true;
    return family == search->port->family &&
           memcmp(addr, search->port->addr, family == PL_FAMILY_INET ? 4 : 16) == 0;
}

static bool is_proto(const struct search *search, const struct pl_slice *name)
{
    return pl_slice_is(name, pl_proto_name(search->port->proto));
}

/* ---- docker-proxy ---- */

/* -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80 */
static bool read_docker(struct search *search)
{
    struct pl_slice word, value;
    struct pl_slice host = {.len = 0};
    bool proto = true;
    uint16_t port = 0;

    while (next_word(&search->rest, &word)) {
        if (take_option(search, &word, NULL, "-proto", &value))
            proto = is_proto(search, &value);
        else if (take_option(search, &word, NULL, "-host-ip", &value))
            host = value;
        else if (take_option(search, &word, NULL, "-host-port", &value))
            (void)read_port(value, &port);
        else if (take_option(search, &word, NULL, "-container-ip", &value))
            search->out->family = read_addr(value, search->out->addr);
        else if (take_option(search, &word, NULL, "-container-port", &value))
            (void)read_port(value, &search->out->port);
    }
    return proto && port == search->port->port && search->out->port != 0 &&
           search->out->family != PL_FAMILY_UNSPEC && is_at(search, host);
}

/* ---- rootlesskit ---- */

/* Removes the text after the last colon, outside of brackets, from the end of *text. */
static struct pl_slice take_last(struct pl_slice *text)
{
    struct pl_slice last = *text;
    bool inside = false;

    for (size_t i = text->len; i > 0; i--) {
        if (text->data[i - 1] == '[' || text->data[i - 1] == ']')
            inside = text->data[i - 1] == ']';
        if (text->data[i - 1] == ':' && !inside) {
            last = pl_slice_part(text, i, text->len);
            *text = pl_slice_part(text, 0, i - 1);
            return last;
        }
    }
    text->len = 0;
    return last;
}

/* [ADDRESS:]PORT:[ADDRESS:]PORT[/PROTOCOL] */
static bool read_publish(struct search *search, struct pl_slice text)
{
    struct pl_slice rest = pl_slice_until(&text, '/');
    struct pl_slice proto = pl_slice_part(&text, rest.len + 1, text.len);
    struct pl_slice inner = take_last(&rest);
    struct pl_slice host = take_last(&rest);
    uint16_t port;

    if ((proto.len > 0 && !is_proto(search, &proto)) || !read_port(inner, &search->out->port))
        return false;
    if (!read_port(host, &port)) {
        search->out->family = read_addr(host, search->out->addr);
        host = take_last(&rest);
        if (search->out->family == PL_FAMILY_UNSPEC || !read_port(host, &port))
            return false;
    }
    return port == search->port->port && is_at(search, rest);
}

static bool read_rootlesskit(struct search *search)
{
    struct pl_slice word, value;

    while (next_word(&search->rest, &word)) {
        *search->out = (struct pl_target){0};
        if (take_option(search, &word, "-p", "--publish", &value) && read_publish(search, value))
            return true;
    }
    return false;
}

/* ---- pasta ---- */

/* [ADDRESS[%INTERFACE]/]PORTS[:PORTS][,...]; "~" excludes ports. */
static bool read_forward(struct search *search, struct pl_slice text)
{
    struct pl_slice address = pl_slice_until(&text, '/');
    struct pl_slice item;
    bool excluded = false;
    bool found = pl_slice_is(&text, "all") || pl_slice_is(&text, "auto");

    search->out->port = found ? search->port->port : 0;
    if (address.len < text.len) {
        if (!is_at(search, pl_slice_until(&address, '%')))
            return false;
        text = pl_slice_part(&text, address.len + 1, text.len);
    }
    while (pl_text_part(&text, ',', &item)) {
        struct pl_slice outer = pl_slice_until(&item, ':');
        struct pl_slice inner = pl_slice_part(&item, outer.len + 1, item.len);
        bool out = item.len > 0 && item.data[0] == '~';
        uint16_t first, last, to, to_last;

        if (!read_ports(out ? pl_slice_part(&item, 1, item.len) : outer, &first, &last) ||
            search->port->port < first || search->port->port > last)
            continue;
        excluded |= out;
        if (!read_ports(inner, &to, &to_last))
            to = first;
        if (!out && (uint32_t)to + search->port->port - first <= PORT_MAX) {
            search->out->port = (uint16_t)(to + search->port->port - first);
            found = true;
        }
    }
    return found && !excluded;
}

static bool read_pasta(struct search *search)
{
    bool tcp = search->port->proto == PL_PROTO_TCP;
    struct pl_slice word, value;

    while (next_word(&search->rest, &word)) {
        if (take_option(search, &word, tcp ? "-t" : "-u", tcp ? "--tcp-ports" : "--udp-ports",
                        &value) &&
            read_forward(search, value))
            return true;
    }
    return false;
}

/* ---- the programs ---- */

const char *pl_decode_proxy(struct pl_text command, const struct pl_host_port *port,
                            struct pl_target *out, bool *known)
{
    static const struct {
        const char *name;
        bool (*read)(struct search *search); /* NULL: it gets its ports otherwise */
    } proxies[] = {
        {"docker-proxy", read_docker}, {"rootlesskit", read_rootlesskit},
        {"pasta", read_pasta},         {"pasta.avx2", read_pasta},
        {"rootlessport", NULL},        {"containers-rootlessport", NULL},
        {"slirp4netns", NULL},
    };
    struct search search = {
        .port = port,
        .out = out,
        .rest = {.data = (const uint8_t *)command.data, .len = command.data ? command.len : 0},
    };
    struct pl_slice word;
    struct pl_text name;

    *known = false;
    *out = (struct pl_target){0};
    if (!next_word(&search.rest, &word))
        return NULL;
    name = pl_text_after(pl_slice_text(&word), '/');
    for (size_t i = 0; i < COUNT_OF(proxies); i++) {
        if (strlen(proxies[i].name) != name.len ||
            memcmp(proxies[i].name, name.data, name.len) != 0)
            continue;
        *known = proxies[i].read && proxies[i].read(&search);
        memcpy(out->last_addr, out->addr, sizeof(out->addr));
        out->last_port = out->port;
        if (!*known)
            *out = (struct pl_target){0};
        return proxies[i].name;
    }
    return NULL;
}
