/* SPDX-License-Identifier: BSD-2-Clause */
/* The operands of "portls why". */
#include "endpoint.h"
#include "why.h"

#include "model/array.h"
#include "words.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELP        "WHETHER A PORT IS FREE in portls(1)"
#define ITEM_MAX    300 /* bytes of an operand */
#define PORTS_MAX   32  /* of the name of a service */
#define LINKS_MAX   65536
#define PORT_NUMBER "a port is a number from 1 to 65535, not"

static const char *const protos[] = {"tcp", "udp", NULL};

static int usage(const char *what, const char *culprit)
{
    complain(what, culprit, HELP);
    return EXIT_USAGE;
}

static int add(struct why *why, const struct why_question *question)
{
    struct why_question *more = realloc(why->questions, (why->question_count + 1) * sizeof(*more));

    if (!more) {
        complain_errno("cannot read the ports", NULL, ENOMEM, "");
        return EXIT_FAILED;
    }
    why->questions = more;
    more[why->question_count++] = *question;
    return 0;
}

/* ---- addresses ---- */

/* Both wildcards, or those of the families that -4 and -6 name. */
static int add_wildcards(struct why *why, struct why_question *question)
{
    static const uint8_t families[] = {PL_FAMILY_INET, PL_FAMILY_INET6};
    uint32_t wanted = why->settings->query.families;
    int status = 0;

    for (size_t i = 0; i < COUNT_OF(families) && status == 0; i++) {
        question->bind.family = families[i];
        if (wanted == 0 || wanted & PL_BIT(families[i]))
            status = add(why, question);
    }
    return status;
}

/* Removes brackets and the zone after '%'. */
static char *strip(char *address, struct why_question *question)
{
    size_t len = strlen(address);
    char *zone;

    if (address[0] == '[') {
        address[len - 1] = '\0';
        address++;
    }
    zone = strchr(address, '%');
    if (zone) {
        *zone = '\0';
        (void)strlcpy(question->zone, zone + 1, sizeof(question->zone));
    }
    return address;
}

static int add_address(struct why *why, struct why_question *question, char *address,
                       const char *typed)
{
    bool brackets = address && address[0] == '[';
    uint32_t wanted = why->settings->query.families;
    const char *plain;

    if (!address || address[0] == '\0' || strcmp(address, "*") == 0)
        return add_wildcards(why, question);
    plain = strip(address, question);
    question->bind.family = brackets ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    if (inet_pton(brackets ? AF_INET6 : AF_INET, plain, question->bind.addr) != 1)
        return usage("not an IP address and a port, as in 127.0.0.1:80 or [::1]:80:", typed);
    if (question->zone[0] != '\0' &&
        !pl_addr_is_link_local(question->bind.family, question->bind.addr))
        return usage("only a link-local address has an interface, unlike", typed);
    if (wanted != 0 && !(wanted & PL_BIT(question->bind.family)))
        return usage("-4 and -6 contradict the address of", typed);
    return add(why, question);
}

/* ---- ports ---- */

/* The protocol that was typed, or those of -t and -u, or TCP. */
static int add_protos(struct why *why, struct why_question *question, const struct endpoint *end,
                      const char *typed)
{
    static const uint8_t all[] = {PL_PROTO_TCP, PL_PROTO_UDP};
    uint32_t asked = why->settings->query.protos;
    int status = 0;

    for (size_t i = 0; i < COUNT_OF(all) && status == 0; i++) {
        char address[ITEM_MAX];

        if (end->proto ? strcmp(end->proto, pl_proto_name(all[i])) != 0
            : asked    ? !(asked & PL_BIT(all[i]))
                       : all[i] != PL_PROTO_TCP)
            continue;
        question->bind.proto = all[i];
        (void)strlcpy(address, end->address ? end->address : "", sizeof(address));
        status = add_address(why, question, address, typed);
    }
    return status;
}

/* Returns the ports of a number or a name; 0 after a message. */
static size_t find_ports(struct why *why, const char *word, const char *typed, uint16_t *out)
{
    size_t digits = strspn(word, "0123456789");
    const char *problem = NULL;
    size_t count = 0;

    if (word[digits] == '\0') {
        out[0] = (uint16_t)strtonum(word, 1, UINT16_MAX, &problem);
        count = !problem;
        if (problem)
            (void)usage(PORT_NUMBER, word);
    } else if (digits > 0 && word[digits] == '-' && strspn(word + digits + 1, "0123456789") > 0) {
        (void)usage("write each port as an operand of its own, not the range", word);
    } else if (!words_is_filter(word)) {
        count = ask_service(&why->settings->ask, word, out, PORTS_MAX);
        if (count == 0)
            (void)usage("neither a port nor the name of a service:", typed);
    } else {
        (void)usage("takes ports, no filter such as", typed);
    }
    return count;
}

static int take_operand(struct why *why, size_t number)
{
    const char *typed = why->settings->operands[number];
    struct endpoint end = {0};
    uint16_t ports[PORTS_MAX];
    char buf[ITEM_MAX];
    int status = 0;
    size_t count;

    if (strlcpy(buf, typed, sizeof(buf)) >= sizeof(buf) || strchr(buf, ',') ||
        !endpoint_split(buf, protos, &end))
        return usage("not [ADDRESS:]PORT[/tcp|/udp]:", typed);
    count = find_ports(why, end.port, typed, ports);
    for (size_t i = 0; i < count && status == 0; i++) {
        struct why_question question = {
            .operand = number,
            .bind = {.uid = geteuid(), .port = ports[i], .privileged = why->privileged},
        };

        status = add_protos(why, &question, &end, typed);
    }
    return count == 0 ? EXIT_USAGE : status;
}

/* Options in the syntax of lsof(8) add words that are no operands. */
static size_t count_words(const struct ask *ask)
{
    size_t count = ask->expression != NULL;

    for (size_t i = 0; ask->expression && i < ask->len; i++)
        count += ask->expression[i] == PL_FILTER_BOUNDARY;
    return count;
}

int why_parse(struct why *why)
{
    const struct settings *settings = why->settings;
    int status = 0;

    if (count_words(&settings->ask) > settings->operand_count)
        return usage("--why cannot be combined with a filter in the syntax of lsof", NULL);
    if (settings->operand_count == 0)
        return usage("why needs a port, as in: portls why 8080", NULL);
    if (settings->operand_count > OPERANDS_MAX)
        return usage("why takes at most 64 ports", NULL);
    for (size_t i = 0; i < settings->operand_count && status == 0; i++)
        status = take_operand(why, i);
    return status;
}

/* ---- zones ---- */

int why_find_zones(struct why *why, const struct pl_snapshot *snap)
{
    for (size_t i = 0; i < why->question_count; i++) {
        struct why_question *question = &why->questions[i];
        const char *problem = NULL;
        uint32_t index = (uint32_t)strtonum(question->zone, 1, UINT32_MAX, &problem);
        size_t len = strlen(question->zone);

        if (len == 0)
            continue;
        for (uint32_t n = 1; problem && n < LINKS_MAX; n++) {
            struct pl_text name = pl_snapshot_link(snap, n);

            if (name.len == len && memcmp(name.data, question->zone, len) == 0) {
                index = n;
                problem = NULL;
            }
        }
        if (problem)
            return usage("no interface is called", question->zone);
        question->bind.ifindex = index;
    }
    return 0;
}
