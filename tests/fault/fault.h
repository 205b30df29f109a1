/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault injection: a program is run with its nth call of one kind failing, for every n, and what it
 * then says is compared with what it says undisturbed.
 *
 * System calls fail at the border of the kernel (seccomp user notification, seccomp_unotify(2)), so
 * that those of libc itself and raw syscall(2) fail too; allocations fail in preload.c, which also
 * says where main() begins and ends: what the loader and the sanitizers do is left alone.
 */
#ifndef TEST_FAULT_H
#define TEST_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* prctl(2) with this number is preload.c speaking: main begins, main has ended. */
#define FAULT_MARK  0x666c7421
#define FAULT_BEGIN 1UL
#define FAULT_END   2UL

/* The memory shared with preload.c is this descriptor there. */
#define FAULT_FD 200

/* Instead of an errno: the call does a part of what it was asked for. */
#define FAULT_SHORT 10000

struct fault_shared {
    volatile uint32_t fail_at;     /* the nth allocation fails; 0: none */
    volatile uint32_t allocations; /* since main began */
    volatile uint32_t listener;    /* descriptor + 1 of the filter in the child */
    volatile uint32_t go;
};

struct fault_kind {
    const char *name;
    const int *calls;  /* numbers of system calls, ended by -1; NULL: allocations */
    const int *errors; /* ended by 0 */
};

extern const struct fault_kind fault_kinds[];
extern const size_t fault_kind_count;

struct run {
    int status; /* of waitpid(2) */
    bool timed_out;
    bool reached;   /* there was an nth call */
    uint32_t calls; /* of that kind */
    char *out;      /* NUL-terminated */
    size_t out_len;
    char *err;
    size_t err_len;
};

/* Runs argv with the nth call of kind failing with error; n 0: only counts them. */
void run_faulty(char **argv, const struct fault_kind *kind, uint32_t n, int error,
                const char *preload, struct run *run);
void run_free(struct run *run);

/* How the output of a command is to be compared. */
enum form {
    FORM_JSON,  /* rows are objects of "sockets" */
    FORM_TABLE, /* rows are lines, owners the last word */
    FORM_TEXT,  /* whatever: equal, or with a note */
    FORM_LOOSE, /* what ticks, or has names that may not be found: as many lines, no new zeros */
};

/*
 * NULL: run is a right answer where whole is the undisturbed one; else what is wrong. replay: bad
 * recordings end with 2. error is what was injected: ENOENT says that there is no such thing (any
 * more), as of a process that has ended or a family that the kernel has not: nobody need be told.
 * Nor that a process which could not be read (EACCES, EPERM) may hold what others hold too.
 */
const char *compare(enum form form, const struct run *whole, const struct run *run, bool replay,
                    int error);
/* What run lacks. */
struct lack {
    bool rows;   /* rows, fields, all owners of one */
    bool owners; /* some owners of a row that has others */
};

/* Rows of run that whole has not, or has otherwise. */
const char *compare_json(const char *whole, const char *run, struct lack *lack, bool *noted);
const char *compare_table(const char *whole, const char *run, struct lack *lack);

/* json.c: one value at *at, which is moved behind it; false where it is none. */
bool json_value(const char **at);
/* The value of a member of the object at object, as text between from and to. */
bool json_member(const char *object, const char *key, const char **from, const char **to);
/* The nth element of an array. */
bool json_element(const char *array, size_t n, const char **from, const char **to);

#endif
