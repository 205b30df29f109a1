/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <stdlib.h>

int pl_reports_open(struct pl_reader *reader, const struct pl_reports_want *want,
                    struct pl_reports **out)
{
    int why[PL_REPORT_WAY_MAX] = {0};
    int err = reader->ops->reports ? 0 : -ENOTSUP;

    for (enum pl_report_way way = want->way; way < PL_REPORT_POLL; way++) {
        if (reader->ops->reports)
            err = reader->ops->reports(reader, way, want, out);
        if (err == 0)
            break;
        if (want->forced)
            return err;
        why[way] = -err;
    }
    if (err < 0 || want->way == PL_REPORT_POLL) {
        *out = calloc(1, sizeof(**out));
        if (!*out)
            return -ENOMEM;
        (*out)->way = PL_REPORT_POLL;
    }
    for (size_t i = 0; i < PL_REPORT_WAY_MAX; i++)
        (*out)->why[i] = why[i] != 0 ? why[i] : (*out)->why[i];
    return 0;
}

enum pl_report_way pl_reports_way(const struct pl_reports *reports)
{
    return reports->way;
}

int pl_reports_why_not(const struct pl_reports *reports, enum pl_report_way way)
{
    return reports->why[way];
}

bool pl_reports_udp(const struct pl_reports *reports)
{
    return reports->udp;
}

int pl_reports_drops(const struct pl_reports *reports)
{
    return reports->way == PL_REPORT_BPF ? reports->drops : ENOTSUP;
}

size_t pl_reports_fds(const struct pl_reports *reports, int fds[4])
{
    return reports->ops ? reports->ops->fds(reports, fds) : 0;
}

int pl_reports_read(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost)
{
    return reports->ops ? reports->ops->read(reports, take, arg, lost) : 0;
}

void pl_reports_close(struct pl_reports *reports)
{
    if (reports && reports->ops)
        reports->ops->close(reports);
    else
        free(reports);
}
