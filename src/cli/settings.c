/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of columns as people type them, and what all the settings come to. */
#include "run.h"

#include "view/summary.h"

#include <errno.h>
#include <string.h>

#define LISTENING (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))

/* Each name of a list, by callback; an empty name is a bad one. */
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
    const struct column *column = column_find(name, len);

    if (!column || settings->column_count == COLUMNS_MAX)
        return -EINVAL;
    settings->columns[settings->column_count++] = column;
    return 0;
}

int settings_columns(struct settings *settings, const char *list, const char **bad, size_t *bad_len)
{
    settings->column_count = 0;
    return each_name(list, take_column, settings, bad, bad_len);
}

static int take_key(struct settings *settings, const char *name, size_t len)
{
    bool descending = len > 0 && name[0] == '-';
    const struct column *column = column_find(name + descending, len - descending);

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

/* ---- what the settings come to ---- */

/* Columns that an option of their own adds, whatever the format. */
#define DETAILS                                                                                  \
    (SHOWN_INTERNALS | SHOWN_MEMORY | SHOWN_TIMERS | SHOWN_MORE | SHOWN_CONTEXTS | SHOWN_PEERS | \
     SHOWN_QUEUES | SHOWN_HOSTS)

/* A header of CSV names every column, so those that only other families fill are left out. */
static bool is_of_others(const struct settings *settings, uint32_t shown)
{
    const uint32_t usual = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE);

    return (shown & SHOWN_FAMILIES) != 0 && (settings->format->shown & SHOWN_CSV) != 0 &&
           (settings->query.protos & ~usual) == 0;
}

static void default_columns(struct settings *settings)
{
    uint32_t details = settings->details | (settings->resolve ? SHOWN_HOSTS : 0);

    for (size_t i = 0; i < view_column_count && settings->column_count < COLUMNS_MAX; i++) {
        uint32_t shown = view_columns[i].shown;

        if ((shown & DETAILS & ~details) != 0 || !(shown & settings->format->shown) ||
            is_of_others(settings, shown) || (shown & SHOWN_PROCESSES && !settings->processes) ||
            (shown & SHOWN_EXTENDED && !(settings->details & SHOWN_MORE) &&
             !settings->format->data))
            continue;
        if (shown & SHOWN_PAIR && !settings->format->data)
            settings->pairs[settings->pair_count++] = &view_columns[i];
        else
            settings->columns[settings->column_count++] = &view_columns[i];
    }
    if (settings->pair_count > 0)
        settings->columns[settings->column_count++] = column_find("details", strlen("details"));
}

/* The column of key=value asked for by name: of what the options say, or of everything. */
static void settle_pairs(struct settings *settings)
{
    const struct column *details = column_find("details", strlen("details"));
    bool asked = false;

    for (size_t i = 0; i < settings->column_count; i++)
        asked |= settings->columns[i] == details;
    for (size_t i = 0; asked && settings->pair_count == 0 && i < view_column_count; i++) {
        uint32_t shown = view_columns[i].shown;

        if (shown & SHOWN_PAIR && (settings->details == 0 || shown & DETAILS & settings->details))
            settings->pairs[settings->pair_count++] = &view_columns[i];
    }
}

/* Options that say where from, how often and in which dress leave the question open. */
static bool asks_nothing(const struct settings *settings)
{
    return settings->query.protos == 0 && settings->query.families == 0 && !settings->all &&
           !settings->listening && !settings->processes && settings->details == 0 &&
           settings->column_count == 0 && settings->order == ORDER_DEFAULT &&
           !settings->format->data && !settings->group && !settings->ask.filter && !settings->quiet;
}

/* What is open on this machine, by port, readable at 80 columns. */
static void settle_overview(struct settings *settings)
{
    const char *bad;
    size_t len;

    settings->overview = true;
    settings->listening = settings->processes = true;
    (void)settings_columns(settings, "proto,local,use,reach,user,holders,remark", &bad, &len);
    (void)settings_sort(settings, "local_port,proto,local_address", &bad, &len);
}

/* Counters alone need no socket to be read. */
static void settle_summary(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    query->states = UINT32_MAX;
    ask_query(&settings->ask, query);
    query->need |= PL_NEED_COUNTERS;
    if (settings->all)
        settings->parts |= SUMMARY_STATES;
    if (settings->processes)
        settings->parts |= SUMMARY_PROCESSES;
    if (settings->parts & SUMMARY_PROCESSES)
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    if (settings->parts == 0)
        query->protos = 0;
    else
        ask_query(&settings->ask, query);
}

static void show_detail(struct settings *settings, const struct column *column)
{
    if (column->attr != PL_ATTR_NONE)
        settings->shown[settings->query.shown_count++] = column->attr;
}

void settings_settle(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    if (settings->summary) {
        settle_summary(settings);
        return;
    }
    if (asks_nothing(settings))
        settle_overview(settings);
    query->any_order = settings->order != ORDER_KERNEL;
    if (settings->all)
        query->states = UINT32_MAX;
    else if (settings->listening)
        query->states = LISTENING;
    ask_query(&settings->ask, query);
    if (settings->column_count == 0)
        default_columns(settings);
    settle_pairs(settings);
    query->shown = settings->shown;
    for (size_t i = 0; i < settings->column_count; i++) {
        show_detail(settings, settings->columns[i]);
        query->need |= settings->columns[i]->need;
        if (settings->format->data)
            query->need |= settings->columns[i]->data_need;
        else if (!settings->numeric)
            query->need |= settings->columns[i]->name_need;
    }
    for (size_t i = 0; i < settings->pair_count; i++) {
        show_detail(settings, settings->pairs[i]);
        query->need |= settings->pairs[i]->need;
    }
    for (size_t i = 0; i < settings->key_count; i++) {
        show_detail(settings, settings->keys[i].column);
        query->need |= settings->keys[i].column->need | settings->keys[i].column->name_need;
    }
}

bool settings_show_hosts(const struct settings *settings)
{
    bool shown = settings->resolve;

    for (size_t i = 0; i < settings->column_count; i++)
        shown |= (settings->columns[i]->shown & SHOWN_HOSTS) != 0;
    for (size_t i = 0; i < settings->key_count; i++)
        shown |= (settings->keys[i].column->shown & SHOWN_HOSTS) != 0;
    return shown;
}
