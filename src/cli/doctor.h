/* SPDX-License-Identifier: BSD-2-Clause */
/* "portls doctor": what is wrong with the sockets. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "settings.h"

#include "api/doctor.h"

struct doctor_row {
    const struct pl_finding *finding;
    char *text, *evidence, *filter, *remedy, *since; /* owned */
};

struct doctor_page {
    const struct settings *settings;
    const struct pl_snapshot *snap;
    struct doctor_row *rows;
    size_t row_count;
    size_t counts[PL_SEVERITY_MAX]; /* findings of each severity */
};

void doctor_print(const struct doctor_page *page, struct out *out);

/* Examines the sockets that the filter selects. Returns the exit status. */
int doctor_run(struct settings *settings);

#endif
