/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses lists of columns and derives the query and the output from the options. */
#include "settings.h"

#include "api/filter.h"
#include "model/array.h"
#include "model/near.h"
#include "view/summary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTENING (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))

/* Calls take() for each name of a list. An empty name is invalid. */
static int each_name(const char *list,
                     int (*take)(struct settings *s, const char *name, size_t len),
                     struct settings *settings, const char **bad, size_t *bad_len)
{
    for (;;) {
        size_t len = strcspn(list, ",");

        if (take(settings, list, len) < 0) {
            *bad = list;
            *bad_len = len;
            return -EINVAL;
        }
        if (list[len] == '\0')
            return 0;
        list += len + 1;
    }
}

static int take_column(struct settings *settings, const char *name, size_t len)
{
    const struct pl_field *column = settings->own_column ? settings->own_column(name, len) : NULL;

    if (!column)
        column = column_find(name, len);
    if (!column || settings->column_count == COLUMNS_MAX)
        return -EINVAL;
    settings->columns[settings->column_count++] = column;
    return 0;
}

int settings_columns(struct settings *settings, const char *list, const char **bad, size_t *bad_len)
{
    return each_name(list, take_column, settings, bad, bad_len);
}

void settings_near(const char *name, size_t len, char *advice, size_t size)
{
    bool sign = len > 0 && name[0] == '-';
    struct pl_near near;
    const char *word;

    pl_near_start(&near, name + sign, len - sign, 2);
    near.starts = true;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++)
        pl_near_add(&near, pl_fields[i].name);
    for (size_t i = 0; (word = column_alias(i)) != NULL; i++)
        pl_near_add(&near, word);
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++)
        pl_near_add(&near, pl_fields[i].title);
    pl_near_print(&near, sign ? "-" : "", advice, size);
}

static int take_key(struct settings *settings, const char *name, size_t len)
{
    bool descending = len > 0 && name[0] == '-';
    const struct pl_field *column = column_find(name + descending, len - descending);

    if (!column || settings->key_count == COLUMNS_MAX)
        return -EINVAL;
    settings->keys[settings->key_count++] = (struct sort_key){column, descending};
    return 0;
}

int settings_sort(struct settings *settings, const char *list, const char **bad, size_t *bad_len)
{
    settings->key_count = 0;
    if (strcmp(list, "none") == 0) {
        settings->order = ORDER_KERNEL;
        return 0;
    }
    settings->order = ORDER_KEYS;
    return each_name(list, take_key, settings, bad, bad_len);
}

/* ---- options ---- */

int settings_check_list(const struct opts *opts, const struct opt *opt, int err, const char *bad,
                        size_t len)
{
    char what[64];

    if (err == 0)
        return OPTS_GO_ON;
    if (len > 0) {
        char advice[128];

        settings_near(bad, len, advice, sizeof(advice));
        complain_at(strcmp(opt->name, "sort") == 0 ? "unknown sort key" : "unknown column", bad,
                    len, advice, advice[0] != '\0' ? "" : "portls --list-columns");
        return EXIT_USAGE;
    }
    (void)snprintf(what, sizeof(what), "empty column name in --%s", opt->name);
    return opts_refuse(opts, what, opts->value, strlen(opts->value));
}

int settings_set_columns(struct opts *opts, const struct opt *opt)
{
    const char *bad = opts->value;
    size_t len = 0;
    int err = settings_columns(opts->settings, opts->value, &bad, &len);

    return settings_check_list(opts, opt, err, bad, len);
}

int settings_refuse_format(const char *what, const char *name, const char *help)
{
    char text[80];

    (void)snprintf(text, sizeof(text), "%s --%s", what, name);
    complain(text, NULL, help);
    return EXIT_USAGE;
}

int settings_format(struct settings *settings, const char *name, const char *help)
{
    if (settings->format && strcmp(settings->format->name, name) != 0)
        return settings_refuse_format("only one output format is allowed, not also", name, help);
    settings->format = view_format_find(name);
    return OPTS_GO_ON;
}

int settings_set_format(struct opts *opts, const struct opt *opt)
{
    return settings_format(opts->settings, opt->name, opts->help);
}

/* The choices are in the order of PL_REUSE_*. */
int settings_set_reuse(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    int choice = opts_choice(opts, opt);

    settings->reuse = choice < 0 ? 0 : (unsigned int)choice + 1;
    return choice < 0 ? EXIT_USAGE : OPTS_GO_ON;
}

int settings_set_sample(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    const char *problem = NULL;

    (void)opt;
    settings->sample = (unsigned int)strtonum(opts->value, 0, 3600, &problem) + 1;
    if (!problem)
        return OPTS_GO_ON;
    return opts_refuse(opts, "--for takes seconds from 0 to 3600, not", opts->value,
                       strlen(opts->value));
}

int settings_set_color(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    if (opts_choice(opts, opt) < 0)
        return EXIT_USAGE;
    settings->color = opts->value;
    return OPTS_GO_ON;
}

static int refuse_key(const char *key, const char *help)
{
    complain("with --group-by, --sort takes only columns of --group-by, not", key, help);
    return EXIT_USAGE;
}

int settings_check_group(const struct settings *settings, const char *help)
{
    if (settings->summary) {
        complain("-s cannot be combined with --group-by", NULL, help);
        return EXIT_USAGE;
    }
    if (settings->order == ORDER_KERNEL)
        return refuse_key("none", help);
    for (size_t i = 0; i < settings->key_count; i++) {
        const struct pl_field *key = settings->keys[i].column;
        size_t at = 0;

        while (at < settings->column_count && settings->columns[at] != key)
            at++;
        if (at == settings->column_count)
            return refuse_key(key->name, help);
    }
    return 0;
}

/* ---- what the settings come to ---- */

static void drop_repeated(struct settings *settings)
{
    size_t kept = 0;

    for (size_t i = 0; i < settings->column_count; i++) {
        size_t at = 0;

        while (at < kept && settings->columns[at] != settings->columns[i])
            at++;
        if (at == kept)
            settings->columns[kept++] = settings->columns[i];
    }
    settings->column_count = kept;
}

/* Columns that only an option adds. */
#define DETAILS                                                                                   \
    (PL_SHOWN_INTERNALS | PL_SHOWN_MEMORY | PL_SHOWN_TIMERS | PL_SHOWN_MORE | PL_SHOWN_CONTEXTS | \
     PL_SHOWN_PEERS | PL_SHOWN_QUEUES | PL_SHOWN_HOSTS | PL_SHOWN_NETNS)

/* The CSV header names every column, so it omits columns that only other families fill. */
static bool is_of_others(const struct settings *settings, uint32_t shown)
{
    const uint32_t usual = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE);

    return (shown & PL_SHOWN_FAMILIES) != 0 && (settings->format->shown & PL_SHOWN_CSV) != 0 &&
           (settings->query.protos & ~usual) == 0;
}

static void default_columns(struct settings *settings)
{
    static const enum pl_field_id beside[] = {PL_FIELD_USE, PL_FIELD_REACH};
    uint32_t details = settings->details | (settings->resolve ? PL_SHOWN_HOSTS : 0) |
                       (settings->netns ? PL_SHOWN_NETNS : 0);

    for (size_t i = 0; i < PL_FIELD_COLUMNS && settings->column_count < COLUMNS_MAX; i++) {
        uint32_t shown = pl_fields[i].shown;

        if ((shown & DETAILS & ~details) != 0 || !(shown & settings->format->shown) ||
            is_of_others(settings, shown) || (shown & PL_SHOWN_PROCESSES && !settings->processes) ||
            (shown & PL_SHOWN_EXTENDED && !(settings->details & PL_SHOWN_MORE) &&
             !settings->format->data))
            continue;
        if (shown & PL_SHOWN_PAIR && !settings->format->data)
            settings->pairs[settings->pair_count++] = &pl_fields[i];
        else
            settings->columns[settings->column_count++] = &pl_fields[i];
    }
    for (size_t i = 0; settings->beside && i < COUNT_OF(beside); i++)
        settings->columns[settings->column_count++] = pl_field_row(beside[i]);
    if (settings->pair_count > 0)
        settings->columns[settings->column_count++] = pl_field_row(PL_FIELD_DETAILS);
    /* Remarks have blanks, which are printed only in the last column. */
    if (settings->beside)
        settings->columns[settings->column_count++] = pl_field_row(PL_FIELD_REMARK);
}

/* The column "details", if selected by name, has the details that the options select, or all. */
static void settle_pairs(struct settings *settings)
{
    const struct pl_field *details = pl_field_row(PL_FIELD_DETAILS);
    bool asked = false;

    for (size_t i = 0; i < settings->column_count; i++)
        asked |= settings->columns[i] == details;
    if (!asked || settings->pair_count > 0)
        return;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        uint32_t shown = pl_fields[i].shown;

        if (shown & PL_SHOWN_PAIR &&
            (settings->details == 0 || shown & DETAILS & settings->details))
            settings->pairs[settings->pair_count++] = &pl_fields[i];
    }
}

/* Options for the source, the interval and the format do not select sockets. */
static bool asks_nothing(const struct settings *settings)
{
    return settings->query.protos == 0 && settings->query.families == 0 && !settings->all &&
           !settings->listening && !settings->processes && settings->details == 0 &&
           settings->column_count == 0 && settings->order == ORDER_DEFAULT &&
           !settings->format->data && !settings->group && !settings->ask.filter && !settings->quiet;
}

/* The overview: open ports of this machine in 80 columns. */
static void settle_overview(struct settings *settings)
{
    const char *bad;
    size_t len;

    settings->overview = true;
    settings->port_names = false;
    settings->listening = settings->processes = true;
    settings->query.need |= PL_NEED_COMMANDS; /* for the scripts of interpreters */
    (void)settings_columns(settings, "proto,local,use,reach,user,holders", &bad, &len);
    if (settings->netns)
        (void)settings_columns(settings, "netns_name,container", &bad, &len);
    (void)settings_columns(settings, "remark", &bad, &len); /* last, because it has blanks */
    (void)settings_sort(settings, "local_port,proto,local_address", &bad, &len);
}

/*
 * A table that a filter or -l selects, without an option for protocols, has the columns of the
 * overview beside the usual ones. The service of a port has a column there, so that the address has
 * the number, as it has if the filter has one.
 */
static void settle_beside(struct settings *settings)
{
    const struct pl_filter *filter = settings->ask.filter;
    bool asks = settings->query.protos == 0 && (filter || settings->listening);

    settings->beside = asks && settings->column_count == 0 && !settings->summary &&
                       !settings->format->data && !settings->quiet;
    /* With a filter, all formats show the processes. */
    settings->asked_processes = settings->processes;
    settings->processes |= settings->beside || (asks && filter);
    settings->port_names =
        !settings->numeric && !settings->beside && !(filter && pl_filter_numbers_port(filter));
}

/* Counters alone do not require reading sockets. */
static void settle_summary(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    query->states = UINT32_MAX;
    ask_query(&settings->ask, query);
    query->need |= PL_NEED_COUNTERS | (settings->netns ? (uint32_t)PL_NEED_NETNS : 0);
    if (settings->all)
        settings->parts |= SUMMARY_STATES;
    if (settings->processes)
        settings->parts |= SUMMARY_PROCESSES;
    if (settings->parts & SUMMARY_PROCESSES)
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    if (settings->netns && strcmp(settings->netns, "all") == 0)
        settings->parts |= SUMMARY_SPACES;
    if ((settings->parts & ~(uint32_t)SUMMARY_SPACES) == 0)
        query->protos = 0;
    else
        ask_query(&settings->ask, query);
}

static void show_detail(struct settings *settings, const struct pl_field *column)
{
    enum pl_attr_id attr = pl_field_attr(column);

    if (attr != PL_ATTR_NONE)
        settings->shown[settings->hooks.shown_count++] = (uint16_t)attr;
}

void settings_settle(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    if (settings->format->keyed)
        drop_repeated(settings);
    settle_beside(settings);
    if (settings->summary) {
        settle_summary(settings);
        return;
    }
    if (asks_nothing(settings))
        settle_overview(settings);
    if (settings->format->only)
        (void)settings_columns(settings, settings->format->only, &(const char *){NULL},
                               &(size_t){0});
    query->any_order = settings->order != ORDER_KERNEL;
    if (settings->all)
        query->states = UINT32_MAX;
    else if (settings->listening)
        query->states = LISTENING;
    ask_query(&settings->ask, query);
    if (settings->column_count == 0)
        default_columns(settings);
    settle_pairs(settings);
    settings->hooks.shown = settings->shown;
    query->hooks = &settings->hooks;
    for (size_t i = 0; i < settings->column_count; i++) {
        show_detail(settings, settings->columns[i]);
        query->need |= settings->columns[i]->shown_need;
        if (settings->format->data)
            query->need |= settings->columns[i]->data_need;
        else if (!settings->numeric)
            query->need |= settings->columns[i]->name_need;
    }
    for (size_t i = 0; i < settings->pair_count; i++) {
        show_detail(settings, settings->pairs[i]);
        query->need |= settings->pairs[i]->shown_need;
    }
    for (size_t i = 0; i < settings->key_count; i++) {
        show_detail(settings, settings->keys[i].column);
        query->need |= settings->keys[i].column->shown_need | settings->keys[i].column->name_need;
    }
}

/*
 * Ports that rules publish are listed where the state, a field of published ports or a local port is named.
 * -l lists sockets only. -q without the state is about sockets, too: a program can bind such a port.
 */
void settings_add_rules(struct settings *settings)
{
    struct pl_query *query = &settings->query;
    const struct pl_filter *filter = settings->ask.filter;
    const uint32_t need = query->need | (filter ? pl_filter_need(filter) : 0);
    const uint32_t states = filter ? pl_filter_states(filter) : UINT32_MAX;
    const bool named = states >> PL_STATE_MAX == 0;
    const bool port = filter && pl_filter_names_port(filter);
    static const char ends[] = "published_process";

    if (settings->summary || (settings->listening && !settings->all) ||
        !(states & PL_BIT(PL_STATE_PUBLISHED)) || (settings->quiet && !named) ||
        !(named || port || need & PL_NEED_PUBLISHED))
        return;
    query->need |= PL_NEED_RULES | PL_NEED_ADDRS;
    if (query->states != 0)
        query->states |= PL_BIT(PL_STATE_PUBLISHED);
    /* With the sockets of other network namespaces, what listens there can be found. */
    if (named || settings->netns)
        query->need |= pl_field_find(ends, sizeof(ends) - 1)->need;
}

bool settings_show_hosts(const struct settings *settings)
{
    bool shown = settings->resolve;

    for (size_t i = 0; i < settings->column_count; i++)
        shown |= (settings->columns[i]->shown & PL_SHOWN_HOSTS) != 0;
    for (size_t i = 0; i < settings->key_count; i++)
        shown |= (settings->keys[i].column->shown & PL_SHOWN_HOSTS) != 0;
    return shown;
}
